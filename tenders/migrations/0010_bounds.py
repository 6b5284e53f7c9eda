"""The lowest and highest values of results that rest on ranges, and the figures of makers."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ground', '0005_holidays'),
        ('indicators', '0015_ranges_and_types'),
        ('tenders', '0009_product_type'),
    ]

    operations = [
        migrations.AddField(
            model_name='bidline',
            name='declared_production',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='lineresult',
            name='high',
            field=models.BinaryField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='lineresult',
            name='low',
            field=models.BinaryField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='lineresult',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('high__isnull', True), ('low__isnull', True)), models.Q(('high__isnull', False), ('low__isnull', False)), _connector='OR'), name='line_result_both_bounds'),
        ),
    ]
