import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0014_award_or_register'),
        ('ground', '0017_webhooks'),
    ]

    operations = [
        migrations.CreateModel(
            name='SentContracts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.CharField(max_length=64)),
                ('rows', models.JSONField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ground.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
