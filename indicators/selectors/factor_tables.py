"""The tables of a basis, from rows of factors and of making: values, ranges among them, and their sources."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.db.models import Case, When
from numpy.typing import NDArray

from indicators.calculation import pedigree
from indicators.calculation.factors import Floats
from indicators.calculation.ranges import Ranges
from indicators.models import Factor, Material, Processing, ProductGroup, ProductType


@dataclass(frozen=True)
class Provenance:
    """Where one factor comes from, as shown beside a number."""

    title: str
    reference: str
    url: str
    year: int | None
    region: str
    quality: str

    @property
    def label(self) -> str:
        """One line for a table: title, year and the row in the source."""
        parts = [self.title, str(self.year) if self.year else "", self.reference]
        return ", ".join(part for part in parts if part)


class RangeRow(NamedTuple):
    """One value that is known between bounds, and its place in the tables of the core."""

    is_processing: bool
    row: int
    recycled: bool
    indicator: int
    low: float
    central: float
    high: float


def joined_ranges(*parts: Sequence[RangeRow]) -> Ranges | None:
    """The ranges of a basis as the core takes them; None when nothing is known between bounds only."""
    rows = [row for part in parts for row in part]
    if not rows:
        return None
    columns = zip(*rows, strict=True)
    return Ranges(**dict(zip(RangeRow._fields, map(np.array, columns), strict=True)))


_BY_MODULE = Case(
    When(module=Factor.Module.PRODUCTION, then=0),
    When(module=Factor.Module.USE, then=1),
    When(module=Factor.Module.TRANSPORT, then=2),
    default=3,
)


class _OwnStage:
    """Stages stay apart: what goes into a product counts by its production alone, and nothing stands in for that.

    A flow (a kWh, a kilometre, a kg burnt) is one stage of what it serves, for all indicators alike.
    """

    def __init__(self) -> None:
        self._of_flow: dict[int, str] = {}

    def counts(self, material: Material, module: str) -> bool:
        """Whether a factor of this stage is the factor of this material; the first that is asked of a flow is."""
        if material.kind != Material.Kind.FLOW:
            return module == Factor.Module.PRODUCTION
        return self._of_flow.setdefault(material.pk, module) == module


class _AnyStage(_OwnStage):
    """The first stage that there is: how a basis counts that holds results made so."""

    def counts(self, material: Material, module: str) -> bool:
        """Always."""
        return True


@dataclass(frozen=True)
class FactorTables:
    """Primary, recycled and spread (M, I); the ranges among them; and the source of each cell."""

    primary: Floats
    recycled: Floats
    spread: Floats
    ranges: list[RangeRow]
    provenance: dict[tuple[str, str], Provenance]


def factor_tables(
    version_ids: list[int],
    indicators: list[str],
    materials: list[Material],
    made: int | None,
    *,
    stand_in: bool,
) -> FactorTables:
    """The factors of these versions, the first of which that knows one wins.

    `made`: the year of the basis. `stand_in`: another stage counts where production is absent.
    """
    column = {code: place for place, code in enumerate(indicators)}
    row = {material.id: place for place, material in enumerate(materials)}
    primary = np.full((len(materials), len(indicators)), np.nan)
    recycled, gsd = primary.copy(), primary.copy()
    provenance: dict[tuple[str, str], Provenance] = {}
    ranges: list[RangeRow] = []
    stages = _AnyStage() if stand_in else _OwnStage()
    for version_id in version_ids:
        found = Factor.objects.filter(version_id=version_id).exclude(module=Factor.Module.BEYOND)
        ordered = found.select_related("indicator", "source").order_by(_BY_MODULE, "pk")
        for factor in ordered.iterator(chunk_size=2000):
            place, i = row[factor.material_id], column.get(factor.indicator.code)
            if i is None or not stages.counts(materials[place], factor.module) or not np.isnan(primary[place, i]):
                continue
            primary[place, i] = factor.value
            recycled[place, i] = np.nan if factor.recycled_value is None else factor.recycled_value
            gsd[place, i] = _spread_of(factor, made)
            ranges += _ranges_of(factor, place, i)
            provenance[materials[place].code, factor.indicator.code] = Provenance(
                factor.source.title,
                factor.source_ref,
                factor.source_url or factor.source.url,
                factor.year,
                factor.region,
                factor.quality,
            )
    return FactorTables(primary, recycled, gsd, ranges, provenance)


def _ranges_of(factor: Factor, place: int, indicator: int) -> Iterator[RangeRow]:
    """What is known of a factor between bounds: of the primary material, of the recycled one, or of both."""
    for recycled, bounds in (
        (False, (factor.low, factor.value, factor.high)),
        (True, (factor.recycled_low, factor.recycled_value, factor.recycled_high)),
    ):
        low, value, high = bounds
        if low is not None and value is not None and high is not None:
            yield RangeRow(False, place, recycled, indicator, low, value, high)


def _spread_of(factor: Factor, made: int | None) -> float:
    """The geometric standard deviation of a factor; its age counts from the year of the basis."""
    if factor.geometric_sd is not None:
        return float(factor.geometric_sd)
    age = made - factor.year if made is not None and factor.year is not None else None
    scores = pedigree.scores_of(str(factor.quality), age_years=age, region=str(factor.region))
    return math.nan if scores is None else pedigree.geometric_sd(scores)


@dataclass(frozen=True)
class MakingTable:
    """(G + T, I) impact of making one kg: a value, 0 = inside the material factors, NaN = unknown.

    Rows of the groups, then of the types that say something themselves; what such a type does not say, its group
    says. A type that says nothing has the row of its group: one unknown is one number.
    """

    table: Floats
    rows: tuple[str, ...]
    groups: NDArray[np.str_]
    """(G + T,) the group of each row"""
    type_index: dict[str, int]
    ranges: list[RangeRow]
    provenance: dict[tuple[str, str], Provenance]
    """by product type or group, and indicator"""


def making_table(
    version_ids: list[int], indicators: list[str], groups: list[ProductGroup], types: list[ProductType]
) -> MakingTable:
    """The making of all groups and types, by the first of these versions."""
    # "Included" holds only for the set whose factors are used, so only the first layer may say so.
    found = Processing.objects.filter(version_id__in=version_ids[:1])
    said = list(found.select_related("indicator", "source", "group", "product_type"))
    speaking = {each.product_type_id for each in said}
    own = [each for each in types if each.pk in speaking]
    row_of_group = {group.pk: place for place, group in enumerate(groups)}
    row_of_type = {each.pk: place for place, each in enumerate(own, start=len(groups))}
    inherits: dict[int, list[int]] = {}
    for each in own:
        inherits.setdefault(each.group_id, []).append(row_of_type[each.pk])
    cells: dict[tuple[int, int], Processing] = {}
    column = {code: place for place, code in enumerate(indicators)}
    # Groups first, so that a type starts as its group stands.
    for row in sorted(said, key=lambda row: row.product_type_id is not None):
        place, kind = column.get(row.indicator.code), row.product_type_id
        if place is not None:
            at = [row_of_type[kind]] if kind else [row_of_group[row.group_id], *inherits.get(row.group_id, ())]
            cells |= {(each_row, place): row for each_row in at}
    codes = {group.pk: group.code for group in groups}
    of_types = [codes[each.group_id] for each in own]
    return MakingTable(
        _values(cells, (len(groups) + len(own), len(indicators))),
        (*codes.values(), *(f"{code}/{each.code}" for code, each in zip(of_types, own, strict=True))),
        np.array([*codes.values(), *of_types]),
        {each.code: row_of_type.get(each.pk, row_of_group[each.group_id]) for each in types},
        [
            RangeRow(True, row, False, place, each.low, each.value, each.high)
            for (row, place), each in cells.items()
            if each.low is not None and each.value is not None and each.high is not None
        ],
        {_named(row): _source_of(row) for row in said if row.source and row.state != Processing.State.UNKNOWN},
    )


def _values(cells: dict[tuple[int, int], Processing], shape: tuple[int, int]) -> Floats:
    table = np.full(shape, np.nan)
    for place, each in cells.items():
        if each.state != Processing.State.UNKNOWN:
            table[place] = each.value or 0.0
    return table


def _named(making: Processing) -> tuple[str, str]:
    return (making.product_type or making.group).code, making.indicator.code


def _source_of(making: Processing) -> Provenance:
    source = making.source
    assert source is not None
    doubt = "te verifiëren" if making.to_verify else ""
    return Provenance(source.title, making.derivation, source.url, source.year, "", doubt)
