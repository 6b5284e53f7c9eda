from django.db import migrations


def make_again(apps, schema_editor):
    """Effects that are kept up wait to be made again: the reference stands in the years of what it is compared with,
    and a year of which nothing is known is kept as such. See contracts_behind."""
    effects = apps.get_model("contracts", "ContractEffect").objects.using(schema_editor.connection.alias)
    effects.filter(basis__state__in=["current", "building"]).update(input_hash="")


class Migration(migrations.Migration):
    dependencies = [("contracts", "0008_retirements_divided_when_read")]

    operations = [migrations.RunPython(make_again, migrations.RunPython.noop)]
