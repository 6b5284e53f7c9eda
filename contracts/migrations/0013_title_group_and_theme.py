"""Title, group and theme of a contract stand with the contract: those of awarded ones are taken from their lot."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps: Any, schema_editor: Any) -> None:
    """One statement for all contracts."""
    using = schema_editor.connection.alias
    lots = apps.get_model("tenders", "Lot").objects.using(using).filter(awards__contract=OuterRef("pk"))
    themes = apps.get_model("tenders", "TenderTheme").objects.using(using)
    mains = themes.filter(main=True, tender__lots__awards__contract=OuterRef("pk"))
    apps.get_model("contracts", "Contract").objects.using(using).filter(award__isnull=False).update(
        title=Subquery(lots.values("title")[:1]),
        group=Subquery(lots.values("group")[:1]),
        theme=Subquery(mains.values("theme")[:1]),
    )


class Migration(migrations.Migration):

    dependencies = [
        ("contracts", "0012_contracts_without_award"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=False),
    ]
