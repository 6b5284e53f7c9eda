"""`manage.py sign_out NAME --reason TEXT`: all sessions of this person end."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mvi_dashboard.ground import audit, taking_back
from mvi_dashboard.ground.management.asking import add_person, known_user, refusals_on_screen


class Command(BaseCommand):
    """End all sessions of a person, on every device; tokens stay."""

    help = "End all sessions of a person, on every device; tokens stay."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and why."""
        add_person(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say so."""
        with refusals_on_screen():
            user = taking_back.sign_out_everywhere(
                audit.SYSTEM,
                user=known_user(options["username"]),
                reason=options["reason"],
            )
        self.stdout.write(f"{user.username} is signed out everywhere")
