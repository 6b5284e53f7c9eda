"""`manage.py data_model`: every table with its columns, as the list of docs/data-model.md."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from mvi_dashboard.ground import tables_of_models


class Command(BaseCommand):
    """Prints the list."""

    help = "Print every table, what it is, and its columns."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(tables_of_models.table(), ending="")
