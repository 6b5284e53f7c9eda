"""How many contracts count nowhere in an answer, because of them no more may be told than that they are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from django.db.models import Case, F, IntegerField, Q, Sum, Value, When

from indicators.models import Basis
from reporting.models import SharedCell

from .asking import Question
from .frames import Waiting, value_at
from .scopes import Scope

_WITHOUT_A_YEAR = 0


@dataclass(frozen=True)
class LeftOut:
    """Contracts that do not count in an answer, or in a year view not in all of their years."""

    contracts: int = 0
    organisations: int = 0


@dataclass(frozen=True)
class _Left:
    organisation: int
    indicator: int
    year: int
    """of award; 0 where it may not be told"""
    hides: frozenset[str]
    """what may not be told of these contracts"""
    shared: bool
    contracts: int
    new_contracts: int


@dataclass(frozen=True)
class LeftParts:
    """The parts of who shares totals only, as far as something of them may not be told."""

    question: Question
    parts: tuple[_Left, ...] = ()

    def of(self, keys: Collection[str] = (), year: int | None = None) -> LeftOut:
        """What does not count in an answer that is grouped by these keys too, in this year."""
        asked = replace(self.question, group_by=tuple(keys), year=self.question.year if year is None else year)
        numbers: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for part in self.parts:
            if number := _left(part, asked):
                numbers[part.indicator][part.organisation] += number
        most = max(numbers.values(), key=lambda found: sum(found.values()), default={})
        return LeftOut(sum(most.values()), len(most))


def left_parts(basis: Basis, scope: Scope, question: Question, waiting: Waiting) -> LeftParts:
    """What may be left out of answers under these filters; one query, and none when everybody is open.

    A part of which something may be told that the filters do not ask is not left out: it is not asked.
    """
    if not scope.totals:
        return LeftParts(question)
    found = SharedCell.objects.filter(
        basis=basis, organisation_id__in=list(scope.totals - waiting.sharing), year_view=question.year_view
    ).filter(
        _fits("group__cluster__code", "group", question.cluster)
        & _fits("group__code", "group", question.group)
        & _fits("theme__code", "theme", question.theme)
    )
    if question.indicator:
        found = found.filter(indicator__code=question.indicator)
    rows = found.annotate(
        no_group=Q(group__isnull=True),
        no_theme=Q(theme__isnull=True),
        award=Case(
            When(year__isnull=True, then=Value(_WITHOUT_A_YEAR)),
            default=F("year") if question.by_award_year else Value(1),
            output_field=IntegerField(),
        ),
    ).values_list("organisation_id", "indicator_id", "award", "no_group", "no_theme", "shared")
    sums = rows.annotate(Sum("contracts"), Sum("new_contracts")).order_by()
    own = (cell for cell in waiting.shared if cell.organisation_id in scope.totals)
    return LeftParts(question, (*(_part(*row) for row in sums), *_in_memory(own, question)))


def _in_memory(cells: Iterable[SharedCell], question: Question) -> Iterator[_Left]:
    """The same of shared parts that are not stored."""
    asked = replace(question, supplier="").paths(years=False)
    for cell in cells:
        found = {name: value_at(cell, name) for name in asked}
        fits = all(found[name] == value or _is_hidden(cell, name) for name, value in asked.items())
        if not fits or cell.year_view != question.year_view:
            continue
        award = _WITHOUT_A_YEAR if cell.year is None else cell.year if question.by_award_year else 1
        no_group, no_theme = cell.group_id is None, cell.theme_id is None
        numbers = (cell.contracts, cell.new_contracts)
        yield _part(cell.organisation_id, cell.indicator_id, award, no_group, no_theme, cell.shared, *numbers)


def _is_hidden(cell: SharedCell, name: str) -> bool:
    key = name.partition("__")[0]
    return key in ("group", "theme") and getattr(cell, f"{key}_id") is None


def _fits(name: str, key: str, code: str) -> Q:
    return Q(**{name: code}) | Q(**{f"{key}__isnull": True}) if code else Q()


def _part(
    organisation: int, indicator: int, year: int, no_group: bool, no_theme: bool, shared: bool, all_: int, new: int
) -> _Left:
    hides = {"productGroup": no_group, "theme": no_theme, "year": year == _WITHOUT_A_YEAR}
    names = frozenset(name for name, hidden in hides.items() if hidden)
    return _Left(organisation, indicator, year, names, shared, all_, new)


def _left(part: _Left, asked: Question) -> int:
    if not part.shared or asked.needs_contracts:
        return part.new_contracts
    if asked.by_award_year and asked.year is not None and part.year not in (asked.year, _WITHOUT_A_YEAR):
        return 0
    hidden = asked.must_tell & part.hides
    if hidden - {"year"}:
        return part.new_contracts
    # In a year view the same contracts have other years that are told.
    return part.contracts if hidden else 0
