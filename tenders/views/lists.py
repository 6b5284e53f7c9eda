"""Lists of tenders: for officers what they lead, for suppliers what they can bid on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.listing import COUNT, MOMENT, Cell, Column, Listing, Tag
from mvi_dashboard.ground.pages import actor_of, may
from tenders import selectors
from tenders.models import Bid, Tender
from tenders.selectors.asking import BY_DEADLINE, STATES, TENDERS, TENDERS_ORDER

from .words import is_supplier, tag_of

Status = Tender.Status
_REFERENCE, _PLACE, _BIDS, _OWN = "Kenmerk", "Organisatie", "Inschrijvingen", "Uw inschrijving"


@dataclass(frozen=True)
class Row:
    """A tender with its state of now, how many bids it has, and the state of the own one."""

    tender: Tender
    status: str
    bids: int | None
    own: str

    @property
    def own_word(self) -> str:
        """The state of the own bid, or what there is instead."""
        if self.own:
            return tag_of(self.own)["label"]
        return worded("nog niet ingeschreven") if self.status == Status.PUBLISHED else worded("geen")


def _title(row: Row) -> Cell:
    below = (worded("achteraf vastgelegd"),) if row.tender.recorded_afterwards else ()
    if row.tender.held_elsewhere:
        below = (worded("elders gehouden: {platform}", platform=row.tender.platform),)
    return Cell(row.tender.title, url=reverse("tenders:tender", args=[row.tender.public_id]), below=below)


def _own(row: Row) -> Cell:
    return Cell("", tags=(Tag(**tag_of(row.own)),)) if row.own else Cell(row.own_word)


LIST = Listing(
    "aanbestedingen",
    "Aanbestedingen",
    TENDERS_ORDER,
    Column("Aanbesteding", lambda row: row.tender.title, order="title", shown=_title),
    Column(
        _REFERENCE,
        lambda row: row.tender.reference,
        order="reference",
        shown=lambda row: Cell(row.tender.reference, below=(row.tender.organisation.name,)),
    ),
    Column(_PLACE, lambda row: row.tender.organisation.name, order="organisation"),
    Column(
        "Stand",
        lambda row: tag_of(row.status)["label"],
        shown=lambda row: Cell("", tags=(Tag(**tag_of(row.status)),)),
    ),
    Column(
        "Inschrijven kan tot", lambda row: row.tender.deadline, MOMENT, order="deadline", none="nog niet gekozen"
    ),
    Column(_BIDS, lambda row: row.bids, COUNT, none="nog niet gepubliceerd"),
    Column(_OWN, lambda row: row.own_word, shown=_own),
    Column("Rekenbasis", lambda row: row.tender.basis.code if row.tender.basis else None, on_page=False),
)


@require_safe
@may(access.TENDER_READ, access.BID_SUBMIT)
def tender_list(request: HttpRequest) -> HttpResponseBase:
    """The tenders that this person may see, filtered by state."""
    actor, now = actor_of(request), clock.now()
    asked, bidding = TENDERS.asked_in(request), is_supplier(actor)
    found = TENDERS.narrowed(selectors.visible_tenders(actor), asked.values)
    if not bidding:
        found = found.annotate(bid_count=Coalesce(Subquery(_bids_per_tender()), 0))
    page = LIST.page(
        request,
        found,
        prepare=lambda rows: _rows(actor, rows, now, bidding=bidding),
        off_page=(_REFERENCE,) if bidding else (_PLACE,),
        withheld=(_BIDS,) if bidding else (_OWN,),
        order=BY_DEADLINE if bidding else None,
    )
    if page.wants_file:
        return page.file()
    context = {
        **page.context(),
        "bidding": bidding,
        "may_add": actor.may(access.TENDER_EDIT),
        "crumbs": [{"label": worded("Start"), "url": "/"}, {"label": worded("Aanbestedingen"), "url": ""}],
        "filtered": asked.is_filtered,
        **asked.form({"status": _states(bidding=bidding)}),
    }
    return render(request, "tenders/list.html", context)


def _bids_per_tender() -> QuerySet[Any]:
    bids = Bid.objects.filter(lot__tender=OuterRef("pk"), state=Bid.State.SUBMITTED).order_by()
    counted: QuerySet[Any] = bids.values("lot__tender").annotate(number=Count("pk")).values("number")
    return counted


def _rows(actor: Actor, tenders: Sequence[Tender], now: datetime, *, bidding: bool) -> list[Row]:
    own = _own_states(actor, tenders) if bidding else {}
    return [_row(tender, selectors.status_of(tender, now), own.get(tender.pk, "")) for tender in tenders]


def _row(tender: Tender, status: str, own: str) -> Row:
    bids = None if status == Status.DRAFT else getattr(tender, "bid_count", None)
    return Row(tender, status, bids, own)


def _own_states(actor: Actor, tenders: Sequence[Tender]) -> dict[int, str]:
    """The state of the own bid per tender; a submitted one goes before a concept."""
    states: dict[int, str] = {}
    for tender_id, state in selectors.own_bids_on(actor, tenders).values_list("lot__tender_id", "state"):
        if states.get(tender_id) != Bid.State.SUBMITTED:
            states[tender_id] = state
    return states


def _states(*, bidding: bool) -> list[tuple[str, str]]:
    return [(code, label) for code, label in STATES.items() if not (bidding and code == Status.DRAFT)]
