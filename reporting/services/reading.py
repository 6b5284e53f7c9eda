"""Reports as they are asked. A reader never writes and never waits.

Of totals that wait to be added up again it adds up the effects itself, so nobody ever reads an old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Window
from django.db.models.functions import FirstValue

from contracts.models import ContractEffect
from contracts.selectors import PromiseCounts, promise_counts, promise_sums, with_promise
from indicators.models import Basis
from indicators.selectors import current_basis
from reporting.selectors import (
    YEARLY_FIELDS,
    Frame,
    LeftOut,
    LeftParts,
    Question,
    Row,
    Scope,
    Waiting,
    YearChange,
    conditions,
    effect_frame,
    effects_of,
    factor_changes,
    filtered,
    largest_shares,
    left_parts,
    ordered,
    yearly_values,
)

from .cells import waiting_in

PART_MEASURES = ("estimated", "forecast", "realised_to_date")
MOST_CANDIDATES = 1000
"""Of so many contracts, those with most (and that avoid most) over their whole life, a year is read"""
_SHOWN = (
    *("contract__public_id", "contract__reference", "contract__title"),
    *("organisation_id", "organisation__name", "group__name_nl", "indicator__code", "coverage_delivered"),
)


@dataclass(frozen=True)
class Part:
    """A contract behind a total, with what it adds to it."""

    contract: Mapping[str, Any]
    """the fields by which it is shown"""
    values: Mapping[str, float | None]


@dataclass(frozen=True)
class Parts:
    """The largest contracts behind a total, and the one that avoids most of all of them."""

    largest: list[Part]
    most_avoided: float | None = None
    most_avoided_group: str = ""


@dataclass(frozen=True)
class Report:
    """A frame with what it was made with. Show `rows`, or sum the frame by fewer keys."""

    basis: Basis
    as_of: date | None
    organisations: int
    """how many organisations there are contracts of"""
    scope: Scope
    question: Question
    frame: Frame
    left: LeftParts
    promises: PromiseCounts
    """only of who shares single contracts"""
    waiting: Waiting
    """what its reader added up itself"""

    @property
    def rows(self) -> list[Row]:
        """The rows that were asked, in a fixed order."""
        return ordered(self.frame.by(self.question.group_by), self.basis)

    def largest_shares(self, rows: Sequence[Row]) -> list[float | None]:
        """Per row the part of what is avoided that one contract makes."""
        return largest_shares(self.basis, self.scope, self.question, rows)

    @property
    def left_out(self) -> LeftOut:
        """What does not count in these rows."""
        return self.left.of(self.question.group_by)


def read_effects(scope: Scope, question: Question, *, award_year: int | None = None) -> Report:
    """The report that this question asks for, on the current basis.

    Of one indicator it also tells how many contracts keep their promise: all under the filters, as a promise is
    for a whole life, or with `award_year` those of that year.
    """
    basis = current_basis()
    behind = effects_of(basis, question).filter(organisation_id__in=list(scope.everybody))
    sums: dict[str, Any] = {"oldest": Min("as_of"), "organisations": Count("organisation", distinct=True)}
    one = question.indicator in basis.indicators
    if one:  # all indicators of a contract are of the same day
        shown = Q(organisation_id__in=list(scope.per_contract))
        behind = with_promise(behind.filter(indicator__code=question.indicator))
        sums |= promise_sums(shown & conditions(replace(question, year=award_year)))
    said = behind.aggregate(**sums)
    waiting = waiting_in(basis, scope)
    frame = effect_frame(basis, scope, question, waiting)
    left = left_parts(basis, scope, question, waiting)
    promises = promise_counts(said) if one else PromiseCounts()
    return Report(basis, said["oldest"], said["organisations"], scope, question, frame, left, promises, waiting)


def read_indicators(report: Report, year: int | None, keys: tuple[str, ...] = ()) -> list[Row]:
    """One total per indicator under the same filters, of what these keys may be told of."""
    question = replace(report.question, indicator="", group_by=keys, year=year)
    frame = effect_frame(report.basis, report.scope, question, report.waiting)
    return ordered(frame.told(keys).by(()), report.basis)


def read_factor_changes(report: Report) -> list[YearChange]:
    """What the step to the current basis did, per year of award, under the filters of the report.

    One query, and none when the current basis is the first one.
    """
    if report.basis.replaces_id is None:
        return []
    return factor_changes(report.basis, report.scope, report.question)


def contract_parts(report: Report, year: int | None, most: int) -> Parts:
    """The contracts behind a report, largest first, with amounts that add up to it.

    Only of who shares single contracts. With a year: the amounts of that year in the view that was asked.
    """
    question = replace(report.question, year=year)
    shown = list(report.scope.per_contract)
    own = effects_of(report.basis, report.question).filter(organisation_id__in=shown)
    found = filtered(own, question, years=question.by_award_year)
    # All calendar years together are not the whole life: of the spread view what is written off later is not in
    # what is recorded, and years by which a contract was extended have a promise that it had not at the award.
    if not question.by_award_year:
        begun = found if year is None else found.filter(spread_first_year__lte=year)
        rows = _candidates(begun).values("pk", *_SHOWN, *YEARLY_FIELDS)
        parts = _largest_in(year, question.year_view, rows)
        # The order is fixed, so that of two that avoid as much always the same one is named.
        best = max(parts, key=lambda part: part.values["avoided_forecast"] or 0.0, default=None)
        if best is None:
            return Parts([])
        return Parts(parts[:most], best.values["avoided_forecast"], best.contract["group__name_nl"])
    # Windows look at all rows before the limit, so that this takes one statement.
    avoided = F("avoided_forecast").desc(nulls_last=True)
    rows = found.annotate(
        most_avoided=Window(Max("avoided_forecast")),
        most_avoided_group=Window(FirstValue("group__name_nl"), order_by=[avoided, "pk"]),
    ).values("most_avoided", "most_avoided_group", *_SHOWN, *PART_MEASURES)
    parts = [
        Part(row, {name: row[name] for name in PART_MEASURES})
        for row in rows.order_by(F("estimated").desc(nulls_last=True), "pk")[:most]
    ]
    if not parts:
        return Parts([])
    first = parts[0].contract
    return Parts(parts, first["most_avoided"], first["most_avoided_group"])


def _candidates(found: QuerySet[ContractEffect]) -> QuerySet[ContractEffect]:
    """The contracts that can be among the largest of one year: reading the series of all of a country would take
    seconds, and the database cannot order by what stands in a series."""
    largest, most = (
        found.order_by(F(name).desc(nulls_last=True), "pk").values("pk")[:MOST_CANDIDATES]
        for name in ("estimated", "avoided_forecast")
    )
    return found.filter(Q(pk__in=largest) | Q(pk__in=most))


def _largest_in(year: int | None, view: str, rows: Iterable[Mapping[str, Any]]) -> list[Part]:
    found = []
    for row in rows:
        years = dict(yearly_values(row, view))
        values = _summed(years.values()) if year is None else years.get(year)
        if values is not None:
            found.append(Part(row, {name: values.get(name) for name in (*PART_MEASURES, "avoided_forecast")}))
    return sorted(found, key=lambda part: (-abs(part.values["estimated"] or 0.0), part.contract["pk"]))


def _summed(years: Iterable[Mapping[str, float | None]]) -> dict[str, float | None]:
    """All years of one contract together; what is unknown stays so."""
    found: dict[str, float | None] = {}
    for values in years:
        for name, value in values.items():
            if value is not None:
                found[name] = (found.get(name) or 0.0) + value
    return found
