"""The award: deciding for a lot and taking that decision back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.inputs import with_reasons_only
from mvi_dashboard.ground.pages import actor_of, may, posted_number, redrawn
from mvi_dashboard.ground.problems import Problem, Refused, conflict, forbidden, not_found
from mvi_dashboard.ground.shapes import document_of
from tenders import selectors, services
from tenders.models import Award, AwardProposal, Lot, Tender
from tenders.services import LotComparison
from tenders.services.shapes import DECISION, DEFAULT_STANDSTILL_DAYS, WITHDRAWAL

from . import compared
from .words import crumbs, may_edit, tender_url

_ASKING = require_http_methods(["GET", "HEAD", "POST"])


@_ASKING
@may(access.TENDER_DECIDE)
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The bids of one lot to choose from, with the reason and the standstill."""
    actor = actor_of(request)
    tender = selectors.get_tender(actor, public_id)
    lot = _lot_to_judge(request, tender)
    if not actor.may(access.TENDER_DECIDE, tender.organisation_id):
        raise forbidden()
    if request.method != "POST":
        # Who was typing when a colleague decided keeps the text: there the service refuses.
        if lot.state != Lot.State.OPEN:
            raise conflict("already_decided", "Voor dit perceel is al beslist: neem die beslissing eerst terug.")
        return _decision_page(request, tender, lot, None)
    document = _document(request, lot, "bid", "reason", "standstillDays", "standstillGround", "standstillReason")
    try:
        decided = services.decide_award(
            actor,
            tender_id=public_id,
            document=document,
            expected_version=posted_number(request, "version"),
            typed=True,
        )
    except Refused as refused:
        return _decision_page(request, tender, lot, document, refused.problems, redrawn(refused))
    messages.success(request, _said(decided))
    return redirect(tender_url(tender))


def _said(decided: Award | AwardProposal) -> str:
    """What came of it: a decision with its standstill, or a proposal that waits for a second person."""
    if isinstance(decided, AwardProposal):
        until = formats.moment(decided.proposed_at + selectors.PROPOSAL_WINDOW)
        return (
            "Uw voorstel is vastgelegd; er is nog niets beslist. Zonder wachttijd moet een tweede persoon van uw "
            f"organisatie hetzelfde beslissen, vóór {until}."
        )
    if decided.standstill_until == decided.decided_at:
        return "De beslissing is vastgelegd. Er is geen wachttijd."
    return f"De beslissing is vastgelegd. De wachttijd loopt {formats.until(decided.standstill_until)}."


def _first_document(proposal: AwardProposal | None, own: bool) -> dict[str, Any]:
    """What the form starts with: the usual standstill, or what a colleague proposed."""
    if proposal is None or own:
        return {"standstillDays": DEFAULT_STANDSTILL_DAYS}
    return {
        "bid": str(proposal.bid_version.bid.public_id),
        "reason": proposal.reason,
        "standstillDays": 0,
        "standstillGround": proposal.standstill_ground,
        "standstillReason": proposal.standstill_reason,
    }


@_ASKING
@may(access.TENDER_DECIDE)
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks for the reason; the lot is open again afterwards."""
    actor = actor_of(request)
    tender = selectors.get_tender(actor, public_id)
    lot = _lot_to_judge(request, tender)
    if not may_edit(actor, tender):
        raise forbidden()
    award = selectors.standing_award(lot)
    supplier = award.bid_version.bid.supplier.name if award is not None else ""
    if request.method != "POST":
        if award is None or lot.state != Lot.State.DECIDED:
            raise conflict("not_awarded", "Er is geen gunningsbeslissing die u kunt terugnemen.")
        return _withdrawal_page(request, tender, lot, supplier, {})
    document = _document(request, lot, "reason")
    try:
        services.withdraw_award(
            actor,
            tender_id=public_id,
            document=document,
            expected_version=posted_number(request, "version"),
            typed=True,
        )
    except Refused as refused:
        return _withdrawal_page(request, tender, lot, supplier, document, refused.problems, redrawn(refused))
    messages.success(request, "De beslissing is teruggenomen. U kunt opnieuw beslissen.")
    return redirect(tender_url(tender))


def _lot_to_judge(request: HttpRequest, tender: Tender) -> Lot:
    """The lot in the address, or the only one."""
    lots: list[Lot] = list(tender.lots.all())
    named = request.GET.get("perceel", "")
    if not named and len(lots) == 1:
        return lots[0]
    for lot in lots:
        if str(lot.public_id) == named:
            return lot
    raise not_found()


def _document(request: HttpRequest, lot: Lot, *names: str) -> dict[str, Any]:
    """What was typed in these fields, with the reasons behind what is implausible."""
    sent = [name for name in request.POST if name in names or name.startswith("confirmations.")]
    document = document_of((name, request.POST[name]) for name in sent)
    return with_reasons_only(document) | {"lot": str(lot.public_id)}


def _decision_page(
    request: HttpRequest,
    tender: Tender,
    lot: Lot,
    document: Mapping[str, Any] | None,
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    """The form with what was typed, or as it starts when there is no document."""
    proposal = selectors.waiting_proposal(lot, clock.now())
    own = proposal is not None and proposal.proposed_by_id == request.user.pk
    if document is None:
        document = _first_document(proposal, own)
    comparison = services.compare_tender(actor_of(request), tender_id=tender.public_id, lot_id=lot.public_id)
    context = _frame(request, tender, lot, document, problems, "Beslissen over de gunning") | {
        "shape": DECISION,
        "options": _options(comparison),
        "set_aside": comparison.set_aside,
        "proposal": proposal and _proposed(proposal, own),
        "indicator": comparison.arrays.indicators[0],
        "compare_url": f"{reverse('tenders:compare', args=[tender.public_id])}?perceel={lot.public_id}",
    }
    return render(request, "tenders/decide.html", context, status=status)


def _proposed(found: AwardProposal, own: bool) -> dict[str, Any]:
    """The proposal to decide without a standstill that waits, and whether this person made it."""
    return {
        "by": str(found.proposed_by),
        "own": own,
        "supplier": found.bid_version.bid.supplier.name,
        "until": formats.moment(found.proposed_at + selectors.PROPOSAL_WINDOW),
    }


def _options(comparison: LotComparison) -> list[tuple[str, str]]:
    """The bids to choose from, with price and impact on the first indicator, the least impact first."""
    unit = comparison.arrays.indicators[0].unit
    confirmed = selectors.confirmations_of([each.version.pk for each in comparison.bids])
    return [
        (str(row["id"]), _option(row, unit, len(confirmed[row["each"].version.pk])))
        for row in compared.rows_of(comparison, 0)
    ]


def _option(row: Mapping[str, Any], unit: str, confirmed: int) -> str:
    """One bid in a sentence; no price is rounded, and a shared place is said to be shared."""
    said = [
        formats.euros(row["price"], 2),
        f"voor de hele vraag {formats.euros(row['price_for_demand'], 2)}",
        f"{row['impact_text']} {unit}{'' if row['complete'] else ' (onvolledig)'}",
    ]
    if confirmed:
        many = "ongewone getallen die de leverancier bevestigde"
        said.append(formats.counted(confirmed, "ongewoon getal dat de leverancier bevestigde", many))
    if row["rank"]:
        said.append(f"{'gedeelde plaats' if row['shared'] else 'plaats'} {row['rank']}")
    return f"{row['supplier']}: {', '.join(said)}"


def _withdrawal_page(
    request: HttpRequest,
    tender: Tender,
    lot: Lot,
    supplier: str,
    document: Mapping[str, Any],
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    decided = f"U besliste voor {supplier}." if supplier else "Nu staat er geen beslissing."
    context = _frame(request, tender, lot, document, problems, "Beslissing terugnemen") | {
        "shape": WITHDRAWAL,
        "question": "Wilt u de gunningsbeslissing terugnemen?",
        "lead": f"{decided} Daarna kunt u opnieuw beslissen; deze beslissing blijft vastgelegd.",
        "reason_label": "Waarom neemt u de beslissing terug?",
        "submit_label": "Neem de beslissing terug",
        "danger": True,
        "facts": [
            {"label": "Perceel", "value": str(lot)},
            {"label": "Voorlopig gegund aan", "value": supplier or "niemand"},
        ],
    }
    return render(request, "confirm.html", context, status=status)


def _frame(
    request: HttpRequest,
    tender: Tender,
    lot: Lot,
    document: Mapping[str, Any],
    problems: Sequence[Problem],
    title: str,
) -> dict[str, Any]:
    version = tender.version if request.method != "POST" else posted_number(request, "version")
    return {
        "title": title,
        "eyebrow": f"{tender.title}, perceel {lot.number}",
        "lot": lot,
        "tender": tender,
        "document": document,
        "problems": list(problems),
        "hidden": {"version": version},
        "back_url": tender_url(tender),
        "crumbs": crumbs((tender.title, tender_url(tender)), (title, "")),
    }
