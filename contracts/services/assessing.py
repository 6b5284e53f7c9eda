"""What a contract does: estimated, to date and forecast, rewritten whenever something is recorded.

Source: method, sections 4 (bought reference), 5 and 6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from contracts.models import MEASURES, Contract, ContractEffect, FactorChange, StaleScope
from contracts.selectors import ActiveRecords, pack_years
from indicators.calculation import actual, storage
from indicators.calculation.actual import Actual
from indicators.calculation.bridge import DEVIATION_PARTS
from indicators.calculation.comparison import bought_reference
from indicators.calculation.errors import CalculationError
from indicators.calculation.factors import Floats
from indicators.calculation.known import known
from indicators.lines import as_document
from indicators.models import Basis, Indicator
from indicators.selectors import basis_arrays
from mvi_dashboard.ground import clock, jobs
from mvi_dashboard.ground.problems import conflict
from tenders.models import TenderTheme
from tenders.services import reference_units

from .core_lines import CoreContract, core_contract, last_day
from .yearly import Moments, year_table

DERIVED = [
    each.name
    for each in ContractEffect._meta.concrete_fields
    if each.name not in ("id", "contract", "basis", "indicator")
]
"""The columns of an effect that follow from promise, records and date."""
Part = tuple[Floats, Floats]
"""The bought reference of the estimated and of the forecast column, (I,) each."""


@dataclass(frozen=True)
class Assessment:
    """A contract at an as-of date: all lines together and each apart."""

    core: CoreContract
    as_of: date
    whole: Actual
    lines: Sequence[Actual]
    reference: Part
    line_references: Sequence[Part]
    moments: Sequence[Moments]


def assess(contract: Contract, basis: Basis, as_of: date | None = None) -> Assessment:
    """The contract on this basis at this date (default: the last day of this month); nothing is stored."""
    return assess_core(core_contract(contract, basis_arrays(basis)), as_of or last_day(clock.today()))


def assess_core(core: CoreContract, as_of: date) -> Assessment:
    """The same, of what was read already."""
    lines = [actual.assess_line(line, as_of) for line in core.lines]
    references, moments = _references(core, lines)
    whole = (
        np.sum([each[0] for each in references], axis=0),
        np.sum([each[1] for each in references], axis=0),
    )
    return Assessment(core, as_of, actual.join_actuals(lines), lines, whole, references, moments)


def amounts_of(found: Actual, reference: Part) -> dict[str, Floats]:
    """(I,) per measure, of a contract or one of its lines; NaN = unknown.

    What is avoided is the reference less the impact, and unknown where that is incomplete or no market standard is
    known. A measure that the calculation knows by its code needs nothing here.
    """
    hole = np.where(found.complete, 0.0, np.nan)
    made_here = {
        "function_quantity": found.function_parts["quantity"],
        "reference_estimated": reference[0],
        "reference_forecast": reference[1],
        "avoided_estimated": reference[0] - found.estimated + hole,
        "avoided_forecast": reference[1] - found.forecast + hole,
        "elimination": np.full(len(hole), np.nan),
    }
    return {code: made_here[code] if code in made_here else getattr(found, code) for code in MEASURES}


def function_reference(found: Assessment) -> Floats:
    """(I,) the reference of what is bought now over the promised time: that of the function basis."""
    return np.asarray(
        np.sum(
            [
                function_reference_of(line, reference)
                for line, reference in zip(found.lines, found.line_references, strict=True)
            ],
            axis=0,
        )
    )


def function_reference_of(line: Actual, reference: Part) -> Floats:
    """The same of one line: its reference is proportional to the years."""
    scale = line.years_promised / line.years_forecast if line.years_forecast > 0 else 1.0
    return reference[1] * scale


def assess_contract(contract: Contract, *, as_of: date | None = None) -> None:
    """Write the effect on the current basis and on one that is being built, and say which totals are stale."""
    as_of = as_of or last_day(clock.today())
    found: dict[str, list[ContractEffect]] = {}
    for basis in Basis.objects.filter(state__in=[Basis.State.CURRENT, Basis.State.BUILDING]):
        found[basis.state] = store_effects(assess(contract, basis, as_of), basis)
    if Basis.State.BUILDING in found:
        store_factor_changes(found[Basis.State.CURRENT], found[Basis.State.BUILDING])


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
    contract, group = found.core.contract, found.core.lot.group_id
    StaleScope.objects.create(
        organisation_id=contract.organisation_id,
        group_id=group,
        year=clock.local_date(contract.award.decided_at).year,
    )
    jobs.wake_after_commit()
    return rows


def effect_rows(found: Assessment, basis: Basis) -> list[ContractEffect]:
    """The effect as it is stored, one row per indicator; nothing is written."""
    contract, arrays = found.core.contract, found.core.arrays
    indicators = dict(Indicator.objects.filter(code__in=basis.indicators).values_list("code", "pk"))
    theme = TenderTheme.objects.get(tender_id=found.core.lot.tender_id, main=True)
    common = {
        "organisation_id": contract.organisation_id,
        "contract": contract,
        "basis": basis,
        "as_of": found.as_of,
        "input_hash": _input_hash(found),
        "supplier_id": contract.supplier_id,
        "group_id": found.core.lot.group_id,
        "theme_id": theme.theme_id,
        "year": clock.local_date(contract.award.decided_at).year,
        "lines": len(found.lines),
    }
    amounts = amounts_of(found.whole, found.reference)
    return [
        ContractEffect(
            indicator_id=indicators[info.code],
            **common,
            **{code: known(values[place]) for code, values in amounts.items()},
            **_years(found, place),
            **_parts(found, place),
        )
        for place, info in enumerate(arrays.indicators)
    ]


def _references(core: CoreContract, lines: Sequence[Actual]) -> tuple[list[Part], list[Moments]]:
    """The bought reference per line: 0 for accessories, unknown without a market standard."""
    items = list({row.bid_line.item_id: row.bid_line.item for row in core.rows}.values())
    units = reference_units(items, core.arrays, core.lot.group)
    mains: dict[int, float] = {}
    for row in core.rows:
        if row.bid_line.role == "main":
            mains[row.bid_line.item_id] = mains.get(row.bid_line.item_id, 0.0) + float(row.bid_line.count)
    width = len(core.arrays.indicators)
    parts: list[Part] = []
    moments: list[Moments] = []
    for row, line in zip(core.rows, lines, strict=True):
        item = row.bid_line.item
        unit = units[item.pk] if item.reference_product_id is not None else None
        if row.bid_line.role != "main" or unit is None:
            same = np.full(width, np.nan if row.bid_line.role == "main" else 0.0)
            parts.append((same, same))
            moments.append({"used": same})
            continue
        hole = np.where(unit.missing[0], np.nan, 0.0)
        needed, main = float(item.needed_count), mains[item.pk]
        per_year = unit.per_year[0] + hole
        parts.append(
            (
                bought_reference(per_year, needed, main, line.count_promised, line.years_promised),
                bought_reference(per_year, needed, main, line.count_forecast, line.years_forecast),
            )
        )
        moments.append({when: needed / main * each[0] + hole for when, each in unit.per_year_by_moment.items()})
    return parts, moments


def _years(found: Assessment, place: int) -> dict[str, Any]:
    table = year_table(found, place)
    return {"spread_first_year": table.first_year, "spread": pack_years(table)}


def _parts(found: Assessment, place: int) -> dict[str, Any]:
    whole = found.whole
    incomplete = [not bool(line.complete[place]) for line in found.lines]
    masses = [float(row.bid_line.mass_kg or 0) * float(row.bid_line.count) for row in found.core.rows]
    return {
        "coverage_delivered": whole.coverage.delivered,
        "coverage_use": whole.coverage.use,
        "coverage_retired": whole.coverage.retired,
        "deviation": _listed(whole.parts, place),
        "function_deviation": _listed(whole.function_parts, place),
        "quality": quality_of(whole, place),
        "incomplete_lines": sum(incomplete),
        "mass_kg": sum(masses),
        "incomplete_mass_kg": sum(mass for mass, hole in zip(masses, incomplete, strict=True) if hole),
        "complete": bool(whole.complete[place]),
        "recorded": whole.recorded,
    }


def quality_of(whole: Actual, place: int) -> dict[str, float]:
    """The split of what is realised over classes: metered, else said by the supplier."""
    realised, measured = known(whole.realised_to_date[place]), known(whole.measured[place])
    if not realised or measured is None:
        return {}
    share = min(1.0, abs(measured) / abs(realised))
    return {name: part for name, part in (("measured", share), ("supplier", 1 - share)) if part > 0}


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
