"""`manage.py create_user NAME`: a person, with a role when one is given."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from mvi_dashboard.ground import accounts, audit
from mvi_dashboard.ground.management.asking import (
    add_place,
    find_organisation,
    find_supplier,
    refusals_on_screen,
)


class Command(BaseCommand):
    """Makes a person."""

    help = "Make a person. Without --password one is made up and printed as the last line."

    def add_arguments(self, parser: CommandParser) -> None:
        """The name to sign in with, and what else is known."""
        parser.add_argument("username", metavar="NAME")
        parser.add_argument("--email", default="")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument("--password")
        add_place(parser, role_required=False)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the person and the membership, or neither."""
        organisation, supplier = find_organisation(options["organisation"]), find_supplier(options["supplier"])
        role = options["role"] or ("supplier" if supplier else None)
        if organisation and not role:
            raise CommandError("Give --role too: what does this person do there?")
        password = options["password"] or secrets.token_urlsafe(15)
        with refusals_on_screen(), transaction.atomic():
            user = accounts.create_user(
                audit.SYSTEM,
                username=options["username"],
                email=options["email"],
                password=password,
                first_name=options["first_name"],
                last_name=options["last_name"],
            )
            if role:
                accounts.add_membership(
                    audit.SYSTEM, user=user, role=role, organisation=organisation, supplier=supplier
                )
        self.stdout.write(user.username)
        if not options["password"]:
            self.stdout.write(password)
