"""The emptied columns of receipts go, and with them what the database still holds of their old content."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def forget_what_is_overwritten(apps: Any, schema_editor: Any) -> None:
    """SQLite keeps deleted content in its file unless it is told to write over it."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("PRAGMA secure_delete = ON")


def write_tables_anew(apps: Any, schema_editor: Any) -> None:
    """PostgreSQL keeps earlier versions of rows, and columns that were removed, until a table is written anew."""
    if schema_editor.connection.vendor == "postgresql":
        for table in ("tenders_bidversion", "tenders_bid"):
            schema_editor.execute(f'CLUSTER "{table}" USING "{table}_pkey"')
            schema_editor.execute(f'ALTER TABLE "{table}" SET WITHOUT CLUSTER')


class Migration(migrations.Migration):
    dependencies = [("tenders", "0005_receipts_are_sealed")]

    operations = [
        migrations.RunPython(forget_what_is_overwritten, migrations.RunPython.noop),
        migrations.RemoveField("bidversion", "salt"),
        migrations.RemoveField("bidversion", "sha256"),
        migrations.RemoveField("bidversion", "signature"),
        migrations.RunPython(write_tables_anew, migrations.RunPython.noop),
    ]
