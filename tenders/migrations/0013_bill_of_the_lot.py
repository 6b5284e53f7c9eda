"""What the bills of a published lot count in: as its group says now, beside the limits that were pinned before."""

from typing import Any

from django.db import migrations


def pin(apps: Any, schema_editor: Any) -> None:
    """Pin it on every lot that has limits and no bill."""
    alias = schema_editor.connection.alias
    groups = apps.get_model("indicators", "ProductGroup").objects.using(alias).all()
    bills = {group.pk: {"bill_unit": group.bill_unit, "bill_kind": group.bill_kind} for group in groups}
    for lot in apps.get_model("tenders", "Lot").objects.using(alias).filter(limits__isnull=False).iterator():
        if "bill_unit" not in lot.limits.get("", {}):
            lot.limits[""] = lot.limits.get("", {}) | bills[lot.group_id]
            lot.save(update_fields=["limits"])


class Migration(migrations.Migration):

    dependencies = [("tenders", "0012_limits_of_the_lot")]

    operations = [migrations.RunPython(pin, migrations.RunPython.noop, elidable=False)]
