"""Product types; factors and making known between bounds; no group is counted without its making any more."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


def keep_what_was_left_out(apps: Any, schema_editor: Any) -> None:
    """A basis in use goes on leaving out the making of the groups that were marked so: its results stay."""
    alias = schema_editor.connection.alias
    groups = apps.get_model("indicators", "ProductGroup").objects.using(alias).filter(materials_only=True)
    codes = sorted(groups.values_list("code", flat=True))
    if codes:
        apps.get_model("indicators", "Basis").objects.using(alias).update(without_making=codes)


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0014_bill_kind'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProductType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=80, unique=True)),
                ('name_nl', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, max_length=200)),
                ('functional_unit_nl', models.CharField(blank=True, max_length=200)),
                ('mass_min_kg', models.FloatField(blank=True, null=True)),
                ('mass_max_kg', models.FloatField(blank=True, null=True)),
                ('lifetime_min_years', models.FloatField(blank=True, null=True)),
                ('lifetime_max_years', models.FloatField(blank=True, null=True)),
                ('lifetime_usual_min_years', models.FloatField(blank=True, null=True)),
                ('lifetime_usual_max_years', models.FloatField(blank=True, null=True)),
                ('lifetime_limit_years', models.FloatField(blank=True, null=True)),
                ('lifetime_cap_years', models.FloatField(blank=True, null=True)),
                ('search_words', models.JSONField(blank=True, default=list)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RemoveConstraint(
            model_name='processing',
            name='processing_once',
        ),
        migrations.RemoveConstraint(
            model_name='processing',
            name='processing_value_with_state',
        ),
        migrations.AddField(
            model_name='basis',
            name='without_making',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.RunPython(keep_what_was_left_out, migrations.RunPython.noop, elidable=False),
        migrations.RemoveField(
            model_name='productgroup',
            name='materials_only',
        ),
        migrations.AddField(
            model_name='factor',
            name='high',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='factor',
            name='low',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='factor',
            name='recycled_high',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='factor',
            name='recycled_low',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='material',
            name='generic',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='processing',
            name='high',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='processing',
            name='low',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='processing',
            name='state',
            field=models.CharField(choices=[('value', 'Waarde'), ('included', 'Inbegrepen'), ('range', 'Tussen grenzen'), ('unknown', 'Onbekend')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='factor',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('high__isnull', True), ('low__isnull', True)), models.Q(('high__gte', models.F('value')), ('low__gte', 0), ('low__lte', models.F('value')), models.Q(('low', 0), ('high__lte', django.db.models.expressions.CombinedExpression(models.F('low'), '*', models.Value(1000))), _connector='OR'), ('high__lte', 1e+30)), _connector='OR'), name='factor_value_between'),
        ),
        migrations.AddConstraint(
            model_name='factor',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('recycled_high__isnull', True), ('recycled_low__isnull', True)), models.Q(('recycled_high__gte', models.F('recycled_value')), ('recycled_low__gte', 0), ('recycled_low__lte', models.F('recycled_value')), models.Q(('recycled_low', 0), ('recycled_high__lte', django.db.models.expressions.CombinedExpression(models.F('recycled_low'), '*', models.Value(1000))), _connector='OR'), ('recycled_high__lte', 1e+30)), _connector='OR'), name='factor_recycled_value_between'),
        ),
        migrations.AddField(
            model_name='producttype',
            name='group',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='types', to='indicators.productgroup'),
        ),
        migrations.AddField(
            model_name='producttype',
            name='successor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.producttype'),
        ),
        migrations.AddField(
            model_name='baselineproduct',
            name='product_type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='products', to='indicators.producttype'),
        ),
        migrations.AddField(
            model_name='groupcpv',
            name='product_type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='indicators.producttype'),
        ),
        migrations.AddField(
            model_name='processing',
            name='product_type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.producttype'),
        ),
        migrations.AddConstraint(
            model_name='processing',
            constraint=models.UniqueConstraint(condition=models.Q(('product_type__isnull', True)), fields=('version', 'group', 'indicator'), name='processing_of_group_once'),
        ),
        migrations.AddConstraint(
            model_name='processing',
            constraint=models.UniqueConstraint(condition=models.Q(('product_type__isnull', False)), fields=('version', 'product_type', 'indicator'), name='processing_of_type_once'),
        ),
        migrations.AddConstraint(
            model_name='processing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('value', 'range')), ('value__gte', 0)), models.Q(models.Q(('state__in', ('value', 'range')), _negated=True), ('value__isnull', True)), _connector='OR'), name='processing_value_with_state'),
        ),
        migrations.AddConstraint(
            model_name='processing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('high__isnull', False), ('low__isnull', False), ('state', 'range')), models.Q(models.Q(('state', 'range'), _negated=True), ('high__isnull', True), ('low__isnull', True)), _connector='OR'), name='processing_bounds_with_state'),
        ),
        migrations.AddConstraint(
            model_name='processing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('high__isnull', True), ('low__isnull', True)), models.Q(('high__gte', models.F('value')), ('low__gte', 0), ('low__lte', models.F('value')), models.Q(('low', 0), ('high__lte', django.db.models.expressions.CombinedExpression(models.F('low'), '*', models.Value(1000))), _connector='OR'), ('high__lte', 1e+30)), _connector='OR'), name='processing_value_between'),
        ),
        migrations.AddField(
            model_name="baselineproduct",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="indicators.baselineproduct",
            ),
        ),
    ]
