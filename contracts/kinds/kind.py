"""What a kind of record is: one declaration out of which its endpoint, its page, its place in the timeline, its
guards and its rows of the demo are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from contracts.models import Contract
from contracts.models.records import Record
from contracts.resources import RecordOf
from contracts.services.recording import RecordAct
from contracts.services.recording_many import ManyRecordsAct

from .forms import RecordForm

Told = Callable[[Sequence[Any], str], str]
"""One sentence of the rows that were made together, and of what is counted ("stuks")"""
Details = Callable[[Sequence[Any]], list[str]]


def nothing_more(rows: Sequence[Any]) -> list[str]:
    """The details of a record whose sentence says all."""
    return []


@dataclass(frozen=True, kw_only=True, eq=False)
class RecordKind:
    """One kind of record of a contract. The model stands in `contracts/models` when effects are made of it, and
    beside the declaration when they are not."""

    rank: int
    """its place among the others"""
    log: RecordAct[Any]
    """its act: what it reads, what is wrong with it, how it is stored"""
    path: str
    """under the contract over REST, and what a row of the demo says"""
    operations: str
    """how its operations are named: `..._list` and `..._log`"""
    listing: str
    """the summary of its list, in Dutch"""
    answer: type[RecordOf]
    related: tuple[str, ...] = ()
    """what its answer and its sentence read beside the line"""
    sentence: Told
    details: Details = nothing_more
    form: RecordForm
    log_many: ManyRecordsAct = field(init=False)
    """the same for many records at once"""

    def __post_init__(self) -> None:
        """An act is declared when its module is read, so that the list of acts is whole."""
        object.__setattr__(self, "log_many", ManyRecordsAct(self.log))

    @property
    def name(self) -> str:
        """As its act is called: `delivery` of `delivery.log`."""
        return self.log.kind

    @property
    def model(self) -> type[Record]:
        """Where its records are kept."""
        found: type[Record] = self.log.model
        return found

    def rows_of(self, contract: Contract) -> QuerySet[Any]:
        """All its records of a contract, corrected and withdrawn ones too."""
        rows = self.model._default_manager.filter(contract=contract)
        return rows.select_related("line", *self.related, "replaces", "replaced_by")
