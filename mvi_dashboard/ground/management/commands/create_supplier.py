"""`manage.py create_supplier CODE`: a market party."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mvi_dashboard.ground import accounts, audit
from mvi_dashboard.ground.management.asking import refusals_on_screen
from mvi_dashboard.ground.suppliers.numbers import HOME, countries


class Command(BaseCommand):
    """Makes a supplier."""

    help = "Make a supplier."

    def add_arguments(self, parser: CommandParser) -> None:
        """The code, and what else is known."""
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("--name", default="")
        parser.add_argument("--registration-number", default="")
        parser.add_argument("--country", default=HOME, choices=sorted(countries()), metavar="CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and print its code."""
        with refusals_on_screen():
            supplier = accounts.create_supplier(
                audit.SYSTEM,
                code=options["code"],
                name=options["name"],
                registration_number=options["registration_number"],
                country=options["country"],
            )
        self.stdout.write(supplier.code)
