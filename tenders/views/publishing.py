"""Publishing a tender: what still misses, what is seldom meant, and which assumptions are taken over with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from indicators.calculation import calendar_time
from indicators.methods.adoption import adoption_of
from indicators.models import ProductGroup
from indicators.selectors import FALLBACK_LABEL, current_basis, fallbacks_of
from indicators.views.methods import factor_tables
from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.inputs import with_reasons_only
from mvi_dashboard.ground.pages import actor_of, may, posted_number, redrawn
from mvi_dashboard.ground.problems import Kind, Problem, Refused
from mvi_dashboard.ground.shapes import document_of
from tenders import selectors, services
from tenders.models import Tender
from tenders.services.prices import TERM_ROUNDING

from .drafting import require_editable, tender_form
from .words import crumbs, tender_url


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.TENDER_EDIT)
def publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Lists what misses, and asks when nothing does; what came in between is told beside the fields."""
    actor = actor_of(request)
    tender = selectors.get_tender(actor, public_id)
    require_editable(actor, tender)
    if request.method != "POST":
        return _page(request, tender)
    given = [(name, str(value)) for name, value in request.POST.items() if name.startswith("confirmations.")]
    document = with_reasons_only(document_of(given))
    version = posted_number(request, "version")
    try:
        services.publish_tender(
            actor, tender_id=public_id, expected_version=version, document=document, typed=True
        )
    except Refused as refused:
        status = redrawn(refused)
        if refused.kind is Kind.INVALID:
            whole = selectors.document_of_tender(tender)
            return tender_form(request, whole, tender=tender, problems=refused.problems, status=status)
        return _page(request, tender, document, refused.problems, status)
    messages.success(request, "De aanbesteding is gepubliceerd. Leveranciers kunnen nu inschrijven.")
    return redirect(tender_url(tender))


def _page(
    request: HttpRequest,
    tender: Tender,
    document: Mapping[str, Any] | None = None,
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    needs = services.needs_of(selectors.document_of_tender(tender), now)
    missing = sum(1 for need in needs if not need.done)
    context = {
        "tender": tender,
        "needs": needs,
        "missing": missing,
        "question": _question(missing),
        "mistakes": list(problems),
        # What is seldom meant is asked before the button is pressed.
        "problems": list(problems) or services.doubts_about(tender.deadline, now),
        "document": document or {},
        "version": tender.version if request.method != "POST" else posted_number(request, "version"),
        "doubts": _doubts(tender),
        "facts": _facts(tender),
        "form_url": reverse("tenders:edit", args=[tender.public_id]),
        "back_url": tender_url(tender),
        "crumbs": crumbs((tender.title, tender_url(tender)), ("Publiceren", "")),
        **({} if missing else _assumptions(tender)),
    }
    return render(request, "tenders/publish.html", context, status=status)


def _question(missing: int) -> str:
    if missing:
        return f"Nog {formats.counted(missing, 'ding', 'dingen')}, dan kunt u publiceren"
    return "Wilt u deze aanbesteding publiceren?"


def _facts(tender: Tender) -> list[dict[str, Any]]:
    return [
        {"label": "Inschrijven kan tot", "value": formats.moment(tender.deadline)},
        {"label": "Openen kan vanaf", "value": formats.moment(tender.opening_at or tender.deadline)},
        {"label": "Percelen", "value": len(tender.lots.all())},
    ]


def _assumptions(tender: Tender) -> dict[str, Any]:
    """What is assumed in every number of this tender, and whether the organisation took that over before."""
    version = current_basis().method_version
    lots = sorted(tender.lots.all(), key=lambda lot: lot.number)
    return {
        "method": version,
        "tables": factor_tables(version),
        "adopted": adoption_of(tender.organisation_id, version),
        "lots": [
            {"lot": lot, "cap": lot.group.lifetime_cap_years, "items": list(lot.items.all())} for lot in lots
        ],
    }


def _doubts(tender: Tender) -> list[str]:
    """What is allowed and yet seldom meant."""
    found = []
    for lot in tender.lots.all():
        years = None
        if lot.contract_start and lot.contract_end:
            first, last = calendar_time.span(lot.contract_start, lot.contract_end)
            years = last - first
        for item in lot.items.all():
            if item.reference_product is None:
                found.append(
                    f"Van {item.description} is geen referentie gekozen: vermeden effect blijft onbekend."
                    f"{_indication(lot.group)}"
                )
            if years is not None and float(item.needed_years) > years + TERM_ROUNDING:
                needed, term = formats.number(item.needed_years), formats.number(years)
                found.append(f"{item.description} is {needed} jaar nodig, het contract duurt {term} jaar.")
    return found


def _indication(group: ProductGroup) -> str:
    """The fallback of the cluster in words; it is no reference, so no avoided effect follows from it."""
    return "".join(
        f" Ter indicatie, {FALLBACK_LABEL}: {formats.number(each.value, 2)} {each.unit} product."
        " Dat is geen referentie."
        for each in fallbacks_of(group).values()
    )
