"""`manage.py end_membership NAME --role ROLE --organisation CODE --reason TEXT [--last-day DATE]`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mvi_dashboard.ground import audit, clock, taking_back
from mvi_dashboard.ground.management.asking import (
    add_place,
    add_reason,
    at_place,
    find_organisation,
    find_supplier,
    known_user,
    refusals_on_screen,
)
from mvi_dashboard.ground.memberships import holds_on
from mvi_dashboard.ground.models import Membership, Role


class Command(BaseCommand):
    """Ends a role."""

    help = "End a role of a person, at once or after a day. The role stays in the list of what was."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, which, where, until when, and why."""
        parser.add_argument("username", metavar="NAME")
        add_place(parser, role_required=False)
        parser.add_argument("--last-day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="without: at once")
        add_reason(parser, even_the_last=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say until when the role holds."""
        membership = self._find(options)
        with refusals_on_screen():
            ended = taking_back.end_membership(
                audit.SYSTEM,
                membership=membership,
                reason=options["reason"],
                last_day=options["last_day"],
                even_the_last=options["even_the_last"],
            )
        until = f"after {ended.valid_to}" if options["last_day"] else "now"
        self.stdout.write(f"{ended.user.username} is no {ended.role} {until}")

    def _find(self, options: dict[str, Any]) -> Membership:
        role = options["role"] or (Role.SUPPLIER if options["supplier"] else None)
        if role is None:
            raise CommandError(f"Give --role (one of {', '.join(Role.values)}) or --supplier.")
        place = find_organisation(options["organisation"]), find_supplier(options["supplier"])
        rows = at_place(Membership.objects.filter(user=known_user(options["username"]), role=role), *place)
        today = clock.today()
        held = [row for row in rows if holds_on(row, max(today, row.valid_from or today))]
        if len(held) != 1:
            raise CommandError("This person has no such role." if not held else "Say where: --organisation CODE.")
        return held[0]
