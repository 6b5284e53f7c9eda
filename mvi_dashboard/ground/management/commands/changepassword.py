"""`manage.py changepassword NAME`: as Django's own, by the service, so that it stands in the audit trail."""

from __future__ import annotations

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mvi_dashboard.ground import audit, signing_in
from mvi_dashboard.ground.management.asking import known_user, refusals_on_screen


class Command(BaseCommand):
    """Gives a person a new password."""

    help = "Give a person a new password, which ends all sessions. Asks for it, unless --password is given."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose; the password for scripts; why, where that is worth saying."""
        parser.add_argument("username", metavar="NAME")
        parser.add_argument("--password")
        parser.add_argument("--reason", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set it, and say so."""
        user = known_user(options["username"])
        password = options["password"] or self._asked()
        with refusals_on_screen():
            signing_in.set_password(audit.SYSTEM, user=user, password=password, reason=options["reason"])
        self.stdout.write(f"{user.username} has a new password")

    def _asked(self) -> str:
        first = getpass.getpass("New password: ")
        if first != getpass.getpass("Again: "):
            raise CommandError("These are not the same.")
        return first
