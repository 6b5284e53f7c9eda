"""A bid as its supplier and, after the opening, the officer may read it: built again each time it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from indicators.resources.assessment import ImpactTotal
from indicators.selectors import reference_stamp
from indicators.services import Assessed, known_to, remarks_on, totals_answer
from mvi_dashboard.ground import access, audit
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.receipts import Receipt
from mvi_dashboard.ground.vault import Purpose, Unopenable
from tenders.models import Bid, BidVersion
from tenders.selectors import latest_version

from .bid_documents import arrays_of, assess_bid, items_of, read_bid
from .reading import is_own
from .sealing import FILES, receipt_of, unseal_whole


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
    receipt: Receipt | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    """The document with the files of its version: what the receipt is of."""

    @property
    def impacts(self) -> list[ImpactTotal]:
        """The sums over the lines per indicator; empty for a concept."""
        return totals_answer(self.assessed) if self.assessed is not None else []


LATER_RULES = ("energy_of_buyer", "not_applicable", "range")
"""What a bid that was accepted before these rules may still hold: it counts as it was sent, and that is said."""


def _of_later_rules(problems: Sequence[Problem]) -> list[Problem]:
    said = "Deze inschrijving is van vóór een nieuwe regel en telt zoals zij is ingediend. Die regel: "
    return [replace(each, detail=said + each.detail) for each in problems if each.code in LATER_RULES]


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
    purpose = _purpose(actor, bid)
    if bid.set_aside_at is not None:
        receipt = _receipt_if_whole(version, purpose, actor)
        _note_read(actor, bid, purpose)
        return BidAnswer(bid, version, {}, None, (), receipt=receipt)
    whole = unseal_whole(version, purpose=purpose, actor=actor)
    document = {name: value for name, value in whole.items() if name != FILES}
    receipt = None if bid.from_elsewhere else receipt_of(version, purpose=purpose, actor=actor)
    lot, items = bid.lot, list(bid.lot.items.select_related("product_type").order_by("number"))
    stamp = reference_stamp()
    arrays, known = arrays_of(lot.tender, stamp), known_to(actor, stamp)
    content = read_bid(document, lot, items, arrays=arrays, known=known)
    assessed = assess_bid(content.lines, items_of(content.lines, items), lot, arrays)
    notices = [*content.notices, *remarks_on(assessed), *_of_later_rules(content.problems)]
    found = BidAnswer(bid, version, document, assessed, notices, content.data, receipt, whole)
    _note_read(actor, bid, purpose)
    return found


def _note_read(actor: Actor, bid: Bid, purpose: Purpose) -> None:
    """The trace of reading what somebody else offered, its receipt alone too; the last statement."""
    if purpose is not Purpose.OWN:
        audit.record(actor, "bid.read", bid, organisation=bid.organisation_id)


def receipts_of(actor: Actor, bid: Bid) -> list[tuple[int, Receipt]]:
    """(number, receipt) of every version of a bid that is whole, the newest first. Raises Refused."""
    purpose, found = _purpose(actor, bid), []
    for version in BidVersion.objects.filter(bid=bid).defer("sealed").order_by("-number"):
        version.bid = bid
        receipt = _receipt_if_whole(version, purpose, actor)
        if receipt is not None:
            found.append((version.number, receipt))
    return found


def _receipt_if_whole(version: BidVersion, purpose: Purpose, actor: Actor) -> Receipt | None:
    """The receipt, or None where its seal is broken: then the supplier's own copy is what is left of it."""
    if version.bid.from_elsewhere:
        return None
    try:
        return receipt_of(version, purpose=purpose, actor=actor)
    except Unopenable:
        return None


def _purpose(actor: Actor, bid: Bid) -> Purpose:
    if is_own(actor, bid.supplier_id):
        return Purpose.OWN
    access.require(actor, access.BID_READ, bid.organisation_id)
    return Purpose.OPENING
