"""The limits of a published lot: those that hold now, which were those of its publication as nothing could change."""

from typing import Any

from django.db import migrations, models

NAMES = (
    "mass_min_kg",
    "mass_max_kg",
    "lifetime_min_years",
    "lifetime_max_years",
    "lifetime_usual_min_years",
    "lifetime_usual_max_years",
    "lifetime_limit_years",
    "lifetime_cap_years",
)


def pin(apps: Any, schema_editor: Any) -> None:
    """Pin them on every lot of a tender that was published."""
    alias = schema_editor.connection.alias
    types = apps.get_model("indicators", "ProductType").objects.using(alias).all()
    limits = {
        group.pk: {
            code: {name: getattr(row, name) for name in NAMES if getattr(row, name) is not None}
            for code, row in [("", group), *((each.code, each) for each in types if each.group_id == group.pk)]
        }
        for group in apps.get_model("indicators", "ProductGroup").objects.using(alias).all()
    }
    lots = apps.get_model("tenders", "Lot").objects.using(alias).filter(tender__published_at__isnull=False)
    for lot in lots.iterator():
        lot.limits = limits[lot.group_id]
        lot.save(update_fields=["limits"])


class Migration(migrations.Migration):

    dependencies = [
        ("indicators", "0017_change_proposals"),
        ("tenders", "0011_same_material_twice"),
    ]

    operations = [
        migrations.AddField(
            model_name="lot",
            name="limits",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.RunPython(pin, migrations.RunPython.noop, elidable=False),
    ]
