"""Keeps the English catalogue and makes what the site reads of it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from mvi_dashboard import catalogue


class Command(BaseCommand):
    """`manage.py texts`: adds what was marked, drops what is gone, compiles, and says what still lacks English."""

    help = "Keep locale/en and compile it (needs Babel)"

    def handle(self, *args: Any, **options: Any) -> None:
        """Write both files."""
        kept = catalogue.kept(catalogue.read())
        catalogue.write(kept)
        lacking = [each.id for each in kept if each.id and not each.string]
        for text in lacking:
            self.stdout.write(f"- {text}")
        self.stdout.write(f"{len(kept)} texts, {len(lacking)} without English")
