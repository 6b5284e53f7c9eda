"""The evidence of a bid: what is asked, which files prove it, and whether they belong to what was handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from indicators.selectors import protocol_of
from mvi_dashboard.ground.files.pages import Shown, listed
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.pages import actor_of, signed_in
from mvi_dashboard.ground.time_zone import AMSTERDAM
from tenders import selectors, services
from tenders.attached import BID
from tenders.models import Bid
from tenders.services import reading

from .bids import is_open
from .words import bid_crumbs


@require_safe
@signed_in
def bid_files(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """For its own supplier; others read the files on the page of the bid, which leaves a trace."""
    actor = actor_of(request)
    bid = selectors.get_bid(actor, public_id)
    if not reading.is_own(actor, bid.supplier_id):
        return redirect("tenders:bid", public_id=bid.public_id)
    files, tender = listed(actor, BID, bid), bid.lot.tender
    version = selectors.latest_version(bid)
    if version is not None:
        version.bid = bid
    pinned = services.pinned_ids(version, actor)
    counting = [each for each in files.files if not each.gone]
    wanted = {str(each.attachment.public_id) for each in counting}
    open_now = is_open(tender) and bid.state != Bid.State.WITHDRAWN
    context = {
        "bid": bid,
        "tender": tender,
        "list": files if open_now else type(files)(files.files, ""),
        "asked": _asked(bid, _lines_of(services.document_known(actor, bid)), counting, tender.opening_at),
        "is_open": open_now,
        "form_url": f"{reverse('tenders:bid_form', args=[tender.public_id])}?perceel={bid.lot.public_id}",
        # What was handed in is the version that counts: a file beside it does not come along by itself.
        "not_handed_in": version is not None and wanted != pinned,
        "is_concept": version is None,
        "crumbs": bid_crumbs((tender.title, reverse("tenders:bid", args=[bid.public_id])), (worded("Bewijs"), "")),
    }
    return render(request, "tenders/bid_files.html", context)


def _lines_of(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    lines = document.get("lines")
    return [line for line in lines if isinstance(line, Mapping)] if isinstance(lines, list) else []


def _asked(
    bid: Bid, lines: Sequence[Mapping[str, Any]], files: Sequence[Shown], opening: datetime | None
) -> list[dict[str, Any]]:
    """A row per product and question of which the lot asks evidence, with the files that prove it."""
    protocol = protocol_of(bid.lot.protocol)
    if protocol is None:
        return []
    proofs = [
        field for field in protocol.with_evidence(bid.lot.group.kind) if field.evidence_at(bid.lot.request_level)
    ]
    add = reverse("file-add", args=[BID, bid.public_id])
    rows = []
    for line in lines:
        reference = str(line.get("reference") or "")
        for field in proofs:
            found = [each for each in files if (each.detail.line, each.detail.field) == (reference, field.code)]
            rows.append(
                {
                    "product": line.get("name") or reference,
                    "label": field.label,
                    "files": found,
                    "named": (line.get("evidence") or {}).get(field.code, ""),
                    "early": any(_ends_before(each, opening) for each in found),
                    "add_url": f"{add}?{urlencode({'regel': reference, 'vraag': field.code})}",
                }
            )
    return rows


def _ends_before(file: Shown, opening: datetime | None) -> bool:
    until = file.detail.valid_until
    return until is not None and opening is not None and until < opening.astimezone(AMSTERDAM).date()
