"""One record on its way in, with all that its checks need to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.models import Contract, ContractLine
from contracts.models.records import Record
from contracts.selectors import ActiveRecords, active_records, lines_of
from indicators.selectors import MaterialInfo, materials_visible_to
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Doing


@dataclass
class Writing:
    """What somebody says of a contract, and what stands there already."""

    actor: Actor
    contract: Contract
    now: datetime
    lines: list[ContractLine]
    data: dict[str, Any]
    """what could be read of the document"""
    line: ContractLine | None
    replaced: Any
    """the record that it names, of the same kind"""
    found: ActiveRecords
    materials: Mapping[str, MaterialInfo]

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


def writing_of(doing: Doing[Contract], model: type[Record]) -> Writing:
    """The record of this kind that an act on a contract is about to make."""
    contract, data = doing.target, doing.data
    lines = lines_of(contract)
    replaced = None
    if data.get("replaces") is not None:
        rows = model._default_manager.filter(contract=contract, public_id=data["replaces"])
        replaced = rows.select_related("replaced_by").first()
    return Writing(
        actor=doing.actor,
        contract=contract,
        now=doing.now,
        lines=lines,
        data=data,
        line=next((row for row in lines if row.public_id == data.get("line")), None),
        replaced=replaced,
        found=active_records(contract),
        materials=materials_visible_to(doing.actor),
    )
