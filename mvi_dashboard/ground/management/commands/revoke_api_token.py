"""`manage.py revoke_api_token PREFIX --reason TEXT`: a token is worth nothing from now on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mvi_dashboard.ground import audit, taking_back
from mvi_dashboard.ground.management.asking import add_reason, known_token, refusals_on_screen


class Command(BaseCommand):
    """Revokes a token."""

    help = "Revoke a token, at once. Only its first 12 signs are used: the whole token may be given too."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, and why."""
        parser.add_argument("prefix", metavar="PREFIX", help="as list_api_tokens shows it")
        add_reason(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say so."""
        with refusals_on_screen():
            token = taking_back.revoke_api_token(
                audit.SYSTEM, token=known_token(options["prefix"]), reason=options["reason"]
            )
        self.stdout.write(f"{token.prefix} is revoked")
