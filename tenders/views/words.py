"""Words and links that the pages of tenders share: states as tags, crumbs, and what may be drawn again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse

from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from tenders.models import Bid, Lot, Tender
from tenders.selectors import is_decided

_TAGS: dict[str, str] = {
    Tender.Status.DRAFT: "",
    Tender.Status.PUBLISHED: "tag-info",
    Tender.Status.CLOSED: "tag-warning",
    Tender.Status.OPENED: "tag-info",
    Tender.Status.DECIDED: "tag-warning",
    Tender.Status.FINAL: "tag-ok",
    Tender.Status.CANCELLED: "tag-error",
    Bid.State.CONCEPT: "tag-warning",
    Bid.State.SUBMITTED: "tag-ok",
    Bid.State.WITHDRAWN: "tag-error",
}


def tag_of(state: str) -> dict[str, str]:
    """The state of a tender or bid as a tag: its label and its class."""
    label = Tender.Status(state).label if state in Tender.Status.values else Bid.State(state).label
    return {"label": worded(str(label)), "kind": _TAGS.get(state, "")}


def outcome_tag(bid: Bid, *, awarded: bool) -> dict[str, str] | None:
    """What was decided about an own bid, as a tag; None while nothing is."""
    if not is_decided(bid):
        return None
    if not awarded:
        return {"label": worded("Niet aan u gegund"), "kind": "tag-error"}
    final = bid.lot.state == Lot.State.FINAL
    return {
        "label": worded("Definitief aan u gegund") if final else worded("Voorlopig aan u gegund"),
        "kind": "tag-ok",
    }


def is_supplier(actor: Actor) -> bool:
    """Whether this person bids."""
    return actor.supplier_id is not None


def may_edit(actor: Actor, tender: Tender) -> bool:
    """Whether this person leads this tender."""
    return actor.may(access.TENDER_EDIT, tender.organisation_id)


def crumbs(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    """The way from the start to here; the last one has no address."""
    start = [(worded("Start"), "/"), (worded("Aanbestedingen"), reverse("tenders:list"))]
    return [{"label": label, "url": url} for label, url in (*start, *pairs)]


def bid_crumbs(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    """The same for the own bids of a supplier."""
    start = [(worded("Start"), "/"), (worded("Inschrijvingen"), reverse("tenders:bids"))]
    return [{"label": label, "url": url} for label, url in (*start, *pairs)]


def tender_url(tender: Tender) -> str:
    """Where a tender is shown."""
    return reverse("tenders:tender", args=[tender.public_id])


def url_or_nothing(name: str, *args: Any) -> str:
    """The address of a page of another app, empty when there is no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def price_in_words(price: Decimal | None) -> str:
    """A price to the cent: this is what a bidder offers, so nothing is rounded away."""
    whole = price is not None and price == price.to_integral_value()
    return formats.euros(price, 0 if whole else 2)
