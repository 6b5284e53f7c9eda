"""Reports as they are asked: stale totals are put right first, so nobody ever reads an old one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Min, QuerySet

from contracts.models import ContractEffect
from indicators.models import Basis
from indicators.selectors import current_basis
from reporting.selectors import (
    Question,
    Row,
    Scope,
    Shares,
    by_keys,
    effect_frame,
    filtered,
    ordered,
    shares_of,
)

from .cells import put_right


@dataclass(frozen=True)
class Report:
    """A frame with what it was made with. Show `rows`, or sum the frame by fewer keys with `by_keys`."""

    basis: Basis
    as_of: date | None
    organisations: int
    """how many organisations there are contracts of"""
    scope: Scope
    question: Question
    frame: list[Row]
    shares: Shares

    @property
    def rows(self) -> list[Row]:
        """The rows that were asked, in a fixed order; what is not shared apart has no numbers."""
        return ordered(by_keys(self.frame, self.question.group_by), self.basis)


def read_effects(scope: Scope, question: Question) -> Report:
    """The report that this question asks for, on the current basis."""
    put_right()
    basis = current_basis()
    behind = ContractEffect.objects.filter(basis=basis, organisation_id__in=list(scope.everybody))
    said = behind.aggregate(oldest=Min("as_of"), organisations=Count("organisation", distinct=True))
    shares = shares_of(basis, scope.totals) if question.is_fine else Shares()
    frame = effect_frame(basis, scope, question, shares)
    return Report(basis, said["oldest"], said["organisations"], scope, question, frame, shares)


def read_indicators(report: Report, year: int | None) -> list[Row]:
    """One total per indicator under the same filters, to put beside the one that is shown."""
    question = replace(report.question, indicator="", group_by=(), year=year)
    shares = report.shares
    return ordered(by_keys(effect_frame(report.basis, report.scope, question, shares), ()), report.basis)


def contract_effects(report: Report, year: int | None) -> QuerySet[ContractEffect]:
    """The effects of the contracts behind a report, largest first; only of who shares single contracts.

    With a year in the purchase view: those that were awarded then.
    """
    question = replace(report.question, year=year)
    own = ContractEffect.objects.filter(basis=report.basis, organisation_id__in=list(report.scope.per_contract))
    found = filtered(own, question, years=question.by_award_year)
    return found.select_related("contract__award__lot", "organisation", "group", "indicator").order_by(
        "-estimated", "pk"
    )
