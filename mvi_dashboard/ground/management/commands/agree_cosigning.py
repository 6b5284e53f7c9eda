"""`manage.py agree_cosigning ORGANISATION PARTNER --user NAME`: two organisations open each other's tenders."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mvi_dashboard.ground import access, cosigning
from mvi_dashboard.ground.management.asking import find_organisation, find_user, refusals_on_screen


class Command(BaseCommand):
    """Agrees, or withdraws, for one of the two; the administrator of the other does the same for its own."""

    help = (
        "Say for ORGANISATION that officers of PARTNER may co-sign an opening, and the other way round. It holds "
        "once an administrator of PARTNER said the same."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The two organisations, and who decides."""
        parser.add_argument("organisation", metavar="ORGANISATION")
        parser.add_argument("partner", metavar="PARTNER")
        parser.add_argument("--user", metavar="NAME", required=True, help="an administrator of ORGANISATION")
        parser.add_argument("--withdraw", action="store_true", help="take the consent back")

    def handle(self, *args: Any, **options: Any) -> None:
        """Agree or withdraw, as this person."""
        actor = access.actor_of_user(find_user(options["user"]))
        organisation, partner = find_organisation(options["organisation"]), find_organisation(options["partner"])
        assert organisation is not None
        assert partner is not None
        with refusals_on_screen():
            if options["withdraw"]:
                cosigning.withdraw(actor, organisation=organisation, partner=partner)
                self.stdout.write(f"{partner.code} no longer co-signs, from now on.")
            elif cosigning.agree(actor, organisation=organisation, partner=partner):
                self.stdout.write(f"{organisation.code} and {partner.code} co-sign for each other from now on.")
            else:
                self.stdout.write(f"Agreed. It holds once {partner.code} agrees too.")
