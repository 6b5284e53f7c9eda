"""`manage.py create_organisation CODE`: an organisation, possibly below another."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mvi_dashboard.ground import accounts, audit
from mvi_dashboard.ground.management.asking import find_organisation, refusals_on_screen
from mvi_dashboard.ground.models import Organisation


class Command(BaseCommand):
    """Makes an organisation."""

    help = "Make an organisation."

    def add_arguments(self, parser: CommandParser) -> None:
        """The code, and what else is known."""
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("--name", default="")
        parser.add_argument("--kind", default="")
        parser.add_argument("--parent", metavar="CODE")
        parser.add_argument(
            "--national-share", default="totals", help=", ".join(Organisation.NationalShare.values)
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and print its code."""
        with refusals_on_screen():
            organisation = accounts.create_organisation(
                audit.SYSTEM,
                code=options["code"],
                name=options["name"],
                kind=options["kind"],
                parent=find_organisation(options["parent"]),
                national_share=options["national_share"],
            )
        self.stdout.write(organisation.code)
