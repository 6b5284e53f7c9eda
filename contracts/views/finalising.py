"""The final award: after the standstill a tender's lot becomes a contract."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods

from contracts import services
from contracts.models import Contract
from contracts.services.shapes import FINALISE
from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.pages import actor_of, posted_document, posted_number, redrawn, signed_in
from mvi_dashboard.ground.problems import Refused
from tenders.models import Award, Lot, Tender
from tenders.selectors import get_tender, standing_award, standstill_words

from .recording import KEY, fresh_key, once_of


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def finalise(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form that makes the contract; before the end of the standstill it says how long to wait."""
    tender = get_tender(actor_of(request), public_id)
    access.require_visible(
        actor_of(request),
        access.TENDER_DECIDE,
        access.TENDER_READ,
        tender.organisation_id,
    )
    if request.method != "POST":
        return _page(request, tender, {}, tender.version)
    document = posted_document(request, KEY, "version")
    version = posted_number(request, "version")
    actor = actor_of(request)
    once = once_of(request, actor, document)
    try:
        contract: Contract = once.press(
            lambda: services.finalise(
                actor,
                tender_id=public_id,
                document=document,
                expected_version=version,
                typed=True,
                once=once,
            )
        )
    except Refused as refused:
        return _page(request, tender, document, version, refused)
    messages.success(request, f"De gunning is definitief. Contract {contract.reference} is gemaakt.")
    return redirect("contracts:contract", contract.public_id)


def _page(
    request: HttpRequest, tender: Tender, document: dict[str, Any], version: int, refused: Refused | None = None
) -> HttpResponse:
    lots = [lot for lot in tender.lots.all() if lot.state == Lot.State.DECIDED]
    awards = [award for lot in lots if (award := standing_award(lot)) is not None]
    waiting = [award for award in awards if award.standstill_until > clock.now()]
    if len(lots) == 1:
        document = {"lot": str(lots[0].public_id)} | document
    context = {
        "tender": tender,
        "document": document,
        "version": version,
        "key": fresh_key(),
        "problems": refused.problems if refused is not None else [],
        "shape": FINALISE,
        "awards": [_award_facts(award) for award in awards],
        "ready": len(waiting) < len(awards),
        "lot_options": [(str(lot.public_id), str(lot)) for lot in lots],
        "tender_url": _tender_url(tender),
        "crumbs": [
            {"label": "Start", "url": "/"},
            {"label": f"{tender.reference} {tender.title}", "url": _tender_url(tender)},
            {"label": "Definitief gunnen"},
        ],
    }
    status = redrawn(refused) if refused is not None else 200
    return render(request, "contracts/finalise.html", context, status=status)


def _award_facts(award: Award) -> dict[str, Any]:
    waits = award.standstill_until > clock.now()
    return {
        "lot": str(award.lot),
        "supplier": award.bid_version.bid.supplier.name,
        "decided": formats.moment(award.decided_at),
        "until": formats.until(award.standstill_until),
        "standstill": standstill_words(award, clock.now()),
        "waits": waits,
        "term": f"{formats.day(award.lot.contract_start)} tot en met {formats.day(award.lot.contract_end)}",
    }


def _tender_url(tender: Tender) -> str:
    """The page of the tender, when there is one."""
    try:
        return reverse("tenders:tender", args=[tender.public_id])
    except NoReverseMatch:
        return ""
