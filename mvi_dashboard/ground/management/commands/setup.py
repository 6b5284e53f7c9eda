"""`manage.py setup [--url https://...]`: the link with which the first administrator is made."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from mvi_dashboard.ground.management.asking import refusals_on_screen
from mvi_dashboard.ground.people import setting_up


class Command(BaseCommand):
    """Prints the link."""

    help = (
        "Print a link that works once, for 24 hours, with which the first administrator and organisation are made."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where people reach this installation."""
        parser.add_argument(
            "--url", metavar="URL", default=settings.SITE_URL, help="address of the site, without: SITE_URL"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it; one that was printed before is worth nothing any more."""
        with refusals_on_screen():
            path = setting_up.new_link()
        self.stdout.write(f"{options['url'].rstrip('/')}{path}")
