"""The product type of what is asked and offered."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0015_ranges_and_types'),
        ('tenders', '0008_energy_in_use_of_the_demand'),
    ]

    operations = [
        migrations.AddField(
            model_name='bidline',
            name='product_type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.producttype'),
        ),
        migrations.AddField(
            model_name='lotitem',
            name='product_type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.producttype'),
        ),
    ]
