"""`manage.py guarded_columns`: what may happen to every column, as the table of docs/security.md."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from mvi_dashboard.ground import column_rules


class Command(BaseCommand):
    """Prints the table."""

    help = "Print what may happen to every column, and which check names a change around the guards."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(column_rules.table(), ending="")
