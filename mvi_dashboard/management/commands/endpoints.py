"""`manage.py endpoints`: every operation of the REST interface, as the list of docs/rest.md."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from mvi_dashboard.ground.rest import lists


class Command(BaseCommand):
    """Prints the list."""

    help = "Print every operation of the REST interface."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(lists.table(), ending="")
