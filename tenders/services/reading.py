"""Who looked: reading somebody else's opened bid stands in the audit trail (one's own does not)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from mvi_dashboard.ground import audit
from mvi_dashboard.ground.access import Actor
from tenders.models import Bid, Tender


def is_own(actor: Actor, supplier_id: int) -> bool:
    """Whether this actor acts for the supplier whose offer it is."""
    return supplier_id in actor.supplier_ids


@transaction.atomic
def note_listed(actor: Actor, tender: Tender, shown: Iterable[Bid]) -> None:
    """The trace of a list of bids, when one of others stands in it; the last statement of a request."""
    others = sum(1 for bid in shown if not is_own(actor, bid.supplier_id))
    if others:
        audit.record(actor, "bids.list", tender, organisation=tender.organisation_id, changes={"bids": others})
