"""A tender as the typed answer that its reader may see."""

from __future__ import annotations

from typing import Any

from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import Actor
from tenders import resources, selectors
from tenders.models import Tender
from tenders.selectors.tenders import OPENING_WINDOW


def tender_row(tender: Tender) -> resources.TenderRow:
    """A tender in a list."""
    return resources.TenderRow.of(tender, selectors.status_of(tender, clock.now()))


def tender_answer(actor: Actor, tender: Tender, **more: Any) -> resources.Tender:
    """One tender as a whole, with what else belongs to the answer; suppliers do not see what is the buyer's."""
    now = clock.now()
    own = actor.supplier_id is None
    waiting = selectors.wait_for_opening(tender, now) if tender.status == Tender.Status.PUBLISHED else None
    count, aside = selectors.bid_counts(tender) if own else (0, 0)
    hidden: dict[str, Any] = {} if own else {"estimated_value": None}
    return resources.Tender.of(
        tender,
        id=tender.public_id,
        status=selectors.status_of(tender, now),
        organisation=tender.organisation.code,
        lots=[resources.Lot.of(lot) for lot in resources.lots_of(tender)],
        basis=tender.basis.code if tender.basis else None,
        platform=tender.platform or None,
        platform_reference=tender.platform_reference or None,
        published_at=tender.published_at,
        opened_at=tender.opened_at,
        waiting=waiting is not None if own else None,
        waiting_until=waiting.moment + OPENING_WINDOW if own and waiting is not None else None,
        bids=count if own else None,
        set_aside=aside if own else None,
        proposals=_proposals(actor, tender),
        **hidden,
        **more,
    )


def _proposals(actor: Actor, tender: Tender) -> list[resources.AwardProposal]:
    """What waits for a second person who decides, for those who may be that person."""
    if tender.status != Tender.Status.OPENED or not actor.may(access.TENDER_DECIDE, tender.organisation_id):
        return []
    found = selectors.waiting_proposals(tender, clock.now()).values()
    return [resources.AwardProposal.of(each) for each in found]
