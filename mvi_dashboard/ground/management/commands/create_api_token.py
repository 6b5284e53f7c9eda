"""`manage.py create_api_token --organisation CODE --role ROLE [--user NAME]`, or `--supplier CODE`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mvi_dashboard.ground import accounts, audit
from mvi_dashboard.ground.management.asking import (
    add_place,
    find_organisation,
    find_supplier,
    find_user,
    refusals_on_screen,
)
from mvi_dashboard.ground.models import Role


class Command(BaseCommand):
    """Makes a token for the REST API."""

    help = "Make a token for the REST API: the last line printed, shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        """The role and the place; a person where acts ask for one."""
        add_place(parser, role_required=False)
        parser.add_argument("--user", metavar="NAME")
        parser.add_argument("--name", default="", help="what the token is for")
        span = f"how long it is valid: {accounts.USUAL_DAYS} without this, at most {accounts.LONGEST_DAYS}"
        parser.add_argument("--days", type=int, default=accounts.USUAL_DAYS, help=span)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it; print what it is for and then the token."""
        role = options["role"] or (Role.SUPPLIER if options["supplier"] else None)
        if role is None:
            raise CommandError(f"Give --role (one of {', '.join(Role.values)}) or --supplier.")
        with refusals_on_screen():
            token, text = accounts.create_api_token(
                audit.SYSTEM,
                role=role,
                organisation=find_organisation(options["organisation"]),
                supplier=find_supplier(options["supplier"]),
                user=find_user(options["user"]),
                name=options["name"],
                days=options["days"],
            )
        self.stdout.write(f"{token.role}, until {token.expires_at:%Y-%m-%d}")
        self.stdout.write(text)
