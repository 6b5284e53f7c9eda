"""Forms in which people record what happened: a new record, a correction of one, or one that is withdrawn."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from contracts import selectors
from contracts.kinds import KINDS, RecordKind, kinds_for
from contracts.kinds.forms import Document, Filling, Options, RecordForm
from contracts.models import Contract
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.idempotency import Once, fingerprint
from mvi_dashboard.ground.inputs import with_reasons_only
from mvi_dashboard.ground.pages import actor_of, posted_document, redrawn, signed_in
from mvi_dashboard.ground.problems import Problem, Refused, not_found
from mvi_dashboard.ground.shapes import Object

from .one_contract import items_of

_IS_KEY = re.compile(r"[0-9a-f]{32}").fullmatch
LEAST_BILL_ROWS = 10
KEY = "sleutel"
"""the input that makes pressing twice one act"""


@dataclass(frozen=True)
class Visit:
    """One form being filled in."""

    request: HttpRequest
    kind: RecordKind
    filling: Filling
    replaced: Any

    @property
    def contract(self) -> Contract:
        """What it is about."""
        return self.filling.contract

    @property
    def shape(self) -> Object:
        """The document that the form asks for."""
        found: Object = self.kind.log.shape_of(self.contract)
        return found


def paths_under(contract: str) -> list[URLPattern]:
    """The page on which each kind of record is filled in, under the address of a contract."""
    forms = [(kind, kind.form) for kind in KINDS]
    return [path(f"{contract}{form.address}/", _view(kind), name=form.page) for kind, form in forms]


def _view(kind: RecordKind) -> Callable[..., HttpResponse]:
    @require_http_methods(["GET", "HEAD", "POST"])
    @signed_in
    def record(request: HttpRequest, public_id: UUID) -> HttpResponse:
        actor = actor_of(request)
        contract = selectors.get_contract(actor, public_id)
        access.require(actor, access.CONTRACT_LOG, contract.organisation_id)
        replaced = _replaced(kind, contract, request.GET.get("vervangt", ""))
        visit = Visit(request, kind, Filling(actor, contract, selectors.lines_of(contract)), replaced)
        return _posted(visit) if request.method == "POST" else _empty(visit)

    return record


def once_of(request: HttpRequest, actor: Actor, document: Document) -> Once:
    """One press of the button: a second press of the same form gives the first answer."""
    key = request.POST.get(KEY, "")
    return Once(actor.key, key if _IS_KEY(key) else fresh_key(), fingerprint("POST", request.path, document))


def fresh_key() -> str:
    """The key of a form that nobody sent yet."""
    return uuid.uuid4().hex


def _replaced(kind: RecordKind, contract: Contract, given: str) -> Any:
    if not given:
        return None
    try:
        public_id = UUID(given)
    except ValueError:
        raise not_found() from None
    record = kind.rows_of(contract).filter(public_id=public_id).first()
    if record is None:
        raise not_found()
    return record


def _withdraws(visit: Visit) -> bool:
    return visit.replaced is not None and visit.request.GET.get("vervalt") == "ja"


def _empty(visit: Visit) -> HttpResponse:
    if _withdraws(visit):
        return _confirm_page(visit, {})
    form, lines = visit.kind.form, visit.filling.lines
    if visit.replaced is not None:
        return _form_page(visit, form.to_correct(visit.replaced, visit.shape))
    document = {"line": str(lines[0].public_id)} if len(lines) == 1 else {}
    return _form_page(visit, document | form.first(visit.filling))


def _posted(visit: Visit) -> HttpResponse:
    document = posted_document(visit.request, KEY)
    if visit.replaced is not None:
        document["replaces"] = str(visit.replaced.public_id)
    if _withdraws(visit):
        # A withdrawal says which record and why; nothing else of the form counts.
        document = {"replaces": document["replaces"], "void": "true", "reason": document.get("reason", "")}
    else:
        document = visit.kind.form.completed(document, visit.filling.actor)
    try:
        _save(visit, with_reasons_only(document))
    except Refused as refused:
        page = _confirm_page if _withdraws(visit) else _form_page
        return page(visit, document, refused.problems, redrawn(refused))
    messages.success(visit.request, _done(visit))
    # The page opens at its top, where the message stands.
    return redirect("contracts:contract", visit.contract.public_id)


def _save(visit: Visit, document: Document) -> None:
    actor, contract_id = visit.filling.actor, visit.contract.public_id
    once = once_of(visit.request, actor, document)
    once.press(lambda: visit.kind.log(actor, contract_id=contract_id, document=document, typed=True, once=once))


def _done(visit: Visit) -> str:
    if _withdraws(visit):
        return "De regel is vervallen. Wat er stond, blijft leesbaar."
    return "De correctie is vastgelegd." if visit.replaced is not None else visit.kind.form.done


def _form_page(
    visit: Visit, document: Document, problems: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    form, contract, filling = visit.kind.form, visit.contract, visit.filling
    lines: Options = [(str(row.public_id), str(row.bid_line)) for row in filling.lines]
    choices = {"line": lines, **form.choices(filling)}
    items = items_of(contract)
    context = {
        **_frame(visit),
        "document": document,
        "problems": problems or [],
        "shape": visit.shape,
        "rows": _drawn(form, contract, choices, items),
        "bill_rows": _bill_rows(document) if form.has_bill else [],
        "bill_unit": filling.bill_unit,
        "bill_open": bool(document.get("billOfMaterials")),
        "materials": choices.get("material"),
        "lines": filling.lines,
        "items": items,
        "is_consumed": contract.is_consumed,
        "key": _kept_key(visit.request),
        "tabs": _tabs(visit),
    }
    return render(visit.request, "contracts/record_form.html", context, status=status)


def _drawn(
    form: RecordForm, contract: Contract, choices: Mapping[str, Options], items: str
) -> list[list[Document]]:
    """What `{% invoer %}` is given for each input, without lists in which there is nothing to choose."""
    rows = [
        [name for name in row if name not in form.only_with_choices or choices.get(name)]
        for row in form.rows_of(contract)
    ]
    return [[_input(form, name, choices, items) for name in row] for row in rows if row]


def _input(form: RecordForm, name: str, choices: Mapping[str, Options], items: str) -> Document:
    options = choices.get(name)
    unit = items if name == "count" else None
    drawn = {"name": name, "options": options, "kind": "" if options is None else "select", "unit": unit}
    return {**drawn, "help": None, **form.inputs.get(name, {})}


def _bill_rows(document: Document) -> list[str]:
    """The paths of the rows of a delivered bill of materials that the form draws."""
    given = document.get("billOfMaterials")
    count = max(LEAST_BILL_ROWS, len(given) + 2 if isinstance(given, list) else 0)
    return [f"billOfMaterials.{number}" for number in range(count)]


def _confirm_page(
    visit: Visit, document: Document, problems: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        **_frame(visit),
        "title": "Regel laten vervallen",
        "question": f"Laat u {visit.kind.form.what} vervallen?",
        "lead": "De regel telt dan niet meer mee. Wat er stond, blijft leesbaar met uw reden.",
        "warning": "Een vervallen regel komt niet terug. Klopt hij toch, leg hem dan opnieuw vast.",
        "hidden": {KEY: _kept_key(visit.request)},
        "reason_label": "Waarom vervalt deze regel?",
        "submit_label": "Laat vervallen",
        "danger": True,
        "back_url": visit.request.path + f"?vervangt={visit.replaced.public_id}",
        "document": document,
        "problems": problems or [],
        "shape": visit.shape,
    }
    return render(visit.request, "confirm.html", context, status=status)


def _frame(visit: Visit) -> dict[str, Any]:
    contract = visit.contract
    place = reverse("contracts:contract", args=[contract.public_id])
    return {
        "contract": contract,
        "contract_url": place,
        "kind": visit.kind.form,
        "replaced": visit.replaced,
        "eyebrow": f"Contract {contract.reference}, {contract.award.lot.title}",
        "crumbs": [
            {"label": "Start", "url": "/"},
            {"label": "Contracten", "url": reverse("contracts:list")},
            {"label": contract.reference, "url": place},
            {"label": "Gegevens invullen"},
        ],
    }


def _tabs(visit: Visit) -> list[dict[str, Any]]:
    if visit.replaced is not None:
        return []
    return [
        {
            "label": kind.form.tab,
            "url": reverse(f"contracts:{kind.form.page}", args=[visit.contract.public_id]),
            "current": kind is visit.kind,
        }
        for kind in kinds_for(visit.contract)
    ]


def _kept_key(request: HttpRequest) -> str:
    key = request.POST.get(KEY, "")
    return key if _IS_KEY(key) else fresh_key()
