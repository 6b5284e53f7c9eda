"""Lists of tenders: for officers what they lead, for suppliers what they can bid on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.pages import actor_of, may, next_page
from tenders import selectors
from tenders.models import Bid, Tender
from tenders.selectors.asking import STATES, TENDERS

from .words import is_supplier, tag_of

Status = Tender.Status


@require_safe
@may(access.TENDER_READ, access.BID_SUBMIT)
def tender_list(request: HttpRequest) -> HttpResponse:
    """The tenders that this person may see, filtered by state."""
    actor, now = actor_of(request), clock.now()
    asked, bidding = TENDERS.asked_in(request), is_supplier(actor)
    found = TENDERS.narrowed(selectors.visible_tenders(actor), asked.values)
    order = ("-deadline", "id") if bidding else ("-created_at", "id")
    if not bidding:
        found = found.annotate(bid_count=Coalesce(Subquery(_bids_per_tender()), 0))
    rows, next_url = next_page(request, found, order)
    context = {
        "rows": [_row(tender, now) for tender in rows],
        "own": _own_states(actor, rows) if bidding else {},
        "bidding": bidding,
        "next_url": next_url,
        "first_url": asked.first_url,
        "may_add": actor.may(access.TENDER_EDIT),
        "crumbs": [{"label": "Start", "url": "/"}, {"label": "Aanbestedingen", "url": ""}],
        "filtered": asked.is_filtered,
        **asked.form({"status": _states(bidding=bidding)}),
    }
    if bidding:
        for row in context["rows"]:
            row["own"] = context["own"].get(row["tender"].pk)
    return render(request, "tenders/list.html", context)


def _bids_per_tender() -> QuerySet[Any]:
    bids = Bid.objects.filter(lot__tender=OuterRef("pk"), state=Bid.State.SUBMITTED).order_by()
    counted: QuerySet[Any] = bids.values("lot__tender").annotate(number=Count("pk")).values("number")
    return counted


def _row(tender: Tender, now: datetime) -> dict[str, Any]:
    status = selectors.status_of(tender, now)
    return {
        "tender": tender,
        "tag": tag_of(status),
        "bids": None if status == Status.DRAFT else getattr(tender, "bid_count", None),
        "open": status == Status.PUBLISHED,
    }


def _own_states(actor: Actor, tenders: Sequence[Tender]) -> dict[int, dict[str, str]]:
    """The state of the own bid per tender; a submitted one goes before a concept."""
    states: dict[int, str] = {}
    for tender_id, state in selectors.own_bids_on(actor, tenders).values_list("lot__tender_id", "state"):
        if states.get(tender_id) != Bid.State.SUBMITTED:
            states[tender_id] = state
    return {tender_id: tag_of(state) for tender_id, state in states.items()}


def _states(*, bidding: bool) -> list[tuple[str, str]]:
    return [(code, label) for code, label in STATES.items() if not (bidding and code == Status.DRAFT)]
