from django.db import migrations, models
from django.db.models import Exists, OuterRef


def make_again(apps, schema_editor):
    """Effects that are kept up wait to be made again by the rules that hold now; see contracts_behind.

    Until then those with a delivery count as recorded, so that no page says that nothing is.
    """
    using = schema_editor.connection.alias
    deliveries = apps.get_model("contracts", "Delivery").objects.using(using)
    effects = apps.get_model("contracts", "ContractEffect").objects.using(using)
    kept_up = effects.filter(basis__state__in=["current", "building"])
    came = deliveries.filter(contract_id=OuterRef("contract_id"), void=False)
    kept_up.filter(Exists(came)).update(recorded=True)
    kept_up.update(input_hash="")


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0008_retirements_divided_when_read'),
    ]

    operations = [
        migrations.AddField(
            model_name='contracteffect',
            name='recorded',
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(make_again, migrations.RunPython.noop),
    ]
