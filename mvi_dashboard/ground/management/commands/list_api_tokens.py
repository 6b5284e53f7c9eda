"""`manage.py list_api_tokens [--organisation CODE | --supplier CODE] [--all]`: a line per token."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.management.asking import at_place, find_organisation, find_supplier
from mvi_dashboard.ground.models import ApiToken


class Command(BaseCommand):
    """Lists tokens."""

    help = (
        "List the tokens that hold: start, role, place, person, until when, last use (to within the hour), name."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Of which place; with those that ended too."""
        parser.add_argument("--organisation", metavar="CODE")
        parser.add_argument("--supplier", metavar="CODE")
        parser.add_argument("--all", action="store_true", help="also what was revoked or has expired")

    def handle(self, *args: Any, **options: Any) -> None:
        """A line per token, the one that ends first on top."""
        place = find_organisation(options["organisation"]), find_supplier(options["supplier"])
        rows = at_place(ApiToken.objects.select_related("organisation", "supplier", "user"), *place)
        if not options["all"]:
            rows = rows.filter(revoked_at=None, expires_at__gt=clock.now())
        for token in rows.order_by("expires_at", "pk"):
            self.stdout.write(_line(token))


def _line(token: ApiToken) -> str:
    where = token.organisation or token.supplier
    end = f"revoked {token.revoked_at:%Y-%m-%d}" if token.revoked_at else f"until {token.expires_at:%Y-%m-%d}"
    used = f"used {token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never used"
    person = token.user.username if token.user else "-"
    parts = (token.prefix, token.role, where.code if where else "-", person, end, used, token.name)
    return "  ".join(parts).rstrip()
