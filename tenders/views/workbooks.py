"""The workbook of a group or of a lot to take away, and a filled-in one read back."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from indicators.selectors import LEVELS, get_group, protocol_for, protocol_of
from indicators.selectors.protocols import STANDARD
from indicators.views.requests import request_tables
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.pages import actor_of, signed_in
from mvi_dashboard.ground.problems import not_found
from tenders import selectors
from tenders.exchange import (
    ReadWorkbook,
    bid_workbook,
    layout_of,
    read_bid_workbook,
    refuse_another_lot,
    sheets_of,
)
from tenders.exchange.writing import MEDIA_TYPE
from tenders.models import Lot

from .words import crumbs, tender_url


@require_safe
def group_workbook(request: HttpRequest, code: str) -> HttpResponse:
    """The empty workbook of a group at the level in the address; open to everybody."""
    group, level = get_group(code), request.GET.get("niveau", STANDARD)
    if level not in LEVELS:
        raise not_found()
    layout = layout_of(group, protocol_of(protocol_for(group)), level)
    content = bid_workbook(layout, actor_of(request))
    return as_file(content, f"inschrijving-{group.code}-{level}.xlsx")


@require_safe
@signed_in
def lot_workbook(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The workbook of a lot, with its demand; for everybody who sees the tender."""
    lot = _lot_in(request, public_id)
    name = f"inschrijving-{lot.tender.reference}-perceel-{lot.number}.xlsx"
    return as_file(workbook_of(actor_of(request), lot), name)


@require_safe
@signed_in
def lot_request(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is asked of bids on this lot, as a page to print: the pinned protocol at the level of the lot."""
    lot = _lot_in(request, public_id)
    protocol = protocol_of(lot.protocol or protocol_for(lot.group))
    if protocol is None:
        raise not_found()
    tender, query = lot.tender, f"?perceel={lot.public_id}"
    context = {
        "group": lot.group_as_asked,
        "lot": lot,
        "items": sorted(lot.items.all(), key=lambda item: item.number),
        "level": lot.request_level,
        "level_word": LEVELS[lot.request_level],
        "workbook_url": reverse("tenders:workbook", args=[tender.public_id]) + query,
        "crumbs": crumbs((tender.title, tender_url(tender)), ("Wat wordt gevraagd", "")),
        **request_tables(protocol, lot.group_as_asked, lot.request_level),
    }
    return render(request, "indicators/request.html", context)


def _lot_in(request: HttpRequest, public_id: UUID) -> Lot:
    """The lot in the address, or the only one, of a tender that this person may see."""
    tender = selectors.get_tender(actor_of(request), public_id)
    lots, named = list(tender.lots.all()), request.GET.get("perceel", "")
    lot: Lot | None = next(
        (each for each in lots if str(each.public_id) == named or (not named and len(lots) == 1)), None
    )
    if lot is None:
        raise not_found()
    lot.tender = tender
    return lot


def workbook_of(actor: Actor, lot: Lot) -> bytes:
    """The workbook of this lot: as the pinned protocol asks, of a concept as it would ask now."""
    protocol = protocol_of(lot.protocol or protocol_for(lot.group))
    items = sorted(lot.items.all(), key=lambda item: item.number)
    return bid_workbook(layout_of(lot.group_as_asked, protocol, lot.request_level), actor, lot=lot, items=items)


def read_for_lot(actor: Actor, lot: Lot, name: str, content: bytes) -> ReadWorkbook:
    """The bid in this workbook for this lot. Raises Refused, also when it was made for another lot."""
    layout = layout_of(lot.group_as_asked, protocol_of(lot.protocol), lot.request_level)
    sheets = sheets_of(content, name)
    refuse_another_lot(sheets, str(lot.public_id))
    return read_bid_workbook(sheets, layout, actor)


def as_file(content: bytes, name: str, kind: str = MEDIA_TYPE) -> HttpResponse:
    """A file to save under this name: a workbook, or of another media type."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", name)
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{safe}"'
    return answer
