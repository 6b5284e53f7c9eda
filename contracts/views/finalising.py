"""The final award: after the standstill a tender's lot becomes a contract."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from contracts import services
from contracts.models import Contract
from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.act_pages import ActPage, Document
from tenders.models import Award, Lot, Tender
from tenders.selectors import get_tender, standing_award, standstill_words

from .contract_parts import page_of


class Finalise(ActPage[Tender]):
    """The form that makes the contract; before the end of the standstill it says how long to wait."""

    act = services.finalise
    template = "contracts/finalise.html"
    keyed = True
    done = "De gunning is definitief. Contract {0.reference} is gemaakt."

    def find(self, **address: Any) -> Tender:
        """The tender, and its lots for which it was decided. Raises Refused: absent."""
        tender = get_tender(self.actor, address["public_id"])
        self.lots = [lot for lot in tender.lots.all() if lot.state == Lot.State.DECIDED]
        return tender

    def named(self) -> Document:
        """The tender."""
        return {"tender_id": self.target.public_id}

    def require_right(self) -> None:
        """Who does not work for the organisation is told that there is nothing here."""
        place = self.target.organisation_id
        access.require_visible(self.actor, self.act.declaration.permission, access.TENDER_READ, place)

    def require_possible(self) -> None:
        """The page itself says what comes first, or how long to wait."""

    def back_url(self) -> str:
        """The tender."""
        return reverse("tenders:tender", args=[self.target.public_id])

    def next_url(self, outcome: Contract) -> str:
        """The contract."""
        return page_of(outcome)

    def content(self) -> Document:
        """What was decided, and until when each decision waits."""
        awards = [award for lot in self.lots if (award := standing_award(lot)) is not None]
        waiting = [award for award in awards if award.standstill_until > clock.now()]
        only = {"lot": str(self.lots[0].public_id)} if len(self.lots) == 1 else {}
        label = f"{self.target.reference} {self.target.title}"
        return {
            "tender": self.target,
            "document": only | self.document,
            "awards": [_award_facts(award) for award in awards],
            "ready": len(waiting) < len(awards),
            "lot_options": [(str(lot.public_id), str(lot)) for lot in self.lots],
            "crumbs": [
                {"label": "Start", "url": "/"},
                {"label": label, "url": self.back_url()},
                {"label": "Definitief gunnen"},
            ],
        }


def _award_facts(award: Award) -> dict[str, Any]:
    waits = award.standstill_until > clock.now()
    return {
        "lot": str(award.lot),
        "supplier": award.bid_version.bid.supplier.name,
        "decided": formats.moment(award.decided_at),
        "until": formats.until(award.standstill_until),
        "standstill": standstill_words(award, clock.now()),
        "waits": waits,
        "term": f"{formats.day(award.lot.contract_start)} tot en met {formats.day(award.lot.contract_end)}",
    }
