"""What a contract really does: estimated, to date and forecast of each line, beside each other.

*estimated* is the promise; *realised to date* what was recorded, nothing extrapolated; *estimated to date* the
promise for the same; *forecast* realised plus the promise for what is still open. Source: method, section 5.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .bridge import DEVIATION_PARTS, Sides, account_parts, function_parts, function_scale
from .errors import ShapeMismatch
from .factors import Bools, Floats
from .records import ContractLine, repair_key
from .repairs import repair_account, repair_flows
from .service import Standing, final_production, standing
from .use import Account, use_account, use_flows
from .years import Flows, YearSeries, year_series

Part = tuple[float, float]
"""What there is, and of how much."""


@dataclass(frozen=True)
class Coverage:
    """How much of what should be known is recorded; 0 of 0 = not applicable (None)."""

    delivered_of: Part
    """units delivered, units due by now"""
    use_of: Part
    """item-years recorded, item-years elapsed, over all yearly flows"""
    retired_of: Part
    """retired with known destination, retired or past expected end"""

    @property
    def delivered(self) -> float | None:
        """Delivered of due by now, at most 1."""
        return _ratio(self.delivered_of)

    @property
    def use(self) -> float | None:
        """Item-years recorded of elapsed, at most 1."""
        return _ratio(self.use_of)

    @property
    def retired(self) -> float | None:
        """Known destinations of what left or should have left service."""
        return _ratio(self.retired_of)


@dataclass(frozen=True)
class Actual:
    """One line, or the sum of lines; (I,) each. NaN = nothing is known; deviations of incomplete ones are NaN."""

    estimated: Floats
    estimated_to_date: Floats
    realised_to_date: Floats
    not_measured_to_date: Floats
    forecast: Floats
    function_forecast: Floats
    measured: Floats
    """the part of realised to date that rests on meters"""
    complete: Bools
    parts: dict[str, Floats]
    """account: sum to forecast - estimated"""
    function_parts: dict[str, Floats]
    """sum to function_forecast - estimated"""
    coverage: Coverage
    recorded: bool
    """false: nothing is measured yet"""
    consumed: bool
    """a consumed group: its units have no lifetime, its years are the contract's time"""
    years: YearSeries
    count_promised: float
    """N; units per year for a consumed group; NaN for a sum of several lines, as the three below"""
    years_promised: float
    """T; for a consumed group the contract's time as it was published, also for a sum of its lines"""
    count_forecast: float
    years_forecast: float
    """mean life of the items; for a consumed group the contract's time as it is now"""


def assess_line(line: ContractLine, as_of: datetime.date) -> Actual:
    """Promise and actual of one contract line at an as-of date (the day counts whole).

    Raises:
        RecordOutOfOrder, TooManyRetired, ConsumedWithStrategy: records that contradict each other.
    """
    at = standing(line, as_of)
    use, unknown_use = _accounts(line, [(f, use_account(line, f, at, as_of)) for f in use_flows(line)])
    repairs, unknown_repairs = _accounts(
        line, [(repair_key(f), repair_account(line, f, at)) for f in repair_flows(line)]
    )
    flows = Flows([*use, *repairs])
    ended = [cohort.product.unknown_when(cohort.treatment) for cohort in at.arrived]
    missing = np.any([line.promise.product.missing, unknown_use, unknown_repairs, *ended], axis=0)
    plan = np.where(line.e_applies, line.promise.end_of_life_factor, 1.0)
    sides = _sides(line, at, plan, Flows(use), Flows(repairs))
    estimated = at.units_promised * line.promise.product.finished(plan) + flows.sum_of("estimated")
    forecast = sides.production_with_e + sides.use + sides.repairs
    realised = _realised_production(line, at, plan) + flows.sum_of("recorded")
    totals = {"estimated": estimated, "forecast": forecast, "realised": realised}
    count, lifetime = _count_and_years(line, at)

    def known(values: Floats) -> Floats:
        return np.where(line.promise.product.null, np.nan, values)

    return Actual(
        estimated=known(estimated),
        estimated_to_date=known(_promised_production(line, at, plan) + flows.sum_of("estimated_to_date")),
        realised_to_date=known(realised),
        not_measured_to_date=known(flows.sum_of("not_measured")),
        forecast=known(forecast),
        function_forecast=known(forecast * function_scale(at)),
        measured=known(flows.sum_of("metered")),
        complete=~missing,
        parts=_known_parts(account_parts(sides, at), missing),
        function_parts=_known_parts(function_parts(sides, at), missing),
        coverage=_coverage(at, use),
        recorded=bool(at.arrived or any(account.pieces for account, _k in flows.accounts)),
        consumed=line.promise.consumed,
        years=year_series(line, at, flows, plan, totals),
        count_promised=line.promise.count,
        years_promised=line.promise.lifetime_years,
        count_forecast=count,
        years_forecast=lifetime,
    )


def join_actuals(lines: Sequence[Actual]) -> Actual:
    """The sum over the lines of a contract: of what is known; complete where all lines are.

    Raises:
        ShapeMismatch: no lines.
    """
    if not lines:
        raise ShapeMismatch("A contract has at least one line.")
    if len(lines) == 1:
        return lines[0]
    return Actual(
        estimated=_known_sum([each.estimated for each in lines]),
        estimated_to_date=_known_sum([each.estimated_to_date for each in lines]),
        realised_to_date=_known_sum([each.realised_to_date for each in lines]),
        not_measured_to_date=_known_sum([each.not_measured_to_date for each in lines]),
        forecast=_known_sum([each.forecast for each in lines]),
        function_forecast=_known_sum([each.function_forecast for each in lines]),
        measured=_known_sum([each.measured for each in lines]),
        complete=np.asarray(np.all([each.complete for each in lines], axis=0)),
        parts=_sum_parts([each.parts for each in lines]),
        function_parts=_sum_parts([each.function_parts for each in lines]),
        coverage=Coverage(
            _sum_of([each.coverage.delivered_of for each in lines]),
            _sum_of([each.coverage.use_of for each in lines]),
            _sum_of([each.coverage.retired_of for each in lines]),
        ),
        recorded=any(each.recorded for each in lines),
        consumed=all(each.consumed for each in lines),
        years=join_years([each.years for each in lines]),
        count_promised=np.nan,
        years_promised=_time_of([each.years_promised for each in lines], lines),
        count_forecast=np.nan,
        years_forecast=_time_of([each.years_forecast for each in lines], lines),
    )


def join_years(series: Sequence[YearSeries]) -> YearSeries:
    """The year series of several lines (or contracts) as one, over all their years."""
    first = min(each.first_year for each in series)
    last = max(each.first_year + len(each.item_years["estimated"]) for each in series)

    def joined(tables: list[Floats]) -> Floats:
        whole = np.zeros((last - first, *tables[0].shape[1:]))
        for each, table in zip(series, tables, strict=True):
            start = each.first_year - first
            whole[start : start + len(table)] += np.nan_to_num(table, nan=0.0)
        return whole

    return YearSeries(
        first,
        {key: joined([each.values[key] for each in series]) for key in series[0].values},
        {key: joined([each.item_years[key] for each in series]) for key in series[0].item_years},
    )


def _accounts(
    line: ContractLine, accounts: list[tuple[str, Account]]
) -> tuple[list[tuple[Account, Floats]], Bools]:
    """Accounts with their intensity (unknown as 0), and the indicators where a needed one is unknown."""
    found, missing = [], np.zeros(len(line.e_applies), dtype=bool)
    for key, account in accounts:
        intensity = line.intensity[key]
        if account.forecast or account.recorded or account.estimated:
            missing |= np.isnan(intensity)
        found.append((account, np.nan_to_num(intensity, nan=0.0)))
    return found, missing


def _sides(line: ContractLine, at: Standing, plan: Floats, use: Flows, repairs: Flows) -> Sides:
    zero = np.zeros(len(plan))
    item_years = at.promised.total
    planned, final = zero.copy(), zero.copy()
    for cohort in at.cohorts:
        planned += cohort.product.finished(plan) * cohort.count
        final += final_production(line, cohort, plan) * cohort.count
    once = Flows([each for each in use.accounts if each[0].once])
    yearly = Flows([each for each in use.accounts if not each[0].once])
    return Sides(
        production_promised=line.promise.product.finished(plan),
        yearly_promised=zero + yearly.sum_of("estimated") / item_years,
        once_promised=zero + once.sum_of("estimated") / at.units_promised,
        repairs_promised=zero + repairs.sum_of("estimated") / item_years,
        production_planned=planned,
        production_with_e=final,
        use=zero + use.sum_of("forecast"),
        repairs=zero + repairs.sum_of("forecast"),
    )


def _realised_production(line: ContractLine, at: Standing, plan: Floats) -> Floats:
    """Items delivered at E = 1, and the effect of the end of life of those that were retired."""
    total = np.zeros(len(plan))
    for cohort in at.arrived:
        ended = cohort.retired is not None
        total += cohort.count * (final_production(line, cohort, plan) if ended else cohort.product.production)
    return total


def _promised_production(line: ContractLine, at: Standing, plan: Floats) -> Floats:
    """The promise for what was due by now; the effect of its end of life once the promised life is over."""
    over = at.due[1] <= at.now and not line.promise.consumed
    product = line.promise.product
    return at.due_units * (product.finished(plan) if over else product.production)


def _coverage(at: Standing, use: list[tuple[Account, Floats]]) -> Coverage:
    yearly = [account for account, _k in use if not account.once]
    retired = [each for each in at.arrived if each.retired is not None]
    past = [
        each
        for each in at.arrived
        if each.retired is None and each.end is None and each.start + at.years_promised <= at.now
    ]
    return Coverage(
        delivered_of=(at.delivered, at.due_units),
        use_of=(sum(each.covered for each in yearly), sum(each.elapsed for each in yearly)),
        retired_of=(
            sum(each.count for each in retired if each.known),
            sum(each.count for each in [*retired, *past]),
        ),
    )


def _count_and_years(line: ContractLine, at: Standing) -> tuple[float, float]:
    if line.promise.consumed:
        return at.units_forecast / at.term_now, at.term_now
    return at.units_forecast, at.years_forecast


def _known_parts(parts: dict[str, Floats], missing: Bools) -> dict[str, Floats]:
    return {part: np.where(missing, np.nan, value) for part, value in parts.items()}


def _sum_parts(parts: list[dict[str, Floats]]) -> dict[str, Floats]:
    """Unknown where one of the lines is: a bridge with a hole is no bridge."""
    return {part: np.asarray(np.sum([each[part] for each in parts], axis=0)) for part in DEVIATION_PARTS}


def _time_of(years: list[float], lines: Sequence[Actual]) -> float:
    """What is used up has the time of its contract, whatever the line; the lives of goods make no sum."""
    return years[0] if all(each.consumed for each in lines) and len(set(years)) == 1 else np.nan


def _sum_of(parts: list[Part]) -> Part:
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


def _known_sum(values: list[Floats]) -> Floats:
    table = np.array(values)
    null = np.isnan(table)
    sums: Floats = np.where(null, 0.0, table).sum(axis=0)
    sums[null.all(axis=0)] = np.nan
    return sums


def _ratio(part: Part) -> float | None:
    return min(1.0, part[0] / part[1]) if part[1] > 0 else None
