"""A contract with its lines and the promise that was frozen at the award."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from contracts import models
from mvi_dashboard.ground.described import Described, Form
from mvi_dashboard.ground.models import User

Known = Annotated[float | None, "In `unit`; null = onbekend"]


class ContractRow(Described):
    """A contract in a list."""

    id: UUID
    reference: str
    organisation: str
    supplier: str
    product_group: Annotated[str | None, "null = buiten de productgroepen"]
    start: date
    end: date
    origin: Annotated[str, "award (uit een aanbesteding) of register (bestond al)"]

    @classmethod
    def of(cls, contract: models.Contract, **more: Any) -> Self:
        """Of this contract."""
        return cls(
            id=contract.public_id,
            reference=contract.reference,
            organisation=contract.organisation.code,
            supplier=contract.supplier.code,
            product_group=contract.group.code if contract.group else None,
            start=contract.start,
            end=contract.end,
            origin=contract.origin,
            **more,
        )


class ContractLine(Described):
    """A product of a contract, and how much of it came and went."""

    id: UUID
    name: str
    reference: Annotated[str, "Het kenmerk in de inschrijving"]
    basis_kind: Annotated[str, "Waar dit op rust: bill (volgens leverancier) of average (gemiddelde van de groep)"]
    product: Annotated[str | None, "Het gemiddelde product, bij average"]
    product_group: str | None
    role: Annotated[str, "Hoofdproduct of toebehoren: main of accessory"]
    count: Annotated[Decimal, "Beloofd: stuks, of per jaar bij wat wordt verbruikt"]
    delivered: Annotated[Decimal, "Geleverd"]
    retired: Annotated[Decimal, "Afgevoerd"]
    deliveries_closed_on: Annotated[date | None, "Vanaf die dag telt wat is geleverd"]

    @classmethod
    def of(cls, row: models.ContractLine, group: str | None) -> Self:
        """Of this line, of a contract of this product group."""
        return cls(
            id=row.public_id,
            name=str(row.offered),
            reference=row.offered.reference,
            basis_kind=row.basis_kind,
            product=row.product.code if row.product else None,
            product_group=group,
            role=row.offered.role,
            count=row.offered.count,
            delivered=row.delivered_count,
            retired=row.retired_count,
            deliveries_closed_on=row.deliveries_closed_on,
        )


class MoneyLine(Described):
    """What only an amount is known of: it has no product, so no effect of its own."""

    id: UUID
    amount_per_year: Annotated[Decimal, "In EUR, zonder btw", Form("decimal")]

    @classmethod
    def of(cls, row: models.ContractLine) -> Self:
        """Of this line."""
        assert row.amount_per_year is not None
        return cls(id=row.public_id, amount_per_year=row.amount_per_year)


class PromisedImpact(Described):
    """What was promised on one indicator."""

    indicator: str
    unit: str
    lifetime_impact: Known
    per_year: Known
    demand_impact: Annotated[float | None, "Effect van de hele vraag, in `unit`"]
    reference: Known
    avoided: Known
    complete: bool

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Of a row as it is kept."""
        return cls(
            indicator=stored["indicator"],
            unit=stored["unit"],
            lifetime_impact=stored["lifetimeImpact"],
            per_year=stored["perYear"],
            demand_impact=stored["demandImpact"],
            reference=stored["reference"],
            avoided=stored["avoided"],
            complete=stored["complete"],
        )


class Promise(Described):
    """The numbers of the award, on the basis of the tender: what was compared is what is promised."""

    basis: str
    price: Annotated[str | None, "In EUR, zonder btw; null = onbekend", Form("decimal")]
    reference_is_baseline: Annotated[bool, "Er is vergeleken met een gemiddeld product"]
    impacts: list[PromisedImpact]

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Of a promise as it is kept."""
        return cls(
            basis=stored["basis"],
            price=stored.get("price"),
            reference_is_baseline=bool(stored.get("referenceIsBaseline")),
            impacts=[PromisedImpact.of(each) for each in stored.get("impacts", ())],
        )


class Contract(ContractRow):
    """A contract with its lines and the frozen promise. Who manages it is told within the organisation only."""

    title: str
    tender: Annotated[UUID | None, "null = bestond al, dus uit geen aanbesteding"]
    parent: Annotated[UUID | None, "Het contract waar dit onder valt"]
    theme: Annotated[str, "Hoofdthema"]
    manager: Annotated[str | None, "Gebruikersnaam van de contractmanager"]
    category_manager: Annotated[str | None, "Gebruikersnaam van de categoriemanager"]
    commissioner: Annotated[str | None, "Gebruikersnaam van de opdrachtgever"]
    department: str
    category: Annotated[str, "In uw eigen woorden"]
    value: Annotated[Decimal | None, "In EUR, zonder btw, voor de hele looptijd zonder opties"]
    options: Annotated[str, "Om te verlengen, in woorden"]
    notice_months: Annotated[int | None, "Opzegtermijn in maanden"]
    place: Annotated[str, "Plaats van levering"]
    promised_effect: Annotated[Promise | None, "null = er is niets beloofd"]
    lines: list[ContractLine]
    money: Annotated[list[MoneyLine], "Waarvan alleen een bedrag bekend is"]

    @classmethod
    def with_lines(
        cls,
        contract: models.Contract,
        lines: Sequence[models.ContractLine],
        money: Sequence[models.ContractLine] = (),
        *,
        owners: bool = True,
    ) -> Self:
        """Of this contract, with its lines in the order of the bid."""
        lot, group = contract.lot, contract.group
        return cls.of(
            contract,
            title=contract.title,
            tender=lot.tender.public_id if lot else None,
            parent=contract.parent.public_id if contract.parent else None,
            theme=contract.theme.code,
            manager=_username(contract.manager) if owners else None,
            category_manager=_username(contract.category_manager) if owners else None,
            commissioner=_username(contract.commissioner) if owners else None,
            department=contract.department if owners else "",
            category=contract.category if owners else "",
            value=contract.value,
            options=contract.options,
            notice_months=contract.notice_months,
            place=contract.place,
            promised_effect=Promise.of(contract.promised_effect) if contract.promised_effect else None,
            lines=[ContractLine.of(row, group.code if group else None) for row in lines],
            money=[MoneyLine.of(row) for row in money],
        )


def _username(person: User | None) -> str | None:
    return None if person is None else person.username
