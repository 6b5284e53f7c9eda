"""Changing a contract itself: its number and term, and closing its deliveries."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from contracts import selectors, services
from contracts.models import Contract
from contracts.services.own_data import document_of
from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.shapes import camel

from .contract_parts import items_of, own_options

OF_LOT = frozenset({"title", "productGroup", "theme"})


class ContractPage(ActPage[Contract]):
    """The page of an act on a contract."""

    def find(self, **address: Any) -> Contract:
        """The contract. Raises Refused: absent."""
        return selectors.get_contract(self.actor, address["public_id"])

    def named(self) -> Document:
        """The contract."""
        return {"contract_id": self.target.public_id}

    def back_url(self) -> str:
        """Its page, which opens at its top, where the message stands."""
        return reverse("contracts:contract", args=[self.target.public_id])

    def frame(self) -> Document:
        """Which contract."""
        contract, place = self.target, ContractPage.back_url(self)
        return {
            "contract": contract,
            "contract_url": place,
            "eyebrow": f"Contract {contract.reference}, {contract.title}",
            "crumbs": [
                {"label": "Start", "url": "/"},
                {"label": "Contracten", "url": reverse("contracts:list")},
                {"label": contract.reference, "url": place},
                {"label": self.title},
            ],
        }


class Edit(ContractPage):
    """The number, the term and the parent of a contract."""

    act = services.change_contract
    template = "contracts/edit.html"
    title = "Contract wijzigen"
    done = "Het contract is gewijzigd. Het effect is opnieuw berekend."

    def first(self) -> Document:
        """What it is now."""
        stands = {camel(name): value for name, value in document_of(self.target).items() if value is not None}
        typed = {name: formats.field_value(stands[name]) for name in ("value", "noticeMonths") if name in stands}
        return stands | typed | {"parent": str(stands.get("parent", ""))}

    def posted(self) -> Document:
        """Of an awarded contract without what it has of its lot."""
        document = super().posted()
        own = self.target.origin == Contract.Origin.REGISTER
        return document if own else {name: value for name, value in document.items() if name not in OF_LOT}

    def content(self) -> Document:
        """The contracts of the same organisation under which it may fall."""
        visible = selectors.visible_contracts(self.actor).select_related(None)
        own = visible.filter(organisation_id=self.target.organisation_id, parent__isnull=True)
        parents = own.exclude(pk=self.target.pk).order_by("reference").values_list("public_id", "reference")
        return {
            "parents": [(str(code), reference) for code, reference in parents],
            "own_lot": self.target.origin == Contract.Origin.REGISTER,
            "options": own_options(self.target.organisation_id),
        }


class Close(ContractPage):
    """Nothing more is expected of a product: from then on what was delivered counts."""

    act = services.close_deliveries
    template = "contracts/close.html"
    title, question = "Leveringen sluiten", "Komen er geen leveringen meer?"
    lead = "Nu verwachten wij nog wat is beloofd. Daarna telt alleen wat er is geleverd."
    warning = "Een latere levering kunt u nog vastleggen. U kunt later een andere dag kiezen of weer openen."
    submit_label = "Leveringen sluiten"

    def first(self) -> Document:
        """Today, and the only product."""
        lines = selectors.lines_of(self.target)
        return {"date": clock.today()} | ({"line": str(lines[0].public_id)} if len(lines) == 1 else {})

    def said(self, outcome: Contract) -> str:
        """Closed, or open again."""
        reopened = self.request.POST.get("reopen")
        done = "De leveringen zijn weer open." if reopened else "De leveringen zijn gesloten."
        return f"{done} Het effect is opnieuw berekend. U kunt dit later weer veranderen."

    def content(self) -> Document:
        """What changes, and what was delivered of each product."""
        contract = self.target
        lines, items = selectors.lines_of(contract), items_of(contract)
        return {
            "warning_title": "Dit verandert de prognose",
            "may_reopen": any(row.deliveries_closed_on is not None for row in lines),
            "line_options": [(str(row.public_id), str(row.offered)) for row in lines],
            "facts_title": f"Tot nu geleverd en beloofd ({formats.day(clock.today())})",
            "facts": [
                {"label": str(each.row.offered), "value": _delivered(each, items)}
                for each in services.standings_of(contract, clock.today())
            ],
        }


def _delivered(found: services.LineStanding, items: str) -> str:
    delivered, due, whole = (formats.number(number) for number in (found.delivered, found.due, found.whole))
    text = f"{delivered} van {due} {items}; in het hele contract zijn {whole} {items} beloofd"
    closed = found.row.deliveries_closed_on
    return text if closed is None else f"{text}, gesloten op {formats.day(closed)}"
