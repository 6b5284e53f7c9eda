"""Acts of a supplier: on a tender that invites bids, and on its own bid. Neither holds up the bids of others."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q

from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Lines, Outcome
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import Supplier
from mvi_dashboard.ground.problems import conflict, forbidden, not_found, stale
from tenders.models import Bid, LotItem, Tender
from tenders.models.tenders import ASKED_HERE, practised_by
from tenders.selectors import get_bid

from .states import share_tender

_ALL = Q()


@dataclass(frozen=True)
class Invited:
    """A supplier before a tender that invites bids."""

    supplier_id: int
    tender: Tender
    items: list[LotItem]
    """all that is asked, with their lots"""


class InvitingAct(Act[Invited, Outcome]):
    """An act of a supplier on a tender, which stays as it is while bids come in side by side."""

    def __call__(
        self,
        actor: Actor,
        *,
        tender_id: UUID | str,
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> Outcome:
        """What came of it. Raises Refused."""
        return self.carry_out(actor, tender_id, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: UUID | str) -> Invited:
        """Raises Refused: absent, forbidden."""
        access.require(actor, self.declaration.permission)
        if actor.supplier_id is None:
            raise forbidden()
        share_tender(named)
        items = demand_of(named, practised_by(actor))
        return Invited(actor.supplier_id, items[0].lot.tender, items)

    def read(self, doing: Doing[Invited]) -> None:
        """Nothing yet: a bid is read by what its own lot asks."""


class OwnBidAct(Act[Bid, Outcome]):
    """An act of a supplier on its own bid, whose tender stays as it is meanwhile."""

    def __call__(
        self,
        actor: Actor,
        *,
        bid_id: UUID | str,
        expected_version: int,
        document: Mapping[str, Any] | None = None,
        typed: bool = False,
        once: Once | None = None,
    ) -> Outcome:
        """What came of it. Raises Refused."""
        return self.carry_out(
            actor, bid_id, document=document, expected_version=expected_version, typed=typed, once=once
        )

    def lock(self, actor: Actor, named: UUID | str) -> Bid:
        """Raises Refused: absent, forbidden. What is not the own one is waited for by nobody."""
        bid = get_bid(actor, named)
        if bid.supplier_id not in actor.supplier_ids:
            raise forbidden()
        share_tender(bid.lot.tender.public_id)
        bid.lot.tender.refresh_from_db(fields=["status", "deadline"])
        return bid

    def read(self, doing: Doing[Bid]) -> None:
        """Nothing yet: a bid is read by what its own lot asks."""

    def require_version(self, target: Bid, expected: int) -> None:
        """Raises Refused 412 before the state is judged; `change_bid` decides once more."""
        if target.version != expected:
            raise stale()


def inviting_act(declaration: ActDeclaration) -> Callable[[Lines[Invited, Outcome]], InvitingAct[Outcome]]:
    """Makes an act on a tender that invites bids, of the lines that are its own."""
    return lambda lines: InvitingAct(declaration, lines)


def own_bid_act(declaration: ActDeclaration) -> Callable[[Lines[Bid, Outcome]], OwnBidAct[Outcome]]:
    """Makes an act on the own bid of the lines that are its own."""
    return lambda lines: OwnBidAct(declaration, lines)


def change_bid(bid: Bid, expected_version: int, where: Mapping[str, Any] | None = None, **changes: Any) -> None:
    """Write these fields on exactly the version that was seen. Raises Refused 412."""
    rows = Bid.objects.filter(pk=bid.pk, version=expected_version, **(where or {}))
    if not rows.update(version=expected_version + 1, **changes):
        raise stale()
    for name, value in changes.items():
        setattr(bid, name, value)
    bid.version = expected_version + 1


def require_open(tender: Tender, now: datetime) -> None:
    """Raises Refused 409 when bids cannot come in now."""
    if tender.status == Tender.Status.CANCELLED:
        raise conflict("cancelled", "Deze aanbesteding is ingetrokken: inschrijven kan niet meer.")
    if tender.bidding_starts_at is not None and now < tender.bidding_starts_at:
        text = worded(
            "Inschrijven kan vanaf {bidding_starts_at}.",
            bidding_starts_at=formats.moment(tender.bidding_starts_at),
        )
        raise conflict("not_started", text)
    if (tender.deadline is not None and now >= tender.deadline) or tender.status != Tender.Status.PUBLISHED:
        text = worded(
            "De inschrijftermijn sloot op {deadline}; wij ontvingen dit op {now}.",
            deadline=formats.moment(tender.deadline),
            now=formats.moment(now),
        )
        raise conflict("deadline_passed", text)


def hold_firm(supplier_id: int) -> None:
    """Before the first bid of a firm on a lot: the firm is not merged meanwhile, as merging waits for sealed bids.

    Raises Refused 409 when it was merged since this actor was looked up.
    """
    # Merging holds the same row.
    firm = Supplier.objects.select_for_update(no_key=True, of=("self",)).get(pk=supplier_id)
    if firm.merged_into_id is not None:
        raise conflict("merged", worded("Uw bedrijf is net samengevoegd met een ander. Probeer het nog eens."))


def demand_of(tender_id: UUID | str, which: Q = _ALL) -> list[LotItem]:
    """All demand items of a published tender, with lot and tender behind them; one query once they are known.

    `which` tenders ask this at all.
    """
    found = Tender.objects.select_related("vault", "price_vault").filter(public_id=tender_id)
    tender = found.filter(which, ASKED_HERE).first()
    if tender is None:
        raise not_found()
    frozen = _frozen_demand(tender.public_id, tender.version)
    tender.basis = frozen[0].lot.tender.basis
    # What is kept is shared by all threads: each bid gets copies, with the tender as it is now behind them.
    lots = {item.lot_id: copy.copy(item.lot) for item in frozen}
    items = [copy.copy(item) for item in frozen]
    for item in items:
        item.lot = lots[item.lot_id]
        item.lot.tender = tender
    return items


@lru_cache(maxsize=128)
def _frozen_demand(tender_id: UUID, version: int) -> tuple[LotItem, ...]:
    """The demand of a tender with its groups and basis: from the publication on it never changes (guarded)."""
    found = LotItem.objects.select_related(
        "product_type", "lot__group", "lot__protocol", "lot__tender__basis__method_version__method"
    )
    return tuple(found.filter(lot__tender__public_id=tender_id).order_by("lot__number", "number"))
