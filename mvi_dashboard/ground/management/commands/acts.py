"""`manage.py acts`: every act that was declared and who may do it, as the table of docs/security.md."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from mvi_dashboard.ground import acts


class Command(BaseCommand):
    """Prints the table."""

    help = "Print every act with who may do it, in which state, and what it asks for."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(acts.table(), ending="")
