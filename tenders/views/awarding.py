"""The award: deciding for a lot and taking that decision back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.act_pages import Document
from mvi_dashboard.ground.problems import conflict, not_found
from tenders import selectors, services
from tenders.models import Award, AwardProposal, Lot, Tender
from tenders.services import LotComparison
from tenders.services.shapes import DEFAULT_STANDSTILL_DAYS

from . import compared
from .acts import TenderPage


class _LotPage(TenderPage):
    """The page of an act on one lot: the one in the address, or the only one."""

    def find(self, **address: Any) -> Tender:
        """The tender, with the lot beside it. Raises Refused: absent."""
        tender = super().find(**address)
        lots: list[Lot] = list(tender.lots.all())
        named = self.request.GET.get("perceel", "")
        chosen = lots if not named and len(lots) == 1 else [lot for lot in lots if str(lot.public_id) == named]
        if not chosen:
            raise not_found()
        self.lot = chosen[0]
        return tender

    def given(self) -> Document:
        """The lot is known."""
        return {"lot": str(self.lot.public_id)}

    def frame(self) -> Document:
        """Which lot of which tender."""
        return super().frame() | {"lot": self.lot, "eyebrow": f"{self.target.title}, perceel {self.lot.number}"}


class Decide(_LotPage):
    """The bids of one lot to choose from, with the reason and the standstill."""

    act = services.decide_award
    template = "tenders/decide.html"
    title = "Beslissen over de gunning"

    def require_possible(self) -> None:
        """A lot is decided once."""
        if self.lot.state != Lot.State.OPEN:
            raise conflict("already_decided", "Voor dit perceel is al beslist: neem die beslissing eerst terug.")
        super().require_possible()

    def first(self) -> Document:
        """The usual standstill, or what a colleague proposed."""
        return _first_document(*self._proposal())

    def content(self) -> Document:
        """What there is to choose from."""
        proposal, own = self._proposal()
        tender_id, lot_id = self.target.public_id, self.lot.public_id
        comparison = services.compare_tender(self.actor, tender_id=tender_id, lot_id=lot_id)
        return {
            "options": _options(comparison),
            "set_aside": comparison.set_aside,
            "proposal": proposal and _proposed(proposal, own),
            "indicator": comparison.arrays.indicators[0],
            "compare_url": f"{reverse('tenders:compare', args=[tender_id])}?perceel={lot_id}",
        }

    def said(self, outcome: Award | AwardProposal) -> str:
        """What came of it."""
        return _said(outcome)

    def _proposal(self) -> tuple[AwardProposal | None, bool]:
        """What waits for a second person, and whether this person proposed it."""
        found = selectors.waiting_proposal(self.lot, clock.now())
        return found, found is not None and found.proposed_by_id == self.request.user.pk


class Withdraw(_LotPage):
    """Asks for the reason; the lot is open again afterwards."""

    act = services.withdraw_award
    title, question = "Beslissing terugnemen", "Wilt u de gunningsbeslissing terugnemen?"
    submit_label, danger = "Neem de beslissing terug", True
    labels = {"reason": "Waarom neemt u de beslissing terug?"}
    done = "De beslissing is teruggenomen. U kunt opnieuw beslissen."

    def require_possible(self) -> None:
        """Only a decision that stands and is not final."""
        if selectors.standing_award(self.lot) is None or self.lot.state != Lot.State.DECIDED:
            raise conflict("not_awarded", "Er is geen gunningsbeslissing die u kunt terugnemen.")

    def content(self) -> Document:
        """For whom it was decided."""
        award = selectors.standing_award(self.lot)
        supplier = award.bid_version.bid.supplier.name if award is not None else ""
        decided = f"U besliste voor {supplier}." if supplier else "Nu staat er geen beslissing."
        return {
            "lead": f"{decided} Daarna kunt u opnieuw beslissen; deze beslissing blijft vastgelegd.",
            "facts": [
                {"label": "Perceel", "value": str(self.lot)},
                {"label": "Voorlopig gegund aan", "value": supplier or "niemand"},
            ],
        }


def _said(decided: Award | AwardProposal) -> str:
    """What came of it: a decision with its standstill, or a proposal that waits for a second person."""
    if isinstance(decided, AwardProposal):
        until = formats.moment(decided.proposed_at + selectors.PROPOSAL_WINDOW)
        return (
            "Uw voorstel is vastgelegd; er is nog niets beslist. Zonder wachttijd moet een tweede persoon van uw "
            f"organisatie hetzelfde beslissen, vóór {until}."
        )
    if decided.standstill_until == decided.decided_at:
        return "De beslissing is vastgelegd. Er is geen wachttijd."
    return f"De beslissing is vastgelegd. De wachttijd loopt {formats.until(decided.standstill_until)}."


def _first_document(proposal: AwardProposal | None, own: bool) -> dict[str, Any]:
    """What the form starts with: the usual standstill, or what a colleague proposed."""
    if proposal is None or own:
        return {"standstillDays": DEFAULT_STANDSTILL_DAYS}
    return {
        "bid": str(proposal.bid_version.bid.public_id),
        "reason": proposal.reason,
        "standstillDays": 0,
        "standstillGround": proposal.standstill_ground,
        "standstillReason": proposal.standstill_reason,
    }


def _proposed(found: AwardProposal, own: bool) -> dict[str, Any]:
    """The proposal to decide without a standstill that waits, and whether this person made it."""
    return {
        "by": str(found.proposed_by),
        "own": own,
        "supplier": found.bid_version.bid.supplier.name,
        "until": formats.moment(found.proposed_at + selectors.PROPOSAL_WINDOW),
    }


def _options(comparison: LotComparison) -> list[tuple[str, str]]:
    """The bids to choose from, with price and impact on the first indicator, the least impact first."""
    unit = comparison.arrays.indicators[0].unit
    confirmed = selectors.confirmations_of([each.version.pk for each in comparison.bids])
    return [
        (str(row["id"]), _option(row, unit, len(confirmed[row["each"].version.pk])))
        for row in compared.rows_of(comparison, 0)
    ]


def _option(row: Mapping[str, Any], unit: str, confirmed: int) -> str:
    """One bid in a sentence; no price is rounded, and a shared place is said to be shared."""
    said = [
        formats.euros(row["price"], 2),
        f"voor de hele vraag {formats.euros(row['price_for_demand'], 2)}",
        f"{row['impact_text']} {unit}{'' if row['complete'] else ' (onvolledig)'}",
    ]
    if confirmed:
        many = "ongewone getallen die de leverancier bevestigde"
        said.append(formats.counted(confirmed, "ongewoon getal dat de leverancier bevestigde", many))
    if row["rank"]:
        said.append(f"{'gedeelde plaats' if row['shared'] else 'plaats'} {row['rank']}")
    return f"{row['supplier']}: {', '.join(said)}"
