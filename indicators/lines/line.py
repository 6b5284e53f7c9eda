"""A product line, from the door to the arrays: the same thing in a bid, a calculation, a product and a contract.

The words are those of the delivery protocol. Numbers are as they were sent (Decimal; a count of whole items int):
they become float64 in `arrays`, and nowhere before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Self

NOT_READ: Any = None
"""What stands in a field that every checked line has, as long as it could not be read."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A line or a row of it.

    `absent` names the fields that its document does not have: what was unreadable (the reader told that already,
    so no check says it again), or what has no place there. What a receipt or a hash covers is all the rest.
    """

    absent: frozenset[str] = field(default=frozenset(), kw_only=True, compare=False)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """From what a shape read; what is not in it is absent."""
        return cls(**data, absent=_absent(cls, data))

    def has(self, name: str) -> bool:
        """Whether the document has this field, readable."""
        return name not in self.absent


@dataclass(frozen=True, slots=True, kw_only=True)
class BomRow(_Part):
    """One material of one item: a share of its mass, or an amount."""

    component: str = ""
    material: str = NOT_READ
    """code"""
    share: Decimal | None = None
    """fraction of the mass, above 0; None when amounts are given"""
    mass_kg: Decimal | None = None
    """kg per item, or for what is consumed the amount per unit in the unit of its bill"""
    recycled: Decimal = NOT_READ
    """recycled part of this material, 0..1"""
    added: bool = False
    """newly added to a product that is used again: R does not apply"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRow(_Part):
    """What one item uses, or is repaired with."""

    flow: str = NOT_READ
    """code; of a repair that of a material"""
    quantity: Decimal = NOT_READ
    """in `unit`, per item per year or once per item; per unit of what is consumed"""
    unit: str = NOT_READ
    basis: str = NOT_READ
    """`item-year` or `item-once`"""
    role: str = NOT_READ
    """`use` or `repair`"""
    supplied_under: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredProduction(_Part):
    """What making one item does by its maker's own footprint or declaration, on one indicator."""

    indicator: str = NOT_READ
    """code"""
    value: Decimal = NOT_READ
    """in `unit`, per item"""
    unit: str = NOT_READ
    per: str = "item"
    """`item`; a figure for the whole bid is refused"""
    boundary: str = NOT_READ
    """`cradle-to-gate` counts; another one stands beside"""
    method: str = NOT_READ
    year: int = NOT_READ
    verified: bool = False
    """somebody else than the maker checked it"""
    file: str = ""
    """the name of the document"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(_Part):
    """So many of one product: what an item is made of, how long it lasts, what it uses."""

    reference: str = NOT_READ
    name: str = ""
    role: str = "main"
    """`main` or `accessory`"""
    product_type: str | None = None
    """code of the type within its group, where that has types; in a bid that of the demand it answers"""
    mass_kg: Decimal | None = None
    """per item, or per unit of what is consumed (in the unit of its bill); a checked line has it"""
    count: Decimal | int = NOT_READ
    """items, or units per year of what is consumed"""
    lifetime_years: Decimal = NOT_READ
    """as claimed; None in a bid on what is consumed means the years of the contract"""
    circular_strategy: str = NOT_READ
    end_of_life_plan: str = NOT_READ
    bill_of_materials: Sequence[BomRow] = ()
    use: Sequence[UseRow] = ()
    planned_delivery: date | None = None
    promise_survives: bool = False
    """the promise about the end of life holds after the contract too"""
    warranty_years: Decimal | None = None
    declared_production: Sequence[DeclaredProduction] = ()
    """per item, by the maker; where the protocol of the group allows it"""
    item: int | None = None
    """in a bid: the number of the demand that it answers"""
    answers: Mapping[str, Any] | None = None
    """what else the protocol asks, by code; changes no number"""
    evidence: Mapping[str, str] | None = None
    """the document that proves an answer, by code"""

    @property
    def title(self) -> str:
        """What people call it: its name, else its reference."""
        return self.name or self.reference


def in_kg(bill: Sequence[BomRow]) -> bool:
    """Whether a bill gives amounts instead of shares."""
    return any(row.mass_kg is not None for row in bill)


def as_document(part: _Part) -> dict[str, Any]:
    """What its document has of a line or row, in the words of the shape: what is sealed and hashed.

    >>> as_document(BomRow.of({"material": "steel", "mass_kg": Decimal(2)}))
    {'material': 'steel', 'mass_kg': Decimal('2')}
    """
    names = _names(type(part))  # type: ignore[arg-type]  # a class is hashable
    found = {name: _plain(getattr(part, name)) for name in names if name not in part.absent}
    return {name: value for name, value in found.items() if value not in (None, []) or name not in _LATER}


def bill_as_kept(bill: Sequence[BomRow]) -> list[dict[str, Any]]:
    """A bill in a JSON column: Decimals as text, so that nothing is rounded."""
    return rows_as_kept(bill)


def rows_as_kept(rows: Sequence[_Part]) -> list[dict[str, Any]]:
    """Rows of a line in a JSON column, as a bill is."""
    return [{name: _as_text(value) for name, value in as_document(row).items()} for row in rows]


def kept_figures(rows: Sequence[Mapping[str, Any]]) -> list[DeclaredProduction]:
    """The maker's own figures out of a JSON column."""
    return [DeclaredProduction.of({**row, "value": _decimal(row["value"])}) for row in rows]


def kept_bill(rows: Sequence[Mapping[str, Any]]) -> list[BomRow]:
    """The bill out of a JSON column."""
    return [BomRow.of({**row, **{name: _decimal(row[name]) for name in _DECIMALS & row.keys()}}) for row in rows]


_NONE: frozenset[str] = frozenset()
_LATER = frozenset({"product_type", "declared_production"})
"""Came when lines had been sealed already: left out of a document when it says nothing, so that hashes hold"""
_DECIMALS = {"share", "mass_kg", "recycled"}


@cache
def _names(part: Any) -> dict[str, None]:
    """The names of the fields of a line or of one of its rows, in order."""
    return dict.fromkeys(each.name for each in fields(part) if each.name != "absent")


def _absent(part: type[_Part], data: Mapping[str, Any]) -> frozenset[str]:
    names = _names(part)  # type: ignore[arg-type]
    return _NONE if len(data) == len(names) else frozenset(names.keys() - data.keys())


def _as_text(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else value


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _plain(value: Any) -> Any:
    return [as_document(each) for each in value] if isinstance(value, list | tuple) else value
