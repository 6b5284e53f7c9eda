import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill_lines(apps, schema_editor):
    """The line of each retirement: that of the delivery which stands there."""
    model, deliveries = apps.get_model("contracts", "Retirement"), apps.get_model("contracts", "Delivery")
    using = schema_editor.connection.alias
    own = deliveries.objects.filter(pk=OuterRef("delivery_id")).values("line_id")[:1]
    fill = model.objects.using(using).filter(line__isnull=True)
    if schema_editor.connection.vendor == "sqlite":
        fill.update(line_id=Subquery(own))
        return
    table = model._meta.db_table
    with schema_editor.connection.cursor() as cursor:
        # Records are append-only: what guards them is lifted here, within this transaction.
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        fill.update(line_id=Subquery(own))
        # A table with checks that still have to be done cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def make_again(apps, schema_editor):
    """Effects that are kept up wait to be made again by the rules that hold now; see contracts_behind."""
    effects = apps.get_model("contracts", "ContractEffect").objects.using(schema_editor.connection.alias)
    effects.filter(basis__state__in=["current", "building"]).update(input_hash="")


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0007_factor_change'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='received_from',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='passed_on_as', to='contracts.retirement'),
        ),
        migrations.AddField(
            model_name='retirement',
            name='line',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='retirements', to='contracts.contractline'),
        ),
        migrations.AlterField(
            model_name='retirement',
            name='delivery',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='retirements', to='contracts.delivery'),
        ),
        migrations.RunPython(fill_lines, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='retirement',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='retirements', to='contracts.contractline'),
        ),
        migrations.RunPython(make_again, migrations.RunPython.noop),
    ]
