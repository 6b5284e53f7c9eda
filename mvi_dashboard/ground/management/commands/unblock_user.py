"""`manage.py unblock_user NAME --reason TEXT`: this person may sign in again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mvi_dashboard.ground import audit, taking_back
from mvi_dashboard.ground.management.asking import add_person, known_user, refusals_on_screen


class Command(BaseCommand):
    """Let a blocked person sign in again; sessions of before stay ended."""

    help = "Let a blocked person sign in again; sessions of before stay ended."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and why."""
        add_person(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say so."""
        with refusals_on_screen():
            user = taking_back.unblock_user(
                audit.SYSTEM,
                user=known_user(options["username"]),
                reason=options["reason"],
            )
        self.stdout.write(f"{user.username} may sign in")
