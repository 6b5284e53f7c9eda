import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0013_title_group_and_theme'),
    ]

    operations = [
        migrations.AlterField(
            model_name='contract',
            name='title',
            field=models.CharField(max_length=200),
        ),
        migrations.AlterField(
            model_name='contract',
            name='theme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.theme'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('award__isnull', False), ('group__isnull', False), ('origin', 'award'), ('promised_effect__isnull', False)), models.Q(('award__isnull', True), ('origin', 'register'), ('promised_effect__isnull', True)), _connector='OR'), name='contract_of_award_or_register'),
        ),
    ]
