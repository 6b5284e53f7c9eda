"""Of which kind the materials in the bills of a group are: goods of materials, a meal of foods."""

from django.db import migrations, models


def kinds_of_bills(apps, schema_editor):
    """As in the products that the group is compared with; goods are always made of materials."""
    alias = schema_editor.connection.alias
    groups = apps.get_model("indicators", "ProductGroup").objects.using(alias)
    rows = apps.get_model("indicators", "BaselineMaterial").objects.using(alias)
    found = {}
    for group, kind in rows.values_list("product__group_id", "material__kind").distinct():
        found.setdefault(group, set()).add(kind)
    for group in groups.all():
        kinds = found.get(group.pk, set())
        kind = "material" if group.kind == "durable" else kinds.pop() if len(kinds) == 1 else ""
        groups.filter(pk=group.pk).update(bill_kind=kind)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0013_factor_version_base")]

    operations = [
        migrations.AddField("productgroup", "bill_kind", models.CharField(blank=True, max_length=10)),
        migrations.RunPython(kinds_of_bills, migrations.RunPython.noop),
    ]
