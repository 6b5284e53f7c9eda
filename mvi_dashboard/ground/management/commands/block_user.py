"""`manage.py block_user NAME --reason TEXT`: nobody signs in with this name from now on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mvi_dashboard.ground import audit, taking_back
from mvi_dashboard.ground.management.asking import add_reason, known_user, refusals_on_screen


class Command(BaseCommand):
    """Block a person: open sessions end and tokens are worth nothing, at once."""

    help = "Block a person: open sessions end and tokens are worth nothing, at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and why."""
        parser.add_argument("username", metavar="NAME")
        add_reason(parser, even_the_last=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say so."""
        with refusals_on_screen():
            user = taking_back.block_user(
                audit.SYSTEM,
                user=known_user(options["username"]),
                reason=options["reason"],
                even_the_last=options["even_the_last"],
            )
        self.stdout.write(f"{user.username} is blocked")
