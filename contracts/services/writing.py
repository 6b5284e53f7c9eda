"""Records on their way in, with all that their checks need to know: read once, kept up with each that is added."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from contracts.models import (
    Contract,
    ContractLine,
    Delivery,
    Repair,
    RepairPeriod,
    Retirement,
    UseRecord,
)
from contracts.models.records import Record
from contracts.selectors import ActiveRecords, active_records, lines_of, root_of
from indicators.selectors import MaterialInfo, materials_visible_to
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Doing

Known = TypeVar("Known")
_LISTS: Mapping[type[Record], str] = {
    Delivery: "deliveries",
    UseRecord: "use_records",
    Repair: "repairs",
    RepairPeriod: "repair_periods",
    Retirement: "retirements",
}


@dataclass
class Book:
    """What stands in a contract while records of one kind are written to it."""

    actor: Actor
    contract: Contract
    now: datetime
    model: type[Record]
    lines: list[ContractLine]
    found: ActiveRecords
    materials: Mapping[str, MaterialInfo]
    named: Mapping[Any, Any]
    """the records that are replaced, by their id"""
    added: list[Any] = field(default_factory=list)
    """what is to be stored, in order"""
    moved: dict[int, Decimal] = field(default_factory=dict)
    """by how much the stock of each line changes"""
    _known: dict[Hashable, Any] = field(default_factory=dict)

    def known(self, key: Hashable, find: Callable[[], Known]) -> Known:
        """What was found under this key: asked of the database once, however many records are written."""
        if key not in self._known:
            self._known[key] = find()
        found: Known = self._known[key]
        return found

    def writing(self, data: dict[str, Any]) -> Writing:
        """The record that this document is about to make."""
        line = next((row for row in self.lines if row.public_id == data.get("line")), None)
        return Writing(self, data, line, self.named.get(data.get("replaces")))

    def source_taken(self, writing: Writing) -> bool:
        """Whether another record has this source; a correction may keep that of the record that it replaces."""
        by_source, chain = self.known("sources", self._sources)
        own = {root_of(each.pk, chain) for each in writing.replaced_rows}
        return any(root_of(pk, chain) not in own for pk in by_source.get(writing.data["source_reference"], ()))

    def add(self, writing: Writing, rows: list[Any], moved: Decimal) -> None:
        """Have the next records see these rows, which are stored at the end."""
        counting = getattr(self.found, _LISTS.get(self.model, ""), [])
        for gone in writing.replaced_rows:
            counting[:] = [each for each in counting if each.pk != gone.pk]
        by_source, chain = self.known("sources", self._sources)
        for row in rows:
            self.added.append(row)
            # A number of its own until the database gives one.
            row.pk = -len(self.added)
            chain[row.pk] = row.replaces_id
            by_source.setdefault(row.source_reference, []).append(row.pk)
            if self.model is Delivery:
                self.found.roots[row.pk] = self.found.roots[row.replaces_id] if row.replaces_id else row.pk
            if not row.void:
                counting.append(row)
        if moved and writing.line is not None:
            self.moved[writing.line.pk] = self.moved.get(writing.line.pk, Decimal(0)) + moved

    def store(self) -> None:
        """Write what was added, in as few statements as the database can do."""
        for row in self.added:
            row.pk = None
        self.model._default_manager.bulk_create(self.added)

    def _sources(self) -> tuple[dict[str | None, list[int]], dict[int, int | None]]:
        rows = self.model._default_manager.filter(contract=self.contract)
        by_source: dict[str | None, list[int]] = {}
        chain = {}
        for pk, replaces, source in rows.values_list("pk", "replaces", "source_reference"):
            chain[pk] = replaces
            by_source.setdefault(source, []).append(pk)
        return by_source, chain


@dataclass
class Writing:
    """What somebody says of a contract, and what stands there already."""

    book: Book
    data: dict[str, Any]
    """what could be read of the document"""
    line: ContractLine | None
    replaced: Any
    """the record that it names, of the same kind"""

    @property
    def actor(self) -> Actor:
        """Who says it."""
        return self.book.actor

    @property
    def contract(self) -> Contract:
        """Of which contract."""
        return self.book.contract

    @property
    def now(self) -> datetime:
        """When it is said."""
        return self.book.now

    @property
    def lines(self) -> list[ContractLine]:
        """The lines of the contract."""
        return self.book.lines

    @property
    def found(self) -> ActiveRecords:
        """The records that count."""
        return self.book.found

    @property
    def materials(self) -> Mapping[str, MaterialInfo]:
        """Materials by code, as this actor sees them."""
        return self.book.materials

    @property
    def own_line(self) -> ContractLine:
        """The line, of a kind of record that always has one."""
        assert self.line is not None
        return self.line

    @property
    def replaced_rows(self) -> list[Any]:
        """The rows that this record replaces, the named one first: a retirement that was split goes as a whole."""
        if self.replaced is None:
            return []
        batch = getattr(self.replaced, "batch", None)
        if batch is None:
            return [self.replaced]
        others = [each for each in self.found.retirements if each.batch == batch and each.pk != self.replaced.pk]
        return [self.replaced, *others]

    @property
    def consumed(self) -> bool:
        """Whether the contract is about units that are used up."""
        return self.contract.is_consumed

    @property
    def counted_before(self) -> Decimal:
        """How many were delivered of the line so far."""
        before: Decimal = self.own_line.delivered_count
        return before + self.book.moved.get(self.own_line.pk, Decimal(0))


def book_of(doing: Doing[Contract], model: type[Record], replaced: Collection[Any]) -> Book:
    """What stands in the contract of an act that writes records of this kind, which replace these."""
    contract, named = doing.target, {}
    if wanted := [each for each in replaced if each is not None]:
        rows = model._default_manager.filter(contract=contract, public_id__in=wanted)
        named = {row.public_id: row for row in rows.select_related("replaced_by", "line")}
    return Book(
        actor=doing.actor,
        contract=contract,
        now=doing.now,
        model=model,
        lines=lines_of(contract),
        found=active_records(contract),
        materials=materials_visible_to(doing.actor),
        named=named,
    )
