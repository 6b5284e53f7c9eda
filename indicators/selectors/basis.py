"""A basis as arrays: the one step from rows of factors to numbers that the core calculates with."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.db.models import Case, When
from numpy.typing import NDArray

from indicators.calculation import pedigree
from indicators.calculation.factors import Factors, Floats, Formula, Kind
from indicators.models import (
    Basis,
    Destination,
    Factor,
    FactorSetVersion,
    Indicator,
    Material,
    MethodVersion,
    Processing,
    ProductGroup,
)
from mvi_dashboard.ground.problems import not_found

from .fallbacks import Fallback, fallbacks_of
from .footprint import Routes, footprint_of, routes_of
from .lookups import reference_stamp

_KINDS = {"impact": Kind.ORDINARY, "mass": Kind.MASS, "apart": Kind.APART}


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


@dataclass(frozen=True)
class IndicatorInfo:
    """What a page shows of an indicator."""

    code: str
    name: str
    unit: str
    core: bool
    definition: str


@dataclass(frozen=True)
class BasisArrays:
    """Everything of one basis that a calculation needs; frozen content, so kept in the process.

    `factors` are the arrays of the core; the dictionaries give rows by code. R and E are assumptions of the
    method version; a destination with None follows the plan.
    """

    id: int
    code: str
    name: str
    method: tuple[str, str]
    factor_sets: tuple[tuple[str, str], ...]
    indicators: tuple[IndicatorInfo, ...]
    factors: Factors
    item_index: Mapping[str, int]
    units: Mapping[str, str]
    names: Mapping[str, str]
    group_index: Mapping[str, int]
    strategy_factors: Mapping[str, float]
    plan_factors: Mapping[str, float]
    destination_factors: Mapping[str, float | None]
    routes: Routes
    """where a kilogram goes at the end, for a method that calculates it"""
    factor_gsd: Floats
    """(M, I) spread of the primary factors: of the source, else of the pedigree; NaN = drawn as certain"""
    provenance: Mapping[tuple[str, str], Provenance]
    processing_provenance: Mapping[tuple[str, str], Provenance]
    fallbacks: Mapping[str, Mapping[str, Fallback]]
    """by group and indicator: shown beside an incomplete result, part of no number"""

    def position(self, indicator: str) -> int:
        """The place of an indicator in every result vector. Raises Refused (absent)."""
        for place, info in enumerate(self.indicators):
            if info.code == indicator:
                return place
        raise not_found()


def get_basis(code: str) -> Basis:
    """The basis with this code. Raises Refused (absent)."""
    found = Basis.objects.select_related("method_version__method").filter(code=code).first()
    if found is None:
        raise not_found()
    return found


def current_basis() -> Basis:
    """The basis on which dashboards recompute everything. Raises Refused when no reference data is loaded."""
    found = find_current_basis()
    if found is None:
        raise not_found()
    return found


def find_current_basis() -> Basis | None:
    """The same; None when no reference data is loaded."""
    return Basis.objects.select_related("method_version__method").filter(state=Basis.State.CURRENT).first()


def find_basis(*, factor_set: str = "", version: str = "", method: str = "") -> Basis | None:
    """The basis that fits: the current one when nothing is named, else the first with that layer and method.

    A method without a factor set means: on the factors of the current basis.
    """
    if not (factor_set or method or version):
        return current_basis()
    found = Basis.objects.select_related("method_version__method").exclude(state=Basis.State.DRAFT)
    if factor_set:
        found = found.filter(layers__rank=1, layers__version__factor_set__code=factor_set)
    else:
        current = current_basis()
        if current.method_version.method.code == (method or current.method_version.method.code):
            found = found.filter(id=current.id)
        else:
            found = found.filter(id__in=[each.id for each in bases_beside(current)])
    if version:
        found = found.filter(layers__rank=1, layers__version__version=version)
    if method:
        found = found.filter(method_version__method__code=method)
    return found.order_by("id").first()


def bases_beside(basis: Basis) -> list[Basis]:
    """The newest basis of each other method on the same factors; three queries.

    A method may need more factors of its own: those come after the ones that both have.
    """

    def alike(layers: list[int]) -> bool:
        shared = min(len(own), len(layers))
        return layers[:shared] == own[:shared]

    own = list(basis.layers.order_by("rank").values_list("version_id", flat=True))
    found = Basis.objects.select_related("method_version__method").prefetch_related("layers").order_by("id")
    found = found.exclude(state__in=(Basis.State.DRAFT, Basis.State.BUILDING))
    newest = {
        each.method_version.method_id: each
        for each in found.exclude(method_version_id=basis.method_version_id)
        if alike([layer.version_id for layer in each.layers.all()])
    }
    return list(newest.values())


def basis_arrays(basis: Basis, stamp: tuple[int, int, int] | None = None) -> BasisArrays:
    """The arrays of a basis, built once per process; a basis in use never changes."""
    return _built(basis.id, basis.hash, (stamp or reference_stamp())[0])


@lru_cache(maxsize=16)
def _built(basis_id: int, content_hash: str, newest_material: int) -> BasisArrays:
    basis = Basis.objects.select_related("method_version__method").get(id=basis_id)
    layers = [layer.version for layer in basis.layers.select_related("version__factor_set").order_by("rank")]
    return arrays_on(basis, layers, basis.method_version, newest_material, stand_in=basis.stages_stand_in)


def arrays_on(
    basis: Basis, layers: Sequence[FactorSetVersion], method: MethodVersion, newest: int, *, stand_in: bool = False
) -> BasisArrays:
    """The arrays of a basis on these versions, which need not be published yet; built anew each time.

    `stand_in`: another stage counts where production is absent, as on bases from before that was ruled out.
    """
    version_ids = [version.pk for version in layers]
    infos = _indicator_infos(basis.indicators)
    materials = list(Material.objects.order_by("id"))
    groups = list(ProductGroup.objects.order_by("id"))
    made = basis.created_at.year if basis.created_at else None
    primary, recycled, gsd, provenance = _factor_tables(version_ids, basis.indicators, materials, made, stand_in)
    processing, processing_provenance = _processing_table(version_ids, basis.indicators, groups)
    kinds = dict(Indicator.objects.values_list("code", "kind"))
    formula = Formula(method.formula.get("kind", Formula.METABOLIC))
    ended = formula is Formula.PEF_CFF
    return BasisArrays(
        id=basis.id,
        code=basis.code,
        name=basis.name_nl,
        method=(method.method.code, method.version),
        factor_sets=tuple((version.factor_set.code, version.version) for version in layers),
        indicators=infos,
        factors=Factors(
            indicators=tuple(basis.indicators),
            items=tuple(material.code for material in materials),
            primary=primary,
            is_material=np.array([m.kind != Material.Kind.FLOW for m in materials], dtype=bool),
            groups=tuple(group.code for group in groups),
            processing=processing,
            materials_only=np.array([group.materials_only for group in groups], dtype=bool),
            recycled=recycled,
            formula=formula,
            footprint=footprint_of(method, materials, primary, recycled) if ended else None,
            kinds=np.array([_KINDS[kinds[code]] for code in basis.indicators], dtype=np.int8),
        ),
        item_index=_rows_by_code(materials),
        units={material.code: material.unit for material in materials},
        names={material.code: material.name_nl for material in materials},
        group_index={group.code: row for row, group in enumerate(groups)},
        strategy_factors=dict(method.strategy_factors.values_list("strategy__code", "factor")),
        plan_factors=dict(method.plan_factors.values_list("plan__code", "factor")),
        destination_factors=_destination_factors(method),
        routes=routes_of(method, materials) if ended else Routes(),
        factor_gsd=gsd,
        provenance=provenance,
        processing_provenance=processing_provenance,
        fallbacks={group.code: fallbacks_of(group, (newest, 0, 0)) for group in groups},
    )


def _rows_by_code(materials: list[Material]) -> dict[str, int]:
    """The row of each code; what everybody shares goes before what one owner calls the same."""
    rows = {each.code: row for row, each in enumerate(materials) if each.is_private}
    return rows | {each.code: row for row, each in enumerate(materials) if not each.is_private}


def _indicator_infos(codes: list[str]) -> tuple[IndicatorInfo, ...]:
    rows = {row.code: row for row in Indicator.objects.filter(code__in=codes)}
    return tuple(
        IndicatorInfo(code, rows[code].name_nl, rows[code].unit, rows[code].core, rows[code].definition_nl)
        for code in codes
    )


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


def _factor_tables(
    version_ids: list[int],
    indicators: list[str],
    materials: list[Material],
    made: int | None,
    stand_in: bool,
) -> tuple[Floats, Floats, Floats, dict[tuple[str, str], Provenance]]:
    """Primary, recycled and spread (M, I), and the source of each cell; the first layer that knows one wins."""
    column = {code: place for place, code in enumerate(indicators)}
    row = {material.id: place for place, material in enumerate(materials)}
    primary = np.full((len(materials), len(indicators)), np.nan)
    recycled, gsd = primary.copy(), primary.copy()
    provenance: dict[tuple[str, str], Provenance] = {}
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
            provenance[materials[place].code, factor.indicator.code] = Provenance(
                factor.source.title,
                factor.source_ref,
                factor.source_url or factor.source.url,
                factor.year,
                factor.region,
                factor.quality,
            )
    return primary, recycled, gsd, provenance


def _spread_of(factor: Factor, made: int | None) -> float:
    """The geometric standard deviation of a factor; its age counts from the year of the basis."""
    if factor.geometric_sd is not None:
        return float(factor.geometric_sd)
    age = made - factor.year if made is not None and factor.year is not None else None
    scores = pedigree.scores_of(str(factor.quality), age_years=age, region=str(factor.region))
    return math.nan if scores is None else pedigree.geometric_sd(scores)


def _processing_table(
    version_ids: list[int], indicators: list[str], groups: list[ProductGroup]
) -> tuple[NDArray[np.float64], dict[tuple[str, str], Provenance]]:
    """(G, I) impact of making one kg: a value, 0 = inside the material factors, NaN = unknown."""
    column = {code: place for place, code in enumerate(indicators)}
    row = {group.id: place for place, group in enumerate(groups)}
    table = np.full((len(groups), len(indicators)), np.nan)
    provenance: dict[tuple[str, str], Provenance] = {}
    # "Included" holds only for the set whose factors are used, so only the first layer may say so.
    for processing in Processing.objects.filter(version_id__in=version_ids[:1]).select_related(
        "indicator", "source", "group"
    ):
        i = column.get(processing.indicator.code)
        if i is None or processing.state == Processing.State.UNKNOWN:
            continue
        table[row[processing.group_id], i] = processing.value or 0.0
        if processing.source is not None:
            key = (processing.group.code, processing.indicator.code)
            provenance[key] = Provenance(
                processing.source.title,
                processing.derivation,
                processing.source.url,
                processing.source.year,
                "",
                "te verifiëren" if processing.to_verify else "",
            )
    return table, provenance


def _destination_factors(method: MethodVersion) -> dict[str, float | None]:
    factors = dict(method.destination_factors.values_list("destination__code", "factor"))
    return {
        code: None if follows else factors.get(code)
        for code, follows in Destination.objects.values_list("code", "follows_plan")
    }
