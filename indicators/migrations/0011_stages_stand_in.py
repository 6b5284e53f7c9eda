"""A basis on which another stage counted where production was absent goes on counting so: its results stay."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models import Exists, OuterRef


def keep_what_was_counted(apps: Any, schema_editor: Any) -> None:
    """Mark the bases in use whose factors lack a production for which another stage was counted."""
    factors = apps.get_model("indicators", "Factor").objects.using(schema_editor.connection.alias)
    layers = apps.get_model("indicators", "BasisLayer").objects.using(schema_editor.connection.alias)
    same = {name: OuterRef(name) for name in ("version", "material", "indicator")}
    stages = factors.filter(**same).exclude(module="beyond")
    goods = factors.exclude(material__kind="flow").exclude(module__in=("production", "beyond"))
    flows = factors.filter(material__kind="flow").exclude(module="beyond")
    other = factors.filter(material=OuterRef("material")).exclude(module__in=(OuterRef("module"), "beyond"))
    alone = goods.exclude(Exists(stages.filter(module="production"))).values("version")
    mixed = flows.filter(Exists(other)).values("version")
    found = layers.filter(version__in=alone).values_list("basis", flat=True)
    found |= layers.filter(version__in=mixed).values_list("basis", flat=True)
    bases = apps.get_model("indicators", "Basis").objects.using(schema_editor.connection.alias)
    bases.filter(pk__in=set(found)).exclude(state="draft").update(stages_stand_in=True)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0010_method_base")]

    operations = [
        migrations.AddField("basis", "stages_stand_in", models.BooleanField(default=False)),
        migrations.RunPython(keep_what_was_counted, migrations.RunPython.noop, elidable=False),
    ]
