"""Logging many records of one kind at once: all of them or, when that is asked, the good ones.

The same checks and rows as one record has; what the database is asked, and the effect of the contract, is worked
out once and not per record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from contracts.models import Contract, SentRecords
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.problems import Kind, Problem, Problems, Refused, refuse
from mvi_dashboard.ground.shapes import ListOf, Object, read

from .recording import RecordAct
from .states import ContractAct
from .writing import Book, book_of

MOST = 1_000
ROWS, PARTIAL = "records", "partial"


class ManyRecordsAct(ContractAct[SentRecords]):
    """The act that logs many records of the kind of this act: `records`, and `partial` to keep the good ones."""

    def __init__(self, log: RecordAct[Any]) -> None:
        self.log = log
        one = log.declaration
        asked = ActDeclaration(
            verb=f"{one.verb}_many",
            title=f"{one.title}: veel tegelijk",
            permission=one.permission,
            reads=Object({ROWS: ListOf(log.shape, min_items=1, max_items=MOST)}),
            status=201,
        )
        super().__init__(asked, self._logged)

    def read(self, doing: Doing[Contract]) -> None:
        """How many there are; each is read on its own. Raises Refused: none, or too many."""
        require_rows(doing.document[ROWS])

    def _logged(self, doing: Doing[Contract]) -> Done[SentRecords]:
        """What came of each row. Raises Refused with every problem, at the row that it is of."""
        shape = self.log.shape_of(doing.target)
        rows = [read_row(shape, row, doing) for row in doing.document[ROWS]]
        book = book_of(doing, self.log.model, [data.get("replaces") for data, _problems in rows])
        found = [self._added(book, data, problems) for data, problems in rows]
        refuse_rows(found, partial=bool(doing.document.get(PARTIAL)))
        self.log.store(book)
        sent = SentRecords.objects.create(
            organisation_id=doing.target.organisation_id,
            contract=doing.target,
            kind=self.log.kind,
            recorded_at=doing.now,
            recorded_by=doing.actor.key,
            rows=[said_of(number, each) for number, each in enumerate(found)],
        )
        added = sum(not isinstance(each, Refused) for each in found)
        return Done(sent, changes={"kind": self.log.kind, "added": added, "refused": len(found) - added})

    def _added(self, book: Book, data: dict[str, Any], problems: Problems) -> UUID | Refused:
        """The id of the record, or why there is none."""
        try:
            return UUID(str(self.log.add(book, data, problems).public_id))
        except Refused as refused:
            return refused


def require_rows(rows: Sequence[Any]) -> None:
    """Raises Refused when there are none, or too many."""
    if not rows:
        raise refuse("required", "Stuur minstens één regel.")
    if len(rows) > MOST:
        raise refuse("max_length", f"Stuur hoogstens {MOST} regels tegelijk: dit zijn er {len(rows)}.")


def refuse_rows(found: Sequence[Any], *, partial: bool) -> None:
    """Raises Refused when one of these is (what came of a row), or with `partial` when all are."""
    wrong = [each for each in found if isinstance(each, Refused)]
    if not wrong or (partial and len(wrong) < len(found)):
        return
    problems = Problems()
    for number, each in enumerate(found):
        if isinstance(each, Refused):
            problems += _at_row(number, each)
    states = all(each.kind is Kind.CONFLICT for each in wrong)
    raise Refused(problems, Kind.CONFLICT if states else None)


def read_row(shape: Object, row: Any, doing: Doing[Any]) -> tuple[dict[str, Any], Problems]:
    """(data, problems) of one row."""
    if type(row) is not dict:
        return {}, Problems([Problem((), "invalid", "Hier hoort een JSON-object: { ... }.")])
    return read(shape, row, typed=doing.typed)


def _at_row(number: int, refused: Refused) -> list[Problem]:
    return [problem.under(f"[{number}]") for problem in refused.problems]


def said_of(number: int, found: UUID | Refused) -> Mapping[str, Any]:
    """What is kept of one row."""
    if isinstance(found, UUID):
        return {"record": str(found)}
    errors = [
        {"attr": each.attr, "code": each.code, "detail": each.detail, "confirmable": each.confirmable}
        for each in _at_row(number, found)
    ]
    return {"errors": errors, "status": found.kind.value}
