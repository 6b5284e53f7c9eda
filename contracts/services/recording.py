"""Logging what happened: one act for every kind of record.

Within its frame: validate everything, append the record, move the stock, reassess.
A correction is a new record that names the old one and says why.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import F

from contracts.models import Contract, ContractLine
from contracts.models.records import Record
from mvi_dashboard.ground import access
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.problems import Kind, Problem, Problems, Refused, conflict
from mvi_dashboard.ground.races import unless_taken
from mvi_dashboard.ground.shapes import Object, lift_confirmed, read

from . import receiving, telling
from .assessing import assess_recorded
from .record_checks import CONFLICTS
from .states import ContractAct
from .writing import Book, Writing, book_of

R = TypeVar("R", bound=Record)
Columns = dict[str, Any]
Checker = Callable[[Writing], list[Problem]]
Made = Callable[[Writing, Columns, Columns], list[R]]
"""The rows of a record, from what all kinds have and what is its own; the first is the one to answer with"""


class RecordAct(ContractAct[R]):
    """The act that logs one kind of record, declared by what is its own.

    Args:
        shape: the document that it reads, and `consumed_shape` where units are used up and that is another one.
        check: what is wrong with a record, and `check_withdrawal` with taking one back.
        columns: the columns of its own, of a record that is right.
        made: the rows that are made of these, where that is more than one.
        stock: the column of the line that its `count` moves.
        forgets: columns that a withdrawal leaves empty; the others it keeps.
    """

    def __init__(
        self,
        verb: str,
        title: str,
        model: type[R],
        *,
        shape: Object,
        check: Checker,
        columns: Callable[[Writing], Columns],
        consumed_shape: Object | None = None,
        check_withdrawal: Checker | None = None,
        made: Made[R] | None = None,
        stock: str = "",
        forgets: frozenset[str] = frozenset(),
    ) -> None:
        self.model, self.stock = model, stock
        self.shape, self.consumed_shape = shape, consumed_shape
        self._check, self._check_withdrawal = check, check_withdrawal
        self._columns, self._made, self._forgets = columns, made, forgets
        asked = ActDeclaration(verb=verb, title=title, permission=access.CONTRACT_LOG, reads=shape, status=201)
        super().__init__(asked, self._logged)

    def shape_of(self, contract: Contract) -> Object:
        """The document that it reads of this contract: for what is used up that may be another one."""
        return self.consumed_shape if self.consumed_shape and contract.is_consumed else self.shape

    def read(self, doing: Doing[Contract]) -> None:
        """By the shape that this contract asks for."""
        doing.data, doing.problems = read(self.shape_of(doing.target), doing.document, typed=doing.typed)

    def kept_of(self, record: Record) -> Columns:
        """What a record that is withdrawn keeps of its own."""
        fields = [field for field in self.model.own_fields() if field.name not in self._forgets]
        return {field.attname: getattr(record, field.attname) for field in fields}

    def add(self, book: Book, data: Columns, problems: Problems) -> R:
        """The record that this document makes, in the book; nothing is stored. Raises Refused: all problems."""
        writing = book.writing(data)
        problems += self._check_common(writing)
        if not data.get("void"):
            problems += self._check(writing)
        elif writing.replaced is not None:
            writing.line = writing.replaced.line
            # A withdrawn record says only what is withdrawn, so what its form left empty is no problem.
            problems = Problems(each for each in problems if each.code != "required" or each.attr == "reason")
            problems += self._check_withdrawal(writing) if self._check_withdrawal else []
        standing, confirmed = lift_confirmed(problems, data.get("confirmations"))
        if standing:
            raise refused_as(standing)
        rows = self._rows(writing, confirmed)
        book.add(writing, rows, self._moves(writing))
        return rows[0]

    def store(self, book: Book) -> None:
        """Write all that is in the book, move the stock, reassess once, and tell who it concerns."""
        # One successor, one source.
        with unless_taken(conflict("duplicate", "Dit is net al vastgelegd: haal de nieuwe stand op.")):
            book.store()
        for line, moved in book.moved.items():
            ContractLine.objects.filter(pk=line).update(**{self.stock: F(self.stock) + moved})
        assess_recorded(book.contract)
        for receiver in receiving.receivers_of(book.contract) if self.stock else ():
            assess_recorded(receiver)
        telling.records_questioned(book.contract, book.added, book.actor)
        telling.records_added(book.contract, self.kind, book.added, book.now)

    @property
    def kind(self) -> str:
        """The kind of record: `delivery` of `delivery.log`."""
        return self.declaration.verb.removesuffix(".log")

    def _logged(self, doing: Doing[Contract]) -> Done[R]:
        """A new record. Raises Refused with every problem."""
        book = book_of(doing, self.model, [doing.data.get("replaces")])
        record = self.add(book, doing.data, doing.problems)
        self.store(book)
        return Done(record, reason=doing.data["reason"] or "")

    def _check_common(self, writing: Writing) -> list[Problem]:
        data, problems = writing.data, []
        if data.get("line") is not None and writing.line is None:
            problems.append(Problem(("line",), "does_not_exist", "Dit product staat niet in dit contract."))
        if data.get("replaces") is not None:
            problems += self._check_replaced(writing)
        elif data.get("void"):
            problems.append(Problem(("replaces",), "required", "Zeg welke regel vervalt."))
        if data.get("source_reference") and writing.book.source_taken(writing):
            text = f"Bron {data['source_reference']} is al vastgelegd bij dit contract."
            raise conflict("duplicate", text, "sourceReference")
        return problems

    def _check_replaced(self, writing: Writing) -> list[Problem]:
        replaced = writing.replaced
        if replaced is None:
            return [Problem(("replaces",), "does_not_exist", "Deze regel bestaat niet in dit contract.")]
        if getattr(replaced, "replaced_by", None) is not None:
            text = "Iemand heeft deze regel al gecorrigeerd: open de nieuwe regel."
            raise conflict("already_replaced", text, "replaces")
        if replaced.void:
            raise conflict("already_replaced", "Deze regel is al vervallen.", "replaces")
        problems = []
        if not writing.data.get("reason"):
            problems.append(Problem(("reason",), "required", "Zeg waarom u dit corrigeert."))
        moved = writing.line is not None and writing.line.pk != replaced.line_id
        if moved and self.stock and not writing.data.get("void"):
            text = "Een correctie blijft bij hetzelfde product. Laat deze regel vervallen en leg een nieuwe vast."
            problems.append(Problem(("line",), "invalid_choice", text))
        return problems

    def _rows(self, writing: Writing, confirmed: list[dict[str, Any]]) -> list[R]:
        data = writing.data
        common = {
            "organisation_id": writing.contract.organisation_id,
            "contract": writing.contract,
            "recorded_at": writing.now,
            "recorded_by": writing.actor.key,
            "source_reference": data["source_reference"],
            "replaces": writing.replaced,
            "reason": data["reason"] or "",
            "void": data["void"],
            "confirmations": confirmed,
        }
        own = self.kept_of(writing.replaced) if data["void"] else self._columns(writing)
        if self._made is not None:
            return self._made(writing, common, own)
        return [self.model(**common, **own)]

    def _moves(self, writing: Writing) -> Decimal:
        """By how much this record changes the stock of its line; the CHECK holds it under any load."""
        if not self.stock or writing.line is None:
            return Decimal(0)
        before = sum((each.count for each in writing.replaced_rows), Decimal(0))
        after = Decimal(0) if writing.data["void"] else Decimal(writing.data["count"])
        return after - before


def refused_as(problems: list[Problem]) -> Refused:
    """State conflicts among the problems make it a 409, as the document itself may be right."""
    conflicts = [problem for problem in problems if problem.code in CONFLICTS]
    if conflicts and len(conflicts) == len(problems):
        return Refused(problems, Kind.CONFLICT)
    return Refused(problems)
