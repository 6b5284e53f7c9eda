"""A basis as arrays: the one step from rows of factors to numbers that the core calculates with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from indicators.calculation.factors import Factors, Floats, Formula, Kind
from indicators.models import (
    Basis,
    Destination,
    FactorSetVersion,
    Indicator,
    Material,
    MethodVersion,
    ProductGroup,
    ProductType,
)
from mvi_dashboard.ground.problems import not_found

from .factor_tables import FactorTables, MakingTable, Provenance, factor_tables, joined_ranges, making_table
from .fallbacks import Fallback, fallbacks_of
from .footprint import Routes, footprint_of, routes_of
from .lookups import reference_stamp

_OF_REFERENCE = "reference"
_KINDS = {"impact": Kind.ORDINARY, "mass": Kind.MASS, "apart": Kind.APART}


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
    type_index: Mapping[str, int]
    """the row of a product type in the table of processing, after those of the groups"""
    strategy_factors: Mapping[str, float]
    plan_factors: Mapping[str, float]
    destination_factors: Mapping[str, float | None]
    routes: Routes
    """where a kilogram goes at the end, for a method that calculates it"""
    factor_gsd: Floats
    """(M, I) spread of the primary factors: of the source, else of the pedigree; NaN = drawn as certain"""
    provenance: Mapping[tuple[str, str], Provenance]
    processing_provenance: Mapping[tuple[str, str], Provenance]
    """by product type or group, and indicator"""
    fallbacks: Mapping[str, Mapping[str, Fallback]]
    """by group and indicator: shown beside an incomplete result, part of no number"""
    kept_recycled: bool = False
    """kept parts count recycled content, up to that of the reference product (version 2 of a method)"""

    def making_row(self, group: str, product_type: str | None) -> int:
        """The row of the table of processing for a product of this group, and of this type where it names one."""
        if product_type is None:
            return self.group_index[group]
        return self.type_index[product_type]

    def making_source(self, group: str, product_type: str | None, indicator: str) -> Provenance | None:
        """Where the impact of making comes from: of the type, else of its group."""
        of_type = self.processing_provenance.get((product_type or "", indicator))
        return of_type or self.processing_provenance.get((group, indicator))

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
    found = factor_tables(version_ids, basis.indicators, materials, made, stand_in=stand_in)
    types = list(ProductType.objects.order_by("id"))
    making = making_table(version_ids, basis.indicators, groups, types)
    ended = _formula_of(method) is Formula.PEF_CFF
    return BasisArrays(
        id=basis.id,
        code=basis.code,
        name=basis.name_nl,
        method=(method.method.code, method.version),
        factor_sets=tuple((version.factor_set.code, version.version) for version in layers),
        indicators=infos,
        factors=_core_factors(basis, method, materials, found, making),
        item_index=_rows_by_code(materials),
        units={material.code: material.unit for material in materials},
        names={material.code: material.name_nl for material in materials},
        group_index={group.code: row for row, group in enumerate(groups)},
        type_index=making.type_index,
        strategy_factors=dict(method.strategy_factors.values_list("strategy__code", "factor")),
        plan_factors=dict(method.plan_factors.values_list("plan__code", "factor")),
        destination_factors=_destination_factors(method),
        routes=routes_of(method, materials) if ended else Routes(),
        factor_gsd=found.spread,
        provenance=found.provenance,
        processing_provenance=making.provenance,
        fallbacks={group.code: fallbacks_of(group, (newest, 0, 0)) for group in groups},
        kept_recycled=method.parameters.get("kept_recycled") == _OF_REFERENCE,
    )


def _formula_of(method: MethodVersion) -> Formula:
    return Formula(method.formula.get("kind", Formula.METABOLIC))


def _core_factors(
    basis: Basis, method: MethodVersion, materials: list[Material], found: FactorTables, making: MakingTable
) -> Factors:
    kinds = dict(Indicator.objects.values_list("code", "kind"))
    formula = _formula_of(method)
    ended = formula is Formula.PEF_CFF
    return Factors(
        indicators=tuple(basis.indicators),
        items=tuple(material.code for material in materials),
        primary=found.primary,
        is_material=np.array([m.kind != Material.Kind.FLOW for m in materials], dtype=bool),
        groups=making.rows,
        processing=making.table,
        materials_only=np.isin(making.groups, basis.without_making),
        recycled=found.recycled,
        ranges=joined_ranges(found.ranges, making.ranges),
        formula=formula,
        footprint=footprint_of(method, materials, found.primary, found.recycled) if ended else None,
        kinds=np.array([_KINDS[kinds[code]] for code in basis.indicators], dtype=np.int8),
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


def _destination_factors(method: MethodVersion) -> dict[str, float | None]:
    factors = dict(method.destination_factors.values_list("destination__code", "factor"))
    return {
        code: None if follows else factors.get(code)
        for code, follows in Destination.objects.values_list("code", "follows_plan")
    }
