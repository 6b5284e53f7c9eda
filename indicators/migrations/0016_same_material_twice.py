"""The same material may stand twice in a bill when its recycled share differs."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0015_ranges_and_types'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='baselinematerial',
            name='baseline_material_once',
        ),
        migrations.AddConstraint(
            model_name='baselinematerial',
            constraint=models.UniqueConstraint(fields=('product', 'component', 'material', 'recycled'), name='baseline_material_once'),
        ),
    ]
