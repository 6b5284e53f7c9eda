"""A bid as its supplier and, after the opening, the officer may read it: built again each time it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from indicators.selectors import reference_stamp
from indicators.services import Assessed, known_to, totals_answer
from mvi_dashboard.ground import access, audit
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.vault import Purpose
from tenders.models import Bid, BidVersion
from tenders.selectors import latest_version

from .bid_documents import arrays_of, assess_bid, read_bid, unseal


@dataclass(frozen=True)
class BidAnswer:
    """A bid with what it is expected to do; `document` is what was sent, the newest version."""

    bid: Bid
    version: BidVersion | None
    document: Mapping[str, Any]
    assessed: Assessed | None
    notices: Sequence[Problem]
    data: Mapping[str, Any] = field(default_factory=dict)
    """The document as it was read, by the names of the shape."""

    @property
    def impacts(self) -> list[dict[str, Any]]:
        """The sums over the lines per indicator; empty for a concept."""
        return totals_answer(self.assessed) if self.assessed is not None else []


@transaction.atomic
def bid_answer(actor: Actor, bid: Bid, version: BidVersion | None = None) -> BidAnswer:
    """The bid in clear: for its own supplier always, for others after the opening, which leaves a trace.

    `version` is the newest unless another is given: a request that is sent again gets its own receipt. Of a bid
    that was set aside there is nothing to show but its receipt and why.
    """
    version = version or latest_version(bid)
    if version is None:
        return BidAnswer(bid, None, {}, None, ())
    version.bid = bid
    if bid.set_aside_at is not None:
        return BidAnswer(bid, version, {}, None, ())
    own = actor.supplier_id is not None and bid.supplier_id == actor.supplier_id
    if not own:
        access.require(actor, access.BID_READ, bid.organisation_id)
    document = unseal(version, purpose=Purpose.OWN if own else Purpose.OPENING, actor=actor)
    lot, items = bid.lot, list(bid.lot.items.order_by("number"))
    stamp = reference_stamp()
    arrays, known = arrays_of(lot.tender, stamp), known_to(actor, stamp)
    content = read_bid(document, lot, items, arrays=arrays, known=known)
    assessed = assess_bid(content.lines, lot, arrays)
    found = BidAnswer(bid, version, document, assessed, content.notices, content.data)
    if not own:
        audit.record(actor, "bid.read", bid, organisation=bid.organisation_id)
    return found
