"""Changing a contract itself: its number and term, and closing its deliveries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from contracts import selectors, services
from contracts.models import Contract
from contracts.services.shapes import CLOSE, CONTRACT
from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.pages import actor_of, posted_document, posted_number, redrawn, signed_in
from mvi_dashboard.ground.problems import Problem, Refused

from .one_contract import items_of
from .recording import KEY

Document = dict[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The number, the term and the parent of a contract."""
    contract = _editable(request, public_id)
    if request.method != "POST":
        parent = str(contract.parent.public_id) if contract.parent else ""
        term: Document = {"start": contract.start, "end": contract.end}
        document = {"reference": contract.reference, "parent": parent, **term}
        return _edit_page(request, contract, document, contract.version)
    document = posted_document(request, KEY, "version")
    version = posted_number(request, "version")
    try:
        services.change_contract(
            actor_of(request),
            contract_id=public_id,
            document=document,
            expected_version=version,
            typed=True,
        )
    except Refused as refused:
        return _edit_page(request, contract, document, version, refused)
    messages.success(request, "Het contract is gewijzigd. Het effect is opnieuw berekend.")
    return redirect("contracts:contract", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def close(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Nothing more is expected of a product: from then on what was delivered counts."""
    contract = _editable(request, public_id)
    if request.method != "POST":
        lines = selectors.lines_of(contract)
        document: Document = {"date": clock.today()}
        if len(lines) == 1:
            document["line"] = str(lines[0].public_id)
        return _close_page(request, contract, document)
    document = posted_document(request, KEY)
    try:
        services.close_deliveries(
            actor_of(request),
            contract_id=public_id,
            document=document,
            typed=True,
        )
    except Refused as refused:
        return _close_page(request, contract, document, refused)
    done = "De leveringen zijn weer open." if document.get("reopen") else "De leveringen zijn gesloten."
    messages.success(request, f"{done} Het effect is opnieuw berekend. U kunt dit later weer veranderen.")
    return redirect("contracts:contract", public_id)


def _editable(request: HttpRequest, public_id: UUID) -> Contract:
    contract = selectors.get_contract(actor_of(request), public_id)
    access.require(actor_of(request), access.CONTRACT_EDIT, contract.organisation_id)
    return contract


def _edit_page(
    request: HttpRequest, contract: Contract, document: Document, version: int, refused: Refused | None = None
) -> HttpResponse:
    visible = selectors.visible_contracts(actor_of(request))
    own = visible.select_related(None).filter(organisation_id=contract.organisation_id, parent__isnull=True)
    parents = own.exclude(pk=contract.pk).order_by("reference").values_list("public_id", "reference")
    context = {
        **_frame(contract, "Contract wijzigen"),
        "document": document,
        "version": version,
        "problems": _problems(refused),
        "shape": CONTRACT,
        "parents": [(str(code), reference) for code, reference in parents],
    }
    return render(request, "contracts/edit.html", context, status=_status(refused))


def _close_page(
    request: HttpRequest, contract: Contract, document: Document, refused: Refused | None = None
) -> HttpResponse:
    lines, items = selectors.lines_of(contract), items_of(contract)
    context = {
        **_frame(contract, "Leveringen sluiten"),
        "title": "Leveringen sluiten",
        "question": "Komen er geen leveringen meer?",
        "lead": "Nu verwachten wij nog wat is beloofd. Daarna telt alleen wat er is geleverd.",
        "warning_title": "Dit verandert de prognose",
        "warning": "Een latere levering kunt u nog vastleggen. U kunt later een andere dag kiezen of weer openen.",
        "may_reopen": any(row.deliveries_closed_on is not None for row in lines),
        "submit_label": "Leveringen sluiten",
        "back_url": reverse("contracts:contract", args=[contract.public_id]),
        "document": document,
        "problems": _problems(refused),
        "shape": CLOSE,
        "line_options": [(str(row.public_id), str(row.bid_line)) for row in lines],
        "facts_title": f"Tot nu geleverd en beloofd ({formats.day(clock.today())})",
        "facts": [
            {"label": str(each.row.bid_line), "value": _delivered(each, items)}
            for each in services.standings_of(contract, clock.today())
        ],
    }
    return render(request, "contracts/close.html", context, status=_status(refused))


def _delivered(found: services.LineStanding, items: str) -> str:
    delivered, due, whole = (formats.number(number) for number in (found.delivered, found.due, found.whole))
    text = f"{delivered} van {due} {items}; in het hele contract zijn {whole} {items} beloofd"
    closed = found.row.deliveries_closed_on
    return text if closed is None else f"{text}, gesloten op {formats.day(closed)}"


def _frame(contract: Contract, here: str) -> dict[str, Any]:
    place = reverse("contracts:contract", args=[contract.public_id])
    return {
        "contract": contract,
        "contract_url": place,
        "eyebrow": f"Contract {contract.reference}, {contract.award.lot.title}",
        "crumbs": [
            {"label": "Start", "url": "/"},
            {"label": "Contracten", "url": reverse("contracts:list")},
            {"label": contract.reference, "url": place},
            {"label": here},
        ],
    }


def _problems(refused: Refused | None) -> list[Problem]:
    return refused.problems if refused is not None else []


def _status(refused: Refused | None) -> int:
    return redrawn(refused) if refused is not None else 200
