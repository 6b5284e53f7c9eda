"""The own bids of a supplier, as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.listing import COUNT, MOMENT, Cell, Column, Listing, Tag
from mvi_dashboard.ground.pages import actor_of, may
from tenders import selectors
from tenders.models import Bid, BidVersion
from tenders.selectors.asking import OWN_BIDS_ORDER
from tenders.selectors.outcomes import AWARDED

from .words import outcome_tag, tag_of


@dataclass(frozen=True)
class Row:
    """A bid with its last version and the state of its tender now."""

    bid: Bid
    version: BidVersion | None
    status: str

    @property
    def outcome(self) -> str | None:
        """What was decided, in words."""
        found = outcome_tag(self.bid, awarded=getattr(self.bid, AWARDED))
        return found["label"] if found else None


def _title(row: Row) -> Cell:
    lot = row.bid.lot
    url = reverse("tenders:bid", args=[row.bid.public_id])
    return Cell(
        lot.tender.title, url=url, below=(worded("perceel {number}: {title}", number=lot.number, title=lot.title),)
    )


def _state(row: Row) -> Cell:
    outcome = outcome_tag(row.bid, awarded=getattr(row.bid, AWARDED))
    tags = [Tag(**tag_of(row.bid.state))]
    tags += [Tag(worded("Staat opzij"), "tag-warning")] if row.bid.set_aside_at else []
    tags += [Tag(**outcome)] if outcome else []
    is_new = row.bid.draft is not None and row.version is not None
    return Cell("", tags=tags, below=(worded("met een nieuw concept"),) if is_new else ())


LIST = Listing(
    "inschrijvingen",
    "Inschrijvingen",
    OWN_BIDS_ORDER,
    Column("Aanbesteding", lambda row: row.bid.lot.tender.title, order="title", shown=_title),
    Column("Perceel", lambda row: row.bid.lot.number, COUNT, on_page=False),
    Column("Onderwerp", lambda row: row.bid.lot.title, on_page=False),
    Column("Organisatie", lambda row: row.bid.lot.tender.organisation.name, order="organisation"),
    Column("Uw inschrijving", lambda row: tag_of(row.bid.state)["label"], shown=_state),
    Column("Uitkomst", lambda row: row.outcome, on_page=False),
    Column(
        "Ontvangen",
        lambda row: row.version and row.version.received_at,
        MOMENT,
        none="nog niets",
        shown=lambda row: Cell(
            below=(worded("versie {number}", number=row.version.number),) if row.version else ()
        ),
    ),
    Column(
        "Aanbesteding is",
        lambda row: tag_of(row.status)["label"],
        shown=lambda row: Cell("", tags=(Tag(**tag_of(row.status)),)),
    ),
    Column("Inschrijven kan tot", lambda row: row.bid.lot.tender.deadline, MOMENT, order="deadline"),
)


@require_safe
@may(access.BID_SUBMIT)
def own_bids(request: HttpRequest) -> HttpResponseBase:
    """All bids of the own supplier, newest first."""
    page = LIST.page(request, selectors.own_bids(actor_of(request)), prepare=_rows)
    if page.wants_file:
        return page.file()
    crumbs = [{"label": worded("Start"), "url": "/"}, {"label": worded("Inschrijvingen"), "url": ""}]
    return render(request, "tenders/bids.html", page.context() | {"crumbs": crumbs})


def _rows(bids: Sequence[Bid]) -> list[Row]:
    now: datetime = clock.now()
    versions = selectors.latest_versions(bids)
    return [Row(bid, versions.get(bid.pk), selectors.status_of(bid.lot.tender, now)) for bid in bids]
