"""The factors per euro that hold now."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet, Subquery

from indicators.models import CLIMATE, FactorSet, FactorSetVersion, SpendFactor
from indicators.models.coded import State


@dataclass(frozen=True)
class PerEuro:
    """The ranges of one version, by id of product group and by division of CPV."""

    groups: dict[int, SpendFactor]
    divisions: dict[str, SpendFactor]

    def of(self, group: int | None, division: str) -> SpendFactor | None:
        """The range for this; that of its group goes first. None: no factor, so no number."""
        return self.groups.get(group or 0) or self.divisions.get(division)

    @property
    def any(self) -> SpendFactor | None:
        """One of them, for what is said of all: country, price year."""
        return next(iter([*self.groups.values(), *self.divisions.values()]), None)


def spend_version() -> FactorSetVersion | None:
    """The newest version of factors per euro that is published; None when none was loaded."""
    return _published().first()


def _published() -> QuerySet[FactorSetVersion]:
    rows = FactorSetVersion.objects.filter(factor_set__kind=FactorSet.Kind.SPEND, state=State.PUBLISHED)
    return rows.order_by("-pk")


def per_euro() -> PerEuro:
    """What holds now, for climate; one query."""
    rows = SpendFactor.objects.filter(
        version=Subquery(_published().values("pk")[:1]), indicator__code=CLIMATE
    ).select_related("source")
    found = list(rows)
    return PerEuro(
        {row.group_id: row for row in found if row.group_id is not None},
        {row.cpv_division: row for row in found if row.group_id is None},
    )
