"""Forms in which people record what happened: a new record, a correction of one, or one that is withdrawn."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from contracts import selectors
from contracts.models import Contract, ContractLine, Delivery, RepairPeriod, Retirement, UseRecord
from indicators.models import ProductGroup
from indicators.selectors import materials_visible_to
from indicators.services import unit_of_bill
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.inputs import with_reasons_only
from mvi_dashboard.ground.once import Once, fingerprint
from mvi_dashboard.ground.pages import signed_in
from mvi_dashboard.ground.problems import Problem, Refused, not_found
from mvi_dashboard.ground.shapes import document_of
from tenders.selectors import sent_lines

from . import record_fields as fields
from .record_fields import Document, Kind
from .showing import items_of

_NOT_OF_THE_DOCUMENT = ("csrfmiddlewaretoken", "sleutel")
_KEY = re.compile(r"[0-9a-f]{32}").fullmatch
_TABS = (
    ("Levering", "contracts:deliver", fields.DELIVERY),
    ("Gebruik", "contracts:use", fields.USE),
    ("Reparatie", "contracts:repair", fields.REPAIR),
    ("Reparaties volledig", "contracts:repair_period", fields.REPAIR_PERIOD),
    ("Afvoer", "contracts:retire", fields.RETIREMENT),
)


@dataclass(frozen=True)
class Writing:
    """One form being filled in."""

    request: HttpRequest
    kind: Kind
    contract: Contract
    lines: list[ContractLine]
    replaced: Any

    @property
    def actor(self) -> Actor:
        """Who fills it in."""
        actor: Actor = self.request.actor  # type: ignore[attr-defined]
        return actor


def _view(kind: Kind) -> Callable[..., HttpResponse]:
    @require_http_methods(["GET", "HEAD", "POST"])
    @signed_in
    def record(request: HttpRequest, public_id: UUID) -> HttpResponse:
        contract = selectors.get_contract(request.actor, public_id)  # type: ignore[attr-defined]
        access.require(request.actor, access.CONTRACT_LOG, contract.organisation_id)  # type: ignore[attr-defined]
        replaced = _replaced(kind, contract, request.GET.get("vervangt", ""))
        writing = Writing(request, kind, contract, selectors.lines_of(contract), replaced)
        return _posted(writing) if request.method == "POST" else _empty(writing)

    return record


deliver = _view(fields.DELIVERY)
use = _view(fields.USE)
repair = _view(fields.REPAIR)
repair_period = _view(fields.REPAIR_PERIOD)
retire = _view(fields.RETIREMENT)


def once_of(request: HttpRequest, actor: Actor, document: Document) -> Once:
    """One press of the button: a second press of the same form gives the first answer."""
    key = request.POST.get("sleutel", "")
    return Once(actor.key, key if _KEY(key) else fresh_key(), fingerprint("POST", request.path, document))


def fresh_key() -> str:
    """The key of a form that nobody sent yet."""
    return uuid.uuid4().hex


def posted_document(request: HttpRequest) -> Document:
    """What was typed, without what only the page needs."""
    document = document_of((name, str(value)) for name, value in request.POST.items())
    return {name: value for name, value in document.items() if name not in _NOT_OF_THE_DOCUMENT}


def _replaced(kind: Kind, contract: Contract, given: str) -> Any:
    if not given:
        return None
    try:
        public_id = UUID(given)
    except ValueError:
        raise not_found() from None
    related = {Delivery: "strategy", UseRecord: "flow", RepairPeriod: "line", Retirement: "destination"}
    found = kind.model._default_manager.filter(contract=contract, public_id=public_id)
    record = found.select_related(related.get(kind.model, "material")).first()
    if record is None:
        raise not_found()
    return record


def _withdraws(writing: Writing) -> bool:
    return writing.replaced is not None and writing.request.GET.get("vervalt") == "ja"


def _empty(writing: Writing) -> HttpResponse:
    if _withdraws(writing):
        return _confirm_page(writing, {})
    if writing.replaced is not None:
        return _form_page(writing, fields.document_of_record(writing.replaced))
    flows = _promised(writing.lines)[1]
    return _form_page(writing, fields.first_document(writing.kind, writing.lines, flows))


def _posted(writing: Writing) -> HttpResponse:
    document = posted_document(writing.request)
    if writing.replaced is not None:
        document["replaces"] = str(writing.replaced.public_id)
    if _withdraws(writing):
        # A withdrawal says which record and why; nothing else of the form counts.
        document = {"replaces": document["replaces"], "void": "true", "reason": document.get("reason", "")}
    elif writing.kind.model is UseRecord:
        document = fields.with_unit_of_flow(document, writing.actor)
    try:
        _save(writing, with_reasons_only(document))
    except Refused as refused:
        page = _confirm_page if _withdraws(writing) else _form_page
        return page(writing, document, refused.problems, refused.kind.value)
    messages.success(writing.request, _done(writing))
    # The page opens at its top, where the message stands.
    return redirect("contracts:contract", writing.contract.public_id)


def _save(writing: Writing, document: Document) -> None:
    once = once_of(writing.request, writing.actor, document)
    contract_id = writing.contract.public_id
    once.press(
        lambda: writing.kind.log(writing.actor, contract_id=contract_id, document=document, typed=True, once=once)
    )


def _done(writing: Writing) -> str:
    if _withdraws(writing):
        return "De regel is vervallen. Wat er stond, blijft leesbaar."
    return "De correctie is vastgelegd." if writing.replaced is not None else writing.kind.done


def _form_page(
    writing: Writing, document: Document, problems: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    kind, contract = writing.kind, writing.contract
    consumed = fields.consumed_in(contract)
    deliveries = selectors.active(Delivery, contract).order_by("date", "pk") if kind is fields.RETIREMENT else ()
    materials, flows = _promised(writing.lines)
    first = materials | set(flows)
    items, group = items_of(contract), contract.award.lot.group
    bill_unit = _unit_of(group, materials, writing.actor)
    choices = fields.choices_of(
        kind, writing.actor, writing.lines, deliveries, first, group=group, bill_unit=bill_unit
    )
    context = {
        **_frame(writing),
        "document": document,
        "problems": problems or [],
        "shape": kind.shape(consumed=consumed),
        "rows": fields.drawn(fields.offered(fields.rows_of(kind, consumed=consumed), choices), choices, items),
        "bill_rows": fields.bill_rows(document) if kind is fields.DELIVERY else [],
        "bill_unit": bill_unit,
        "bill_open": bool(document.get("billOfMaterials")),
        "materials": choices.get("material"),
        "lines": writing.lines,
        "items": items,
        "is_consumed": consumed,
        "key": _kept_key(writing.request),
        "tabs": _tabs(writing, consumed=consumed),
    }
    return render(writing.request, "contracts/record_form.html", context, status=status)


def _unit_of(group: ProductGroup, promised: set[str], actor: Actor) -> str:
    """What the promised bills count in: kg for goods, for heat what was promised (MJ, m3)."""
    return unit_of_bill(group, sorted(promised), materials_visible_to(actor)) or "kg"


def _confirm_page(
    writing: Writing, document: Document, problems: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        **_frame(writing),
        "title": "Regel laten vervallen",
        "question": f"Laat u {writing.kind.what} vervallen?",
        "lead": "De regel telt dan niet meer mee. Wat er stond, blijft leesbaar met uw reden.",
        "warning": "Een vervallen regel komt niet terug. Klopt hij toch, leg hem dan opnieuw vast.",
        "hidden": {"sleutel": _kept_key(writing.request)},
        "reason_label": "Waarom vervalt deze regel?",
        "submit_label": "Laat vervallen",
        "danger": True,
        "back_url": writing.request.path + f"?vervangt={writing.replaced.public_id}",
        "document": document,
        "problems": problems or [],
        "shape": writing.kind.shape(consumed=fields.consumed_in(writing.contract)),
    }
    return render(writing.request, "confirm.html", context, status=status)


def _frame(writing: Writing) -> dict[str, Any]:
    contract = writing.contract
    place = reverse("contracts:contract", args=[contract.public_id])
    return {
        "contract": contract,
        "contract_url": place,
        "kind": writing.kind,
        "replaced": writing.replaced,
        "eyebrow": f"Contract {contract.reference}, {contract.award.lot.title}",
        "crumbs": [
            {"label": "Start", "url": "/"},
            {"label": "Contracten", "url": reverse("contracts:list")},
            {"label": contract.reference, "url": place},
            {"label": "Gegevens invullen"},
        ],
    }


def _tabs(writing: Writing, *, consumed: bool) -> list[dict[str, Any]]:
    if writing.replaced is not None:
        return []
    return [
        {
            "label": label,
            "url": reverse(name, args=[writing.contract.public_id]),
            "current": kind is writing.kind,
        }
        for label, name, kind in _TABS
        if not (consumed and kind is fields.RETIREMENT)
    ]


def _promised(lines: list[ContractLine]) -> tuple[set[str], dict[str, str]]:
    """(materials, flows with their unit) that the lines promised: these stand first in the lists."""
    materials: set[str] = set()
    flows: dict[str, str] = {}
    for line in sent_lines([row.bid_line for row in lines]).values():
        materials |= {row.material for row in line.bill_of_materials}
        flows |= {row.flow: row.unit for row in line.use if row.role == "use"}
    return materials, flows


def _kept_key(request: HttpRequest) -> str:
    key = request.POST.get("sleutel", "")
    return key if _KEY(key) else fresh_key()
