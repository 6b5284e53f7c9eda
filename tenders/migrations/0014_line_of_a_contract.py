import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ground', '0017_webhooks'),
        ('indicators', '0019_row_previews'),
        ('tenders', '0013_bill_of_the_lot'),
    ]

    operations = [
        migrations.AlterField(
            model_name='bidline',
            name='bid_version',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='tenders.bidversion'),
        ),
        migrations.AlterField(
            model_name='bidline',
            name='item',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='tenders.lotitem'),
        ),
        migrations.AddField(
            model_name='bidline',
            name='stated_hash',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AddConstraint(
            model_name='bidline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bid_version__isnull', False), ('item__isnull', False)), models.Q(('bid_version__isnull', True), ('item__isnull', True)), _connector='OR'), name='bid_line_answers_a_demand'),
        ),
    ]
