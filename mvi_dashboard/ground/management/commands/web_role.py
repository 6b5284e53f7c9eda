"""`manage.py web_role NAME`: the role of PostgreSQL by which web and worker connect."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from mvi_dashboard.ground import web_role


class Command(BaseCommand):
    """Makes the role and gives it its rights."""

    help = (
        "Make a role that owns nothing, and give it only the rights that web and worker need. Run as the owner of "
        "the tables after every migrate. Its password is read from WEB_ROLE_PASSWORD."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The name of the role."""
        parser.add_argument("name", metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say how many rights it got."""
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL knows roles.")
        with transaction.atomic():
            rights = web_role.make(options["name"], os.environ.get("WEB_ROLE_PASSWORD", ""))
        self.stdout.write(f"{options['name']}: {rights} rights")
