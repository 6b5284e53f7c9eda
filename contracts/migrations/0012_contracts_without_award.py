import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0011_sent_records'),
        ('ground', '0017_webhooks'),
        ('indicators', '0019_row_previews'),
        ('tenders', '0014_line_of_a_contract'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReplacedLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('basis_kind', models.CharField(choices=[('bill', 'Volgens leverancier'), ('average', 'Schatting (gemiddelde van de groep)'), ('money', 'Alleen een bedrag per jaar')], max_length=10)),
                ('amount_per_year', models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True)),
                ('replaced_at', models.DateTimeField()),
                ('replaced_by', models.CharField(max_length=64)),
                ('reason', models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name='contract',
            name='category',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='contract',
            name='category_manager',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='contract',
            name='commissioner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='contract',
            name='department',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='contract',
            name='group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.productgroup'),
        ),
        migrations.AddField(
            model_name='contract',
            name='manager',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='contract',
            name='notice_months',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='contract',
            name='options',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='contract',
            name='origin',
            field=models.CharField(choices=[('award', 'Uit een aanbesteding'), ('register', 'Bestond al')], default='award', max_length=10),
        ),
        migrations.AddField(
            model_name='contract',
            name='place',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='contract',
            name='theme',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.theme'),
        ),
        migrations.AddField(
            model_name='contract',
            name='title',
            field=models.CharField(default='', max_length=200),
        ),
        migrations.AddField(
            model_name='contract',
            name='value',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True),
        ),
        migrations.AddField(
            model_name='contractline',
            name='amount_per_year',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=15, null=True),
        ),
        migrations.AddField(
            model_name='contractline',
            name='basis_kind',
            field=models.CharField(choices=[('bill', 'Volgens leverancier'), ('average', 'Schatting (gemiddelde van de groep)'), ('money', 'Alleen een bedrag per jaar')], default='bill', max_length=10),
        ),
        migrations.AddField(
            model_name='contractline',
            name='product',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.baselineproduct'),
        ),
        migrations.AddField(
            model_name='contractline',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='contract',
            name='award',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contract', to='tenders.award'),
        ),
        migrations.AlterField(
            model_name='contract',
            name='promised_effect',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='contractline',
            name='bid_line',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contract_line', to='tenders.bidline'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(('value__isnull', True), ('value__gte', 0), _connector='OR'), name='contract_value_paid'),
        ),
        migrations.AddConstraint(
            model_name='contractline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_per_year__gt', 0), ('basis_kind', 'money'), ('bid_line__isnull', True), ('product__isnull', True)), models.Q(('amount_per_year__isnull', True), ('basis_kind', 'average'), ('bid_line__isnull', False), ('product__isnull', False)), models.Q(('amount_per_year__isnull', True), ('basis_kind', 'bill'), ('bid_line__isnull', False), ('product__isnull', True)), _connector='OR'), name='contract_line_rests_on_one'),
        ),
        migrations.AddField(
            model_name='replacedline',
            name='bid_line',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenders.bidline'),
        ),
        migrations.AddField(
            model_name='replacedline',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replaced', to='contracts.contractline'),
        ),
        migrations.AddField(
            model_name='replacedline',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ground.organisation'),
        ),
        migrations.AddField(
            model_name='replacedline',
            name='product',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.baselineproduct'),
        ),
        migrations.AddConstraint(
            model_name='replacedline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_per_year__gt', 0), ('basis_kind', 'money'), ('bid_line__isnull', True), ('product__isnull', True)), models.Q(('amount_per_year__isnull', True), ('basis_kind', 'average'), ('bid_line__isnull', False), ('product__isnull', False)), models.Q(('amount_per_year__isnull', True), ('basis_kind', 'bill'), ('bid_line__isnull', False), ('product__isnull', True)), _connector='OR'), name='replaced_line_rested_on_one'),
        ),
    ]
