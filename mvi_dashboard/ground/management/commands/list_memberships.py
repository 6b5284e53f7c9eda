"""`manage.py list_memberships [--organisation CODE | --supplier CODE] [--all]`: a line per role of a person."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.management.asking import at_place, find_organisation, find_supplier
from mvi_dashboard.ground.memberships import holds_on
from mvi_dashboard.ground.models import Membership


class Command(BaseCommand):
    """Lists who has which role where."""

    help = "List who has which role where, until when, and who is blocked."

    def add_arguments(self, parser: CommandParser) -> None:
        """Of which place; with what was too."""
        parser.add_argument("--organisation", metavar="CODE")
        parser.add_argument("--supplier", metavar="CODE")
        parser.add_argument("--all", action="store_true", help="also what ended or has yet to begin")

    def handle(self, *args: Any, **options: Any) -> None:
        """A line per role, by name."""
        place = find_organisation(options["organisation"]), find_supplier(options["supplier"])
        rows = at_place(Membership.objects.select_related("organisation", "supplier", "user"), *place)
        today = clock.today()
        for row in rows.order_by("user__username", "role", "pk"):
            if options["all"] or holds_on(row, today):
                self.stdout.write(_line(row))


def _line(row: Membership) -> str:
    where = row.organisation or row.supplier
    dates = f"{row.valid_from or '-'} to {row.valid_to or '-'}"
    blocked = "" if row.user.is_active else "  blocked"
    return f"{row.user.username}  {row.role}  {where.code if where else '-'}  {dates}{blocked}"
