"""The last fallback of a cluster: what a kg of anything in it roughly costs, as an indication only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from indicators.models import ClusterFallback, ProductGroup

from .lookups import reference_stamp

LABEL = "terugvaloptie van het cluster"


@dataclass(frozen=True)
class Fallback:
    """An indication per kg of product on one indicator; it stands beside numbers and counts in none."""

    indicator: str
    name: str
    value: float
    unit: str
    source: str
    source_ref: str
    year: int | None
    note: str

    @property
    def source_line(self) -> str:
        """Title, year and place of the source."""
        return ", ".join(part for part in (self.source, str(self.year or ""), self.source_ref) if part)


def fallbacks_of(group: ProductGroup, stamp: tuple[int, int, int] | None = None) -> Mapping[str, Fallback]:
    """The fallbacks of the cluster of this group, by indicator; none where its bills are not in kg.

    A fallback is per kg of goods: for a kilometre or a square metre it says nothing.
    """
    if group.bill_unit != "kg":
        return {}
    return _by_cluster((stamp or reference_stamp())[0]).get(group.cluster_id, {})


@lru_cache(maxsize=4)
def _by_cluster(newest_material: int) -> dict[int, dict[str, Fallback]]:
    found: dict[int, dict[str, Fallback]] = defaultdict(dict)
    for row in ClusterFallback.objects.select_related("indicator", "source"):
        code = row.indicator.code
        found[row.cluster_id][code] = Fallback(
            code, row.indicator.name_nl, row.value, row.unit, row.source.title, row.source_ref, row.year, row.note
        )
    return dict(found)
