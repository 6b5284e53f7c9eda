"""What a contract does: estimated, to date and forecast, rewritten whenever something is recorded.

Source: method, sections 4 (bought reference), 5 and 6.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.models import (
    BOUNDED,
    ENDS,
    Contract,
    ContractEffect,
    ContractLine,
    FactorChange,
    StaleScope,
    bound_of,
)
from contracts.selectors import ActiveRecords, lines_of, pack_bounds, pack_years
from indicators.calculation import actual, storage
from indicators.calculation.actual import Actual
from indicators.calculation.bridge import DEVIATION_PARTS
from indicators.calculation.errors import CalculationError
from indicators.calculation.factors import Floats
from indicators.calculation.known import known
from indicators.calculation.quality import AVERAGE, RANGE
from indicators.lines import as_document
from indicators.models import Basis, Indicator
from indicators.selectors import basis_arrays
from mvi_dashboard.ground import clock, jobs
from mvi_dashboard.ground.problems import conflict

from .between import Ends, Wide, amounts_of
from .core_lines import CoreContract, core_contract, last_day
from .references import Part, references_of
from .yearly import Series, year_bounds, year_ends, year_table

DERIVED = [
    each.name
    for each in ContractEffect._meta.concrete_fields
    if each.name not in ("id", "contract", "basis", "indicator")
]
"""The columns of an effect that follow from promise, records and date."""
KEPT_UP = (Basis.State.CURRENT, Basis.State.BUILDING)
"""The bases on which effects follow what is recorded"""
_NO_PART = 1e-12
"""What rounding leaves of a class that is not there"""


@dataclass(frozen=True)
class Assessment:
    """A contract at an as-of date: all lines together and each apart, with every range at its central value."""

    core: CoreContract
    as_of: date
    whole: Actual
    lines: Sequence[Actual]
    reference: Part
    line_references: Sequence[Part]
    wide: Wide
    """the same with a column more for each range, from which the bounds follow"""


def assess(contract: Contract, basis: Basis, as_of: date | None = None) -> Assessment:
    """The contract on this basis at this date (default: the last day of this month); nothing is stored."""
    return assess_core(core_contract(contract, basis_arrays(basis)), as_of or last_day(clock.today()))


def assess_core(core: CoreContract, as_of: date) -> Assessment:
    """The same, of what was read already."""
    lines = [actual.assess_line(line, as_of) for line in core.lines]
    wide = Wide(core.ranged.factors, lines, *references_of(core, lines))
    return Assessment(
        core,
        as_of,
        wide.central(wide.whole),
        [wide.central(line) for line in lines],
        wide.cut(wide.reference),
        [wide.cut(each) for each in wide.references],
        wide,
    )


def function_reference(found: Assessment) -> Floats:
    """(I,) the reference of what is bought now over the promised time: that of the function basis."""
    return found.wide.function_reference[: len(found.core.arrays.indicators)]


def assess_contract(contract: Contract, *, as_of: date | None = None) -> None:
    """Write the effect on the current basis and on one that is being built, and say which totals are stale.

    Without products nothing is known: then there is no effect, which is not an effect of 0.
    """
    as_of = as_of or last_day(clock.today())
    if contract.award_id is None:
        there = contract.group is not None and bool(lines_of(contract))
        _leave_scope(contract, {(contract.group_id, contract.purchase_year)} if there else set())
        if not there:
            return
    found: dict[str, list[ContractEffect]] = {}
    for basis in Basis.objects.filter(state__in=KEPT_UP):
        found[basis.state] = store_effects(assess(contract, basis, as_of), basis)
    if Basis.State.BUILDING in found:
        store_factor_changes(found[Basis.State.CURRENT], found[Basis.State.BUILDING])


def _leave_scope(contract: Contract, stands: Collection[tuple[int | None, int]]) -> None:
    """What stood in totals of another group or year than it `stands` in now leaves those totals."""
    effects = ContractEffect.objects.filter(contract=contract, basis__state__in=KEPT_UP)
    stood = set(effects.values_list("group", "year").distinct().order_by())
    for group, year in stood - set(stands):
        mark_stale(contract.organisation_id, group, year)
        effects.filter(group=group, year=year).delete()


def assess_recorded(contract: Contract) -> None:
    """The same after somebody changed something. Raises Refused 409 when the records contradict each other.

    The checks of each record come first: this is for what they do not see, so that nothing half remains.
    """
    try:
        assess_contract(contract)
    except CalculationError:
        text = "Dit past niet bij wat al is vastgelegd: kijk de datums en aantallen van dit contract na."
        raise conflict("contradicts", text) from None


def store_factor_changes(before: Sequence[ContractEffect], after: Sequence[ContractEffect]) -> None:
    """What the new basis does to a contract, beside the current one: same records, same date; one statement."""
    earlier = {row.indicator_id: row for row in before}
    changed = [
        FactorChange(
            organisation_id=row.organisation_id,
            contract_id=row.contract_id,
            before_id=earlier[row.indicator_id].basis_id,
            after_id=row.basis_id,
            indicator_id=row.indicator_id,
            as_of=row.as_of,
            estimated_before=earlier[row.indicator_id].estimated,
            estimated_after=row.estimated,
            forecast_before=earlier[row.indicator_id].forecast,
            forecast_after=row.forecast,
            supplier_id=row.supplier_id,
            group_id=row.group_id,
            theme_id=row.theme_id,
            year=row.year,
        )
        for row in after
        if row.indicator_id in earlier
    ]
    FactorChange.objects.bulk_create(
        changed,
        update_conflicts=True,
        update_fields=["as_of", "estimated_before", "estimated_after", "forecast_before", "forecast_after"],
        unique_fields=["contract", "after", "indicator"],
    )


def store_effects(found: Assessment, basis: Basis) -> list[ContractEffect]:
    """One row per indicator, in two statements, and the scope that is to be added up again; the rows."""
    rows = effect_rows(found, basis)
    ContractEffect.objects.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=DERIVED,
        unique_fields=["contract", "basis", "indicator"],
    )
    contract = found.core.contract
    mark_stale(contract.organisation_id, found.core.terms.group.pk, contract.purchase_year)
    return rows


def mark_stale(organisation: int, group: int, year: int) -> None:
    """The totals of this scope are to be added up again after the commit."""
    StaleScope.objects.create(organisation_id=organisation, group_id=group, year=year)
    jobs.wake_after_commit()


def effect_rows(found: Assessment, basis: Basis) -> list[ContractEffect]:
    """The effect as it is stored, one row per indicator; nothing is written."""
    contract, arrays = found.core.contract, found.core.arrays
    indicators = dict(Indicator.objects.filter(code__in=basis.indicators).values_list("code", "pk"))
    common = {
        "organisation_id": contract.organisation_id,
        "contract": contract,
        "basis": basis,
        "as_of": found.as_of,
        "input_hash": _input_hash(found),
        "supplier_id": contract.supplier_id,
        "group_id": found.core.terms.group.pk,
        "theme_id": contract.theme_id,
        "year": contract.purchase_year,
        "lines": len(found.lines),
    }
    amounts, ends = amounts_of(found.whole, found.reference), year_ends(found.wide)
    return [
        ContractEffect(
            indicator_id=indicators[info.code],
            **common,
            **{code: known(values[place]) for code, values in amounts.items()},
            **_bounds(found, place),
            **_years(found, place, ends),
            **_parts(found, place),
        )
        for place, info in enumerate(arrays.indicators)
    ]


def _bounds(found: Assessment, place: int) -> dict[str, float | None]:
    ends = found.wide.ends
    return {
        bound_of(code, end): known(value[place])
        for code in BOUNDED
        for end, value in zip(ENDS, ends[code], strict=True)
    }


def _years(found: Assessment, place: int, ends: Mapping[Series, Ends] | None) -> dict[str, Any]:
    table = year_table(found, place)
    return {
        "spread_first_year": table.first_year,
        "spread": pack_years(table),
        "spread_bounds": pack_bounds(year_bounds(table, ends, place)),
    }


def _parts(found: Assessment, place: int) -> dict[str, Any]:
    whole = found.whole
    incomplete = [not bool(line.complete[place]) for line in found.lines]
    masses = [float(row.offered.mass_kg or 0) * float(row.offered.count) for row in found.core.rows]
    return {
        "coverage_delivered": whole.coverage.delivered,
        "coverage_use": whole.coverage.use,
        "coverage_retired": whole.coverage.retired,
        "deviation": _listed(whole.parts, place),
        "function_deviation": _listed(whole.function_parts, place),
        "quality": quality_of(found.wide, found.core.rows, place),
        "incomplete_lines": sum(incomplete),
        "mass_kg": sum(masses),
        "incomplete_mass_kg": sum(mass for mass, hole in zip(masses, incomplete, strict=True) if hole),
        "complete": bool(whole.complete[place]),
        "recorded": whole.recorded,
    }


def quality_of(found: Wide, rows: Sequence[ContractLine], place: int) -> dict[str, float]:
    """The split of what is realised over classes: metered, else said by the supplier or average, and what rests on
    ranges. `rows` are its lines."""
    whole = found.whole
    realised, measured = known(whole.realised_to_date[place]), known(whole.measured[place])
    if not realised or measured is None:
        return {}
    resting, metered = (
        (float(each[place]) / abs(realised) for each in found.resting) if found.has_ranges else (0, 0)
    )
    on_ranges = min(1.0, resting)
    by_meter = min(1.0 - on_ranges, max(0.0, abs(measured) / abs(realised) - metered))
    said = 1.0 - on_ranges - by_meter
    by_average = said * _of_averages(found, rows, place)
    parts = {"measured": by_meter, "supplier": said - by_average, AVERAGE: by_average, RANGE: on_ranges}
    return {name: part for name, part in parts.items() if part > _NO_PART}


def _of_averages(found: Wide, rows: Sequence[ContractLine], place: int) -> float:
    """The part of what is not metered that is of average products."""
    if not any(row.basis_kind == ContractLine.BasisKind.AVERAGE for row in rows):
        return 0.0
    sizes = [
        max(0.0, abs(known(line.realised_to_date[place]) or 0.0) - abs(known(line.measured[place]) or 0.0))
        for line in found.lines
    ]
    average = sum(
        size for size, row in zip(sizes, rows, strict=True) if row.basis_kind == ContractLine.BasisKind.AVERAGE
    )
    return average / sum(sizes) if sum(sizes) > 0 else 0.0


def _listed(parts: Mapping[str, Floats], place: int) -> dict[str, float | None]:
    return {part: known(parts[part][place]) for part in DEVIATION_PARTS}


def _input_hash(found: Assessment) -> str:
    """The hash of everything that the numbers were made of: promise, records and as-of date."""
    records = found.core.found
    inputs: dict[str, Any] = {
        "asOf": found.as_of,
        "contract": [found.core.contract.start, found.core.contract.end],
        "lines": [as_document(line) for line in found.core.promised],
        "records": _ids(records),
        "closed": [row.deliveries_closed_on for row in found.core.rows],
    }
    if found.core.rests:
        inputs["rests"] = sorted(found.core.rests.values())
    return storage.input_hash(inputs, found.core.arrays.code)


def _ids(records: ActiveRecords) -> list[str]:
    """Records are append-only, so that their ids stand for their content."""
    kinds = (
        records.deliveries, records.use_records, records.repairs, records.repair_periods, records.retirements,
    )  # fmt: skip
    return [str(each.public_id) for kind in kinds for each in kind]
