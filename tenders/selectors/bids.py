"""Bids: a supplier's own always, for officers those that were opened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from mvi_dashboard.ground.access import TENDER_READ, Actor
from mvi_dashboard.ground.problems import not_found
from tenders.models import Bid, BidVersion, Tender
from tenders.models.bids import WAITING

from .outcomes import with_awarded

_WITH = (
    "supplier",
    "organisation",
    "lot__tender__vault",
    "lot__tender__price_vault",
    "lot__tender__basis",
    "lot__group",
    "lot__protocol",
)


def get_bid(actor: Actor, public_id: UUID | str) -> Bid:
    """One bid that this actor may see. Raises Refused (absent or not visible)."""
    found: Bid | None = Bid.objects.visible_to(actor).select_related(*_WITH).filter(public_id=public_id).first()
    if found is None:
        raise not_found()
    return found


def own_bids(actor: Actor) -> QuerySet[Bid]:
    """All bids of this actor's own supplier, newest first."""
    if actor.supplier_id is None:
        return Bid.objects.none()
    found = Bid.objects.filter(~WAITING, supplier_id__in=actor.supplier_ids).select_related(
        "lot__tender__organisation", "supplier"
    )
    return with_awarded(found.order_by("-created_at", "-id"))


def own_bids_on(actor: Actor, tenders: Iterable[Tender]) -> QuerySet[Bid]:
    """The bids of this actor's own supplier on these tenders, oldest first."""
    if actor.supplier_id is None:
        return Bid.objects.none()
    return Bid.objects.filter(supplier_id__in=actor.supplier_ids, lot__tender__in=list(tenders)).order_by("id")


def loaded_bids(tender: Tender) -> list[Bid]:
    """What was brought in from another platform and counts, by lot and supplier."""
    return list(bids_of(tender).filter(channel=Bid.Channel.OFFICER))


def loaded_bid(actor: Actor, public_id: UUID | str) -> Bid:
    """One that was brought in, for who leads its tender, before the opening too: only that it is there.

    Raises Refused: absent.
    """
    own = Bid.objects.filter(organisation_id__in=actor.organisations_for(TENDER_READ))
    found = own.exclude(lot__tender__platform="").filter(channel=Bid.Channel.OFFICER, public_id=public_id)
    bid: Bid | None = found.select_related(*_WITH).first()
    if bid is None:
        raise not_found()
    return bid


def bids_of(tender: Tender) -> QuerySet[Bid]:
    """The bids of a tender that count: submitted and not withdrawn."""
    found = Bid.objects.filter(lot__tender=tender, state=Bid.State.SUBMITTED)
    return found.select_related("supplier", "lot").order_by("lot__number", "supplier__name", "id")


def bid_count(tender: Tender) -> int:
    """How many bids came in: all that an officer may know before the opening."""
    return Bid.objects.filter(lot__tender=tender, state=Bid.State.SUBMITTED).count()


def bid_counts(tender: Tender) -> tuple[int, int]:
    """(how many bids came in, how many of them were set aside at the opening); one query."""
    found = Bid.objects.filter(lot__tender=tender, state=Bid.State.SUBMITTED)
    counts = found.aggregate(all=Count("id"), aside=Count("id", filter=Q(set_aside_at__isnull=False)))
    return counts["all"], counts["aside"]


def bids_set_aside(**about: Any) -> list[Bid]:
    """The bids that could not be opened, with supplier and lot: of a tender (`lot__tender`) or of a `lot`."""
    found = Bid.objects.filter(state=Bid.State.SUBMITTED, set_aside_at__isnull=False, **about)
    return list(found.select_related("supplier", "lot").order_by("lot__number", "supplier__name", "id"))


def latest_version(bid: Bid) -> BidVersion | None:
    """The version of a bid that counts, if it was submitted."""
    return BidVersion.objects.filter(bid=bid).order_by("-number").first()


def latest_versions(bids: Iterable[Bid]) -> dict[int, BidVersion]:
    """The version that counts of each of these bids, by the id of the bid."""
    versions = BidVersion.objects.filter(bid__in=list(bids)).order_by("bid_id", "number").defer("sealed")
    return {version.bid_id: version for version in versions}
