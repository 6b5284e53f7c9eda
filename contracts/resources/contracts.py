"""A contract with its lines and the promise that was frozen at the award."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from contracts import models
from mvi_dashboard.ground.described import Described, Form

Known = Annotated[float | None, "In `unit`; null = onbekend"]


class ContractRow(Described):
    """A contract in a list."""

    id: UUID
    reference: str
    organisation: str
    supplier: str
    product_group: str
    start: date
    end: date

    @classmethod
    def of(cls, contract: models.Contract, **more: Any) -> Self:
        """Of this contract."""
        return cls(
            id=contract.public_id,
            reference=contract.reference,
            organisation=contract.organisation.code,
            supplier=contract.supplier.code,
            product_group=contract.award.lot.group.code,
            start=contract.start,
            end=contract.end,
            **more,
        )


class ContractLine(Described):
    """A product of a contract, and how much of it came and went."""

    id: UUID
    name: str
    reference: Annotated[str, "Het kenmerk in de inschrijving"]
    product_group: str
    role: Annotated[str, "Hoofdproduct of toebehoren: main of accessory"]
    count: Annotated[Decimal, "Beloofd: stuks, of per jaar bij wat wordt verbruikt"]
    delivered: Annotated[Decimal, "Geleverd"]
    retired: Annotated[Decimal, "Afgevoerd"]
    deliveries_closed_on: Annotated[date | None, "Vanaf die dag telt wat is geleverd"]

    @classmethod
    def of(cls, row: models.ContractLine, group: str) -> Self:
        """Of this line, of a contract of this product group."""
        return cls(
            id=row.public_id,
            name=str(row.bid_line),
            reference=row.bid_line.reference,
            product_group=group,
            role=row.bid_line.role,
            count=row.bid_line.count,
            delivered=row.delivered_count,
            retired=row.retired_count,
            deliveries_closed_on=row.deliveries_closed_on,
        )


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
    """A contract with its lines and the frozen promise."""

    title: str
    tender: UUID
    parent: Annotated[UUID | None, "Het contract waar dit onder valt"]
    promised_effect: Promise
    lines: list[ContractLine]

    @classmethod
    def with_lines(cls, contract: models.Contract, lines: Sequence[models.ContractLine]) -> Self:
        """Of this contract, with its lines in the order of the bid."""
        lot = contract.award.lot
        return cls.of(
            contract,
            title=lot.title,
            tender=lot.tender.public_id,
            parent=contract.parent.public_id if contract.parent else None,
            promised_effect=Promise.of(contract.promised_effect),
            lines=[ContractLine.of(row, lot.group.code) for row in lines],
        )
