"""The calendar years of a line: when promise, forecast and realised count, in the three year views.

*purchase*: the whole in the year of the award decision. *spread*: production written off evenly from each
delivery over T, what is left in the year of retirement; use in the year of use. *realised*: production in the
year of delivery, use and repairs in the year of use, the effect of E in the year of retirement. Each series
sums to its total, but for two. What is realised in the spread view ends at the as-of date, so it sums to what
is written off by then. The promise of a consumed group stands in every year of the contract as it is now, at the
promised units per year: after an extension it sums to more than was promised at the award, as the forecast does.
Both columns write off with the end of life of the plan, so in a year that is closed what is realised is never
above the forecast. Source: method, sections 3 and 6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .calendar_time import year_weights
from .factors import Floats
from .records import ContractLine
from .service import Cohort, Standing, final_production
from .use import Account

VIEWS = ("purchase", "spread", "realised")
MEASURES = ("estimated", "forecast", "realised")


@dataclass(frozen=True)
class YearSeries:
    """Impact per calendar year from ``first_year``: (Y, I) per view and measure."""

    first_year: int
    values: dict[tuple[str, str], Floats]
    item_years: dict[str, Floats]
    """(Y,) item-years (or units) of ``estimated`` and ``forecast``: what their reference per year follows"""


@dataclass(frozen=True)
class Flows:
    """The accounts of use and repairs of a line with their intensity (I,), unknown counted 0."""

    accounts: Sequence[tuple[Account, Floats]]

    def sum_of(self, name: str) -> Floats:
        """(I,) the impact of one measure of all accounts, e.g. ``forecast``."""
        return np.asarray(np.sum([getattr(account, name) * k for account, k in self.accounts], axis=0))


class _Years:
    """Calendar years in which amounts fall."""

    def __init__(self, line: ContractLine, at: Standing, flows: Flows) -> None:
        self.line, self.at, self.flows = line, at, flows
        moments = [*at.due, at.now - 1e-9]
        for start, end, _amount in (*at.promised_now.pieces, *at.forecast.pieces):
            moments += [start, end]
        for cohort in at.cohorts:
            moments.append(cohort.start + (0 if line.promise.consumed else at.years_promised))
        for account, _k in flows.accounts:
            moments += [edge for period, _q, _x in account.pieces for edge in period]
        year = line.purchase_year or line.promise.contract_start.year
        self.first = int(min(np.floor(min(moments)), year))
        self.length = int(max(np.floor(max(moments)), year)) - self.first + 1

    def over(self, start: float, end: float) -> Floats:
        return year_weights((start, end), self.first, self.length)

    def on(self, at: float) -> Floats:
        return self.over(at, at)

    def written_off(self, cohort: Cohort) -> Floats:
        """Evenly over T from delivery; what is left at retirement falls in that year."""
        if cohort.end is not None:
            return self.over(cohort.start, cohort.end)
        years = self.at.years_promised
        if cohort.retired is None or cohort.retired >= cohort.start + years:
            return self.over(cohort.start, cohort.start + years)
        part = (cohort.retired - cohort.start) / years
        return part * self.over(cohort.start, cohort.retired) + (1 - part) * self.on(cohort.retired)

    def written_off_by_now(self, cohort: Cohort) -> Floats:
        """The same up to the as-of date: adds to the part that is written off."""
        start, now = cohort.start, self.at.now
        end = cohort.end or start + self.at.years_promised
        if end <= now or (cohort.retired is not None and cohort.end is None):
            return self.written_off(cohort)
        if start >= now:
            return np.zeros(self.length)
        return (now - start) / (end - start) * self.over(start, now)

    def delivered(self, cohort: Cohort) -> Floats:
        """The year of delivery; a consumed period over itself."""
        return self.on(cohort.start) if cohort.end is None else self.over(cohort.start, cohort.end)

    def rest_of(self, account: Account) -> Floats:
        """Where the part of a forecast falls that was not recorded: item-years without a record."""
        open_years = self.at.forecast.by_year(self.first, self.length)
        for period, _quantity, exposure in account.pieces:
            open_years -= exposure * self.over(*period)
        open_years = np.maximum(open_years, 0.0)
        if open_years.sum() <= 0:
            return self.on(self.at.now - 1e-9)
        weights: Floats = open_years / open_years.sum()
        return weights


def year_series(
    line: ContractLine, at: Standing, flows: Flows, end_of_life: Floats, totals: dict[str, Floats]
) -> YearSeries:
    """The three year views of a line.

    Args:
        end_of_life: (I,) E of the plan as it counts per indicator.
        totals: (I,) the sums of ``estimated``, ``forecast`` and ``realised``, for the purchase view.
    """
    years = _Years(line, at, flows)
    values = {}
    award = line.purchase_year or line.promise.contract_start.year
    for measure in MEASURES:
        values["purchase", measure] = np.outer(years.on(float(award)), totals[measure])
    for view in ("spread", "realised"):
        values[view, "estimated"] = _estimated(years, view, end_of_life, totals["estimated"])
        for measure in ("forecast", "realised"):
            values[view, measure] = _made(years, view, measure, end_of_life) + _used(years, view, measure)
    item_years = {
        "estimated": at.promised_now.by_year(years.first, years.length),
        "forecast": at.forecast.by_year(years.first, years.length),
    }
    return YearSeries(years.first, values, item_years)


def _estimated(years: _Years, view: str, end_of_life: Floats, total: Floats) -> Floats:
    if years.line.promise.consumed:
        return np.outer(years.at.promised_now.by_year(years.first, years.length) / years.at.units_promised, total)
    start, end = years.at.due
    evenly = years.over(start, end)
    if view == "spread":
        return np.outer(evenly, total)
    product, units = years.line.promise.product, years.at.units_promised
    made, finished = product.production * units, product.finished(end_of_life) * units
    once = np.zeros_like(made)
    for account, k in years.flows.accounts:
        if account.once:
            once += account.estimated * k
    use = total - finished - once
    return (
        np.outer(years.on(start), made + once) + np.outer(years.on(end), finished - made) + np.outer(evenly, use)
    )


def _made(years: _Years, view: str, measure: str, end_of_life: Floats) -> Floats:
    """Production and the effect of E of all cohorts, or only of what is realised."""
    at = years.at
    table = np.zeros((years.length, len(end_of_life)))
    for cohort in at.cohorts if measure == "forecast" else at.arrived:
        # before retirement: written off as planned; delivered goods count whole in the realised view
        first = cohort.product.finished(end_of_life) if view == "spread" else cohort.product.production
        table += np.outer(_when(years, view, measure)(cohort), first * cohort.count)
        if cohort.end is not None:
            continue
        ends = cohort.retired
        if ends is None and measure == "forecast":
            ends = cohort.start + cohort.lifetime(at.now, at.years_promised)
        if ends is not None:
            final = final_production(years.line, cohort, end_of_life)
            table += np.outer(years.on(ends), (final - first) * cohort.count)
    return table


def _used(years: _Years, view: str, measure: str) -> Floats:
    """Use and repairs: recorded in the time of the record, the rest in item-years without a record.

    What comes once per item is written off with the item in the spread view.
    """
    table = np.zeros((years.length, len(years.line.promise.product.production)))
    when = _when(years, view, measure)
    for account, k in years.flows.accounts:
        if account.once and view == "spread" and account.recorded:
            where = _over_items(years, years.at.arrived, when)
            table += np.outer(where, account.recorded * k)
        elif not (account.once and view == "spread"):
            for period, quantity, _exposure in account.pieces:
                table += np.outer(years.over(*period), quantity * k)
        rest = account.forecast - account.recorded
        if measure == "forecast" and rest:
            # What was recorded is about what arrived, so the rest is about what did not.
            waiting = [each for each in years.at.cohorts if each.pending or not account.pieces]
            where = _over_items(years, waiting, when) if account.once else years.rest_of(account)
            table += np.outer(where, rest * k)
    return table


def _when(years: _Years, view: str, measure: str) -> Callable[[Cohort], Floats]:
    """When the production of items counts in a view; what is realised ends at the as-of date."""
    if view == "realised":
        return years.delivered
    return years.written_off if measure == "forecast" else years.written_off_by_now


def _over_items(years: _Years, cohorts: Sequence[Cohort], when: Callable[[Cohort], Floats]) -> Floats:
    """(Y,) weights by the number of items of each of these cohorts, adding to 1 (less for what is cut off)."""
    count = sum(each.count for each in cohorts)
    if not count:
        return years.on(years.at.now - 1e-9)
    weights: Floats = np.sum([each.count / count * when(each) for each in cohorts], axis=0)
    return weights
