"""`manage.py grant_web_role NAME`: the rights of the role by which web and worker connect to PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from mvi_dashboard.ground import web_role


class Command(BaseCommand):
    """Gives the role its rights."""

    help = "Give a role that owns nothing only the rights that web and worker need; as owner, after every migrate."

    def add_arguments(self, parser: CommandParser) -> None:
        """The name of the role."""
        parser.add_argument("name", metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant, and say how many rights it got."""
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL knows roles.")
        try:
            with transaction.atomic():
                rights = web_role.grant(options["name"])
        except web_role.Unfit as unfit:
            raise CommandError(str(unfit)) from None
        self.stdout.write(f"{options['name']}: {rights} rights")
