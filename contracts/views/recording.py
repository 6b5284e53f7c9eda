"""Forms in which people record what happened: a new record, a correction of one, or one that is withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import URLPattern, path, reverse

from contracts import selectors
from contracts.kinds import KINDS, RecordKind, kinds_for
from contracts.kinds.forms import Document, Filling, Options, RecordForm
from contracts.models import Contract
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.shapes import Object

from .changing import ContractPage
from .contract_parts import items_of

LEAST_BILL_ROWS = 10


class _Recording(ContractPage):
    """The form of one kind of record."""

    kind: RecordKind
    title = "Gegevens invullen"
    keyed = True

    def find(self, **address: Any) -> Contract:
        """The contract, with the record that is corrected or withdrawn. Raises Refused: absent."""
        contract = super().find(**address)
        self.filling = Filling(self.actor, contract, selectors.lines_of(contract))
        self.replaced = _replaced(self.kind, contract, self.request.GET.get("vervangt", ""))
        self.withdraws = self.replaced is not None and self.request.GET.get("vervalt") == "ja"
        self.template = "confirm.html" if self.withdraws else "contracts/record_form.html"
        return contract

    @property
    def shape(self) -> Object:
        """That of this contract."""
        found: Object = self.kind.log.shape_of(self.target)
        return found

    def given(self) -> Document:
        """Which record this takes the place of."""
        found = {} if self.replaced is None else {"replaces": str(self.replaced.public_id)}
        return found | {"void": "true"} if self.withdraws else found

    def posted(self) -> Document:
        """What was typed; a withdrawal says which record and why, and nothing else of the form counts."""
        document = super().posted()
        if self.withdraws:
            return self.given() | {"reason": document.get("reason", "")}
        return self.kind.form.completed(document, self.actor)

    def first(self) -> Document:
        """What is known already, or what the record to correct says."""
        form, lines = self.kind.form, self.filling.lines
        if self.withdraws:
            return {}
        if self.replaced is not None:
            return form.to_correct(self.replaced, self.shape)
        return ({"line": str(lines[0].public_id)} if len(lines) == 1 else {}) | form.first(self.filling)

    def said(self, outcome: Any) -> str:
        """What was done with the record."""
        if self.withdraws:
            return "De regel is vervallen. Wat er stond, blijft leesbaar."
        return "De correctie is vastgelegd." if self.replaced is not None else self.kind.form.done

    def inputs(self) -> list[Document]:
        """A withdrawal only asks why; the form itself draws rows of inputs."""
        asked = {"name": "reason", "label": "Waarom vervalt deze regel?", "optional": False}
        return [asked] if self.withdraws else []

    def content(self) -> Document:
        """The form, or what a withdrawal comes to."""
        if not self.withdraws:
            return self._form()
        return {
            "title": "Regel laten vervallen",
            "question": f"Laat u {self.kind.form.what} vervallen?",
            "lead": "De regel telt dan niet meer mee. Wat er stond, blijft leesbaar met uw reden.",
            "warning": "Een vervallen regel komt niet terug. Klopt hij toch, leg hem dan opnieuw vast.",
            "submit_label": "Laat vervallen",
            "danger": True,
            "back_url": f"{self.request.path}?vervangt={self.replaced.public_id}",
        }

    def _form(self) -> Document:
        form, contract, filling = self.kind.form, self.target, self.filling
        lines: Options = [(str(row.public_id), str(row.offered)) for row in filling.lines]
        choices = {"line": lines, **form.choices(filling)}
        items = items_of(contract)
        return {
            "kind": form,
            "replaced": self.replaced,
            "rows": _drawn(form, contract, choices, items),
            "bill_rows": _bill_rows(self.document) if form.has_bill else [],
            "bill_unit": filling.bill_unit,
            "bill_open": bool(self.document.get("billOfMaterials")),
            "materials": choices.get("material"),
            "lines": filling.lines,
            "items": items,
            "is_consumed": contract.is_consumed,
            "tabs": [] if self.replaced is not None else self._tabs(),
        }

    def _tabs(self) -> list[Document]:
        return [
            {
                "label": kind.form.tab,
                "url": reverse(f"contracts:{kind.form.page}", args=[self.target.public_id]),
                "current": kind is self.kind,
            }
            for kind in kinds_for(self.target)
        ]


def paths_under(contract: str) -> list[URLPattern]:
    """The page on which each kind of record is filled in, under the address of a contract."""
    return [path(f"{contract}{kind.form.address}/", _page_of(kind), name=kind.form.page) for kind in KINDS]


def _page_of(found: RecordKind) -> Any:
    class Page(_Recording):
        kind = found
        act = found.log

    return Page.as_view()


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
