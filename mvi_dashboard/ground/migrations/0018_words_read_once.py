"""On PostgreSQL the stems of words are kept beside them, so that looking for one reads no words again.

The table is one of them, behind a sign that nobody can ask for: the index itself finds a word in one table.
"""

from django.db import migrations

_STATEMENTS = (
    (
        "ALTER TABLE ground_searchtext"
        " ADD COLUMN stems tsvector GENERATED ALWAYS AS"
        " (to_tsvector('dutch', words) || array_to_tsvector(ARRAY['=' || table_name::text])) STORED",
        "DROP INDEX IF EXISTS ground_searchtext_words",
        "CREATE INDEX ground_searchtext_stems ON ground_searchtext USING gin (stems)",
        # How often each word stands there: without it the first questions are planned by a guess.
        "ANALYZE ground_searchtext",
    ),
    (
        "CREATE INDEX ground_searchtext_words ON ground_searchtext USING gin (to_tsvector('dutch', words))",
        "ALTER TABLE ground_searchtext DROP COLUMN stems",
    ),
)


def _run(at):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in _STATEMENTS[at]:
                schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):

    dependencies = [
        ('ground', '0017_webhooks'),
    ]

    operations = [
        migrations.RunPython(_run(0), _run(1)),
    ]
