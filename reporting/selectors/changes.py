"""What the step to the current basis did to the totals: a change of factors, not of what happened."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from contracts.models import FactorChange
from indicators.models import Basis

from .asking import Question
from .frames import filtered
from .scopes import Scope

_MEASURES = ("estimated_before", "estimated_after", "forecast_before", "forecast_after")


@dataclass(frozen=True)
class YearChange:
    """The contracts awarded in one year, on the basis before and on the current one; None = unknown."""

    basis: str
    """the name of the basis that brought the change"""
    year: int
    estimated_before: float | None
    estimated_after: float | None
    forecast_before: float | None
    forecast_after: float | None
    contracts: int

    @property
    def forecast_change(self) -> float | None:
        """The factorwijziging of the forecast."""
        return _minus(self.forecast_after, self.forecast_before)

    @property
    def differs(self) -> bool:
        """Whether anything became another number."""
        return bool(self.forecast_change or self.estimated_change)

    @property
    def estimated_change(self) -> float | None:
        """The factorwijziging of the estimate."""
        return _minus(self.estimated_after, self.estimated_before)


def factor_changes(basis: Basis, scope: Scope, question: Question) -> list[YearChange]:
    """Per year of award, of the contracts that were there at the step and are known on both bases; one query.

    Of the newest step up to this basis that changed anything: a step that changed nothing hides none before it.

    Only of organisations that show single contracts: small changes of few contracts would give them away.
    """
    found = FactorChange.objects.filter(after__lte=basis.pk, organisation_id__in=list(scope.per_contract))
    known = Q(**{f"{name}__isnull": False for name in _MEASURES})
    sums = {name: Sum(name) for name in _MEASURES}
    rows = filtered(found.filter(known), question).values("after_id", "after__name_nl", "year")
    steps: dict[int, list[YearChange]] = {}
    for row in rows.annotate(**sums, contracts=Count("contract")).order_by("-after_id", "year"):
        change = YearChange(
            row["after__name_nl"],
            row["year"],
            row["estimated_before"],
            row["estimated_after"],
            row["forecast_before"],
            row["forecast_after"],
            row["contracts"],
        )
        steps.setdefault(row["after_id"], []).append(change)
    return next((years for years in steps.values() if any(year.differs for year in years)), [])


def _minus(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before
