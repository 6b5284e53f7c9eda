"""Entering a contract that was there already, and saying what it is about: each page is one act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from contracts import selectors, services
from contracts.models import Contract, ContractLine
from contracts.services.stating import line_shape_of
from indicators.selectors import average_products
from indicators.views import line_forms
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.problems import Problem, not_found
from mvi_dashboard.ground.shapes import Object

from .changing import ContractPage
from .contract_parts import Options, items_of, own_options, page_of

Kind = ContractLine.BasisKind
_PER = "per jaar"


class Register(ActPage[Organisation]):
    """The form of one contract."""

    act = services.register_contract
    template = "contracts/register.html"
    title = "Contract toevoegen"
    keyed = True
    beside = ("sleutel", "organisation")
    done = "Contract {0.reference} is toegevoegd. Zeg nu waar het over gaat."
    back = "contracts:list"

    def find(self, **address: Any) -> Organisation:
        """The organisation for which this person does it: the one that was chosen, or the first."""
        access.require(self.actor, access.CONTRACT_REGISTER)
        asked = self.request.POST.get("organisation") or self.request.GET.get("organisatie", "")
        self.places = list(places_of(self.actor))
        found = [place for place in self.places if not asked or place.code == asked]
        if not found:
            raise not_found()
        place: Organisation = found[0]
        return place

    def require_right(self) -> None:
        """Said when the organisation was found."""

    def named(self) -> Document:
        """The organisation."""
        return {"organisation": self.target.code}

    def next_url(self, outcome: Contract) -> str:
        """Where one goes on to say what it is about."""
        place: str = page_of(outcome)
        return place

    def content(self) -> Document:
        """What can be chosen."""
        several = [(place.code, place.name) for place in self.places] if len(self.places) > 1 else []
        return {
            "organisation": self.target,
            "organisations": several,
            "options": own_options(self.target.pk),
            "crumbs": [
                {"label": "Start", "url": "/"},
                {"label": "Contracten", "url": reverse("contracts:list")},
                {"label": self.title},
            ],
        }


def places_of(actor: Actor) -> Any:
    """The organisations for which this person may enter contracts."""
    return Organisation.objects.filter(pk__in=actor.own_for(access.CONTRACT_REGISTER)).order_by("name")


class _Stating(ContractPage):
    """A page on which is said what a contract is about, or is said better."""

    act = services.state_lines
    kind: ClassVar[str]
    template = "contracts/state.html"
    submit_label = "Opslaan"
    keyed = True
    done = "Dit is opgeslagen. Het effect is opnieuw berekend."

    def find(self, **address: Any) -> Contract:
        """The contract, with the line that is replaced. Raises Refused: absent."""
        contract = super().find(**address)
        if contract.origin != Contract.Origin.REGISTER or (contract.group is None and self.kind != Kind.MONEY):
            raise not_found()
        self.replaced = _replaced(contract, self.request.GET.get("vervangt", ""))
        return contract

    @property
    def shape(self) -> Object:
        """That of this kind of line."""
        return line_shape_of(self.target, self.kind)

    def given(self) -> Document:
        """Which kind of line it is, and which one it takes the place of."""
        replaced = {} if self.replaced is None else {"replaces": str(self.replaced.public_id)}
        return {"basisKind": self.kind, **replaced}

    def inputs(self) -> list[Document]:
        """With what can be chosen; why is asked only of what takes a place."""
        options, left_out = self.lists(), {"replaces"} | (set() if self.replaced else {"reason"})
        return [
            each | ({"kind": "select", "options": options[each["name"]]} if each["name"] in options else {})
            for each in super().inputs()
            if each["name"] not in left_out
        ]

    def lists(self) -> dict[str, Options]:
        """The lists of this page."""
        return {}

    def content(self) -> Document:
        """What stands there now."""
        return {"replaced": said_of(self.replaced) if self.replaced else "", "reads": self.shape}


class StateMoney(_Stating):
    """Only an amount per year."""

    kind = Kind.MONEY
    title, question = "Bedrag per jaar", "Hoeveel geeft u per jaar uit onder dit contract?"
    lead = (
        "Een bedrag telt alleen mee in de schatting van al uw inkoop, in het jaar van de uitgave. "
        "Het telt niet mee in de totalen van contracten."
    )


class StateAverage(_Stating):
    """An average product, so many times."""

    kind = Kind.AVERAGE
    title, question = "Gemiddeld product", "Hoeveel koopt u onder dit contract?"
    lead = "Wij rekenen met een gemiddeld product van de groep. Het heet overal een schatting, tot u meer weet."

    def lists(self) -> dict[str, Options]:
        """The average products of the group."""
        assert self.target.group is not None
        return {"product": [(each.code, each.name_nl) for each in average_products(self.target.group)]}

    def inputs(self) -> list[Document]:
        """In what is counted."""
        per = f" {_PER}" if self.target.is_consumed else ""
        unit = {"unit": f"{items_of(self.target)}{per}"}
        return [each | (unit if each["name"] == "count" else {}) for each in super().inputs()]


class StateBill(_Stating):
    """Products as their supplier describes them: the form of a bid."""

    kind = Kind.BILL
    template = "contracts/state_bill.html"
    title, question = "Producten van de leverancier", "Waaruit bestaan de producten?"
    lead = "Vul in wat de leverancier u vertelt. Dit vervangt de schatting; wat er stond, blijft leesbaar."
    note = focus = ""

    def post(self, request: HttpRequest, **address: Any) -> HttpResponse:
        """Saves, or draws again after a button of the form."""
        self._enter(address)
        changed = line_forms.edited(self.posted(), request.POST, self.actor)
        if changed is None:
            return super().post(request, **address)
        self.note, self.focus = line_forms.note_of(request.POST), line_forms.focus_of(changed, request.POST)
        return self.draw(changed)

    def posted(self) -> Document:
        """What was typed, with materials as codes."""
        kept = {name: value for name, value in self.request.POST.items() if name != "sleutel"}
        return line_forms.posted({name: str(value) for name, value in kept.items()}, self.actor) | self.given()

    def first(self) -> Document:
        """As many as the average that it replaces."""
        old = self.replaced
        if old is None or old.bid_line is None:
            return {"lines": [{}]}
        line = {"name": str(old.bid_line), "count": formats.field_value(old.bid_line.count)}
        return {"lines": [line]}

    def content(self) -> Document:
        """The lines as they are drawn."""
        problems: Sequence[Problem] = self.problems
        return {
            **super().content(),
            "note": self.note,
            "focus": self.focus,
            **line_forms.line_form_context(self.actor, self.document, self.target.group, problems),
        }


class WithdrawLine(ContractPage):
    """A line that should not be there."""

    act = services.withdraw_line
    title, question = "Regel weghalen", "Haalt u deze regel weg?"
    lead = "De regel telt dan niet meer mee. Het logboek vertelt waarom."
    warning = "Een regel die weg is, komt niet terug. Klopt hij toch, voeg hem dan opnieuw toe."
    submit_label, danger = "Haal weg", True
    done = "De regel is weg. Het effect is opnieuw berekend."

    def find(self, **address: Any) -> Contract:
        """The contract and its line. Raises Refused: absent."""
        contract = super().find(**address)
        self.line = _replaced(contract, str(address["line"]))
        return contract

    def given(self) -> Document:
        """Which line."""
        return {} if self.line is None else {"line": str(self.line.public_id)}

    def content(self) -> Document:
        """What it says."""
        return {"facts": [{"label": "Regel", "value": said_of(self.line)}] if self.line else []}


def said_of(line: ContractLine) -> str:
    """`100 x Bureaustoel (schatting)`, or an amount."""
    if line.bid_line is None:
        return f"{formats.euros(line.amount_per_year)} {_PER}"
    return f"{formats.number(line.bid_line.count)} x {line.bid_line}: {str(Kind(line.basis_kind).label).lower()}"


def _replaced(contract: Contract, given: str) -> ContractLine | None:
    if not given:
        return None
    try:
        public_id = UUID(given)
    except ValueError:
        raise not_found() from None
    lines = selectors.counting_lines(contract).select_related("bid_line")
    found: ContractLine | None = lines.filter(public_id=public_id).first()
    if found is None:
        raise not_found()
    return found
