"""Reports as they are asked: stale totals are put right first, so nobody ever reads an old one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Min, QuerySet

from contracts.models import ContractEffect
from indicators.models import Basis
from indicators.selectors import current_basis
from reporting.selectors import Question, Row, Scope, effect_rows

from .cells import put_right


@dataclass(frozen=True)
class Report:
    """Rows with what they were made with."""

    basis: Basis
    as_of: date | None
    scope: Scope
    question: Question
    rows: list[Row]


def read_effects(scope: Scope, question: Question) -> Report:
    """The rows that this question asks for, on the current basis."""
    put_right()
    basis = current_basis()
    return Report(basis, as_of(basis, scope), scope, question, effect_rows(basis, scope, question))


def as_of(basis: Basis, scope: Scope) -> date | None:
    """The oldest as-of date behind these totals; None when there are no contracts."""
    found = ContractEffect.objects.filter(basis=basis, organisation_id__in=list(scope.everybody))
    oldest: date | None = found.aggregate(oldest=Min("as_of"))["oldest"]
    return oldest


def read_indicators(report: Report, scope: Scope, question: Question, year: int | None) -> list[Row]:
    """One total per indicator under the same filters, to put beside the one that is shown."""
    return effect_rows(report.basis, scope, replace(question, indicator="", group_by=(), year=year))


def contract_effects(report: Report, scope: Scope, year: int | None) -> QuerySet[ContractEffect]:
    """The effects of the contracts behind a report, largest first; only of who shares single contracts.

    With a year in the purchase view: those that were awarded then.
    """
    question = report.question
    found = ContractEffect.objects.filter(basis=report.basis, organisation_id__in=list(scope.per_contract))
    found = found.filter(indicator__code=question.indicator)
    if question.group:
        found = found.filter(group__code=question.group)
    if question.theme:
        found = found.filter(theme__code=question.theme)
    if year is not None and question.year_view == "purchase":
        found = found.filter(year=year)
    return found.select_related("contract__award__lot", "organisation", "group", "indicator").order_by(
        "-estimated", "pk"
    )
