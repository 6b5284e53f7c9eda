"""When rows changed and by which words they are found; triggers fill both after this migrate (`ground.kept`)."""

from django.db import migrations, models

_POSTGRESQL = (
    "CREATE INDEX ground_searchtext_words ON ground_searchtext USING gin (to_tsvector('dutch', words))",
    "DROP INDEX IF EXISTS ground_searchtext_words",
)
_SQLITE = (
    "CREATE VIRTUAL TABLE ground_searchindex USING fts5("
    "words, content='ground_searchtext', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3')",
    "DROP TABLE IF EXISTS ground_searchindex",
)


def _run(at):
    def run(apps, schema_editor):
        statements = {"postgresql": _POSTGRESQL, "sqlite": _SQLITE}[schema_editor.connection.vendor]
        schema_editor.execute(statements[at])

    return run


class Migration(migrations.Migration):

    dependencies = [
        ('ground', '0009_account'),
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(max_length=63)),
                ('row_id', models.BigIntegerField()),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['table_name', 'changed_at'], name='change_since')],
                'constraints': [models.UniqueConstraint(fields=('table_name', 'row_id'), name='change_of_row')],
            },
        ),
        migrations.CreateModel(
            name='SearchText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(max_length=63)),
                ('row_id', models.BigIntegerField()),
                ('words', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('table_name', 'row_id'), name='search_text_of_row')],
            },
        ),
        migrations.RunPython(_run(0), _run(1)),
    ]
