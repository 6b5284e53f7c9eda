"""The form of a kind of record as data: its words, its inputs, what can be chosen and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from contracts.models import Contract, ContractLine
from contracts.resources.records import kept
from indicators.lines import Line
from indicators.models import ProductGroup
from indicators.selectors import MaterialInfo, materials_visible_to, reference_stamp
from indicators.services import unit_of_bill
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.shapes import Object, camel
from tenders.selectors import sent_lines

Document = dict[str, Any]
Options = list[tuple[str, str]]
Rows = Sequence[Sequence[str]]
"""Names of inputs; those of one row stand beside each other"""
_NOT_TYPED = frozenset({"line", "replaces", "reason", "void", "confirmations"})


@dataclass(frozen=True)
class Filling:
    """Who fills in a form of which contract."""

    actor: Actor
    contract: Contract
    lines: Sequence[ContractLine]

    @property
    def group(self) -> ProductGroup:
        """What the contract is about."""
        group: ProductGroup = self.contract.terms.group_as_asked
        return group

    @cached_property
    def _promised(self) -> list[Line]:
        return list(sent_lines([row.offered for row in self.lines]).values())

    @cached_property
    def promised_materials(self) -> set[str]:
        """The materials of the promised bills."""
        return {row.material for line in self._promised for row in line.bill_of_materials}

    @cached_property
    def promised_flows(self) -> dict[str, str]:
        """The flows that were promised to be used, with their unit."""
        rows = [row for line in self._promised for row in line.use if row.role == "use"]
        return {row.flow: row.unit for row in rows}

    @cached_property
    def bill_unit(self) -> str:
        """What the promised bills count in: kg for goods, for heat what was promised (MJ, m3)."""
        return unit_of_bill(self.group, sorted(self.promised_materials), self.materials) or "kg"

    @cached_property
    def materials(self) -> Mapping[str, MaterialInfo]:
        """All that can be named."""
        return materials_visible_to(self.actor, reference_stamp())

    def by_name(self, found: Iterable[MaterialInfo], *, with_unit: bool = False) -> Options:
        """A list of materials or flows; what was promised stands first."""
        first = self.promised_materials | self.promised_flows.keys()
        ordered = sorted(found, key=lambda each: (each.code not in first, each.name.lower()))
        return [(each.code, f"{each.name} ({each.unit})" if with_unit else each.name) for each in ordered]


def _no_lists(filling: Filling) -> Mapping[str, Options]:
    return {}


def _empty(filling: Filling) -> Document:
    return {}


def _plain(record: Any) -> Document:
    return {}


def _as_typed(document: Document, actor: Actor) -> Document:
    return document


@dataclass(frozen=True, kw_only=True)
class RecordForm:
    """What a person sees of a kind of record when it is filled in."""

    address: str
    """of its page, under that of the contract"""
    page: str
    """how that page is called in the code"""
    tab: str
    button: str = ""
    """on the page of the contract; without one there is a `link` further down"""
    link: str = ""
    title: str
    lead: str
    done: str
    what: str
    """as in "Laat u deze levering vervallen?\""""
    rows: Rows
    consumed_rows: Rows | None = None
    """where units are used up, if that is another form"""
    goods_only: bool = False
    """whether it is not offered where units are used up: such a contract has no such records"""
    choices: Callable[[Filling], Mapping[str, Options]] = _no_lists
    """the lists beside that of the lines"""
    only_with_choices: frozenset[str] = frozenset()
    """inputs that are not drawn when there is nothing to choose"""
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """what `{% invoer %}` is given beside the shape"""
    first: Callable[[Filling], Document] = _empty
    """what stands in an empty form beside the line"""
    again: Callable[[Any], Document] = _plain
    """what stands there to correct a record, where that is not the column of the same name"""
    completed: Callable[[Document, Actor], Document] = _as_typed
    """what was typed, with what the page knows by itself"""
    has_bill: bool = False
    """whether materials can be filled in, in a table of their own"""

    def rows_of(self, contract: Contract) -> Rows:
        """The inputs that this contract has."""
        return self.rows if self.consumed_rows is None or not contract.is_consumed else self.consumed_rows

    def to_correct(self, record: Any, shape: Object) -> Document:
        """A record as its form had it."""
        columns = {each.name for each in type(record)._meta.concrete_fields}
        typed = [name for name in shape.fields if name in columns and name not in _NOT_TYPED]
        return {
            "line": str(record.line.public_id) if record.line is not None else "",
            "replaces": str(record.public_id),
            "confirmations": record.confirmations,
            **{camel(name): kept(record, name) for name in typed},
            **self.again(record),
        }
