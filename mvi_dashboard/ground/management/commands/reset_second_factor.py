"""`manage.py reset_second_factor NAME --reason TEXT`: for who lost app and recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mvi_dashboard.ground import audit
from mvi_dashboard.ground.account import second_factor
from mvi_dashboard.ground.management.asking import add_person, known_user, refusals_on_screen


class Command(BaseCommand):
    """Switch off the second factor of a person; all sessions end."""

    help = "Switch off the second factor of a person; all sessions end."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and why."""
        add_person(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say so."""
        with refusals_on_screen():
            user = second_factor.reset(
                audit.SYSTEM, user=known_user(options["username"]), reason=options["reason"]
            )
        self.stdout.write(f"the second factor of {user.username} is off")
