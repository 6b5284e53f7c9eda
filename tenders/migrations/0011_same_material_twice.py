"""The same material may stand twice in a bill when its recycled share differs."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ground', '0005_holidays'),
        ('indicators', '0016_same_material_twice'),
        ('tenders', '0010_bounds'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='bomrow',
            name='bom_row_once',
        ),
        migrations.AddConstraint(
            model_name='bomrow',
            constraint=models.UniqueConstraint(fields=('line', 'component', 'material', 'recycled'), name='bom_row_once'),
        ),
    ]
