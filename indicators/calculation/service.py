"""What is in service: items from delivery to retirement, the item-years they stand for, and what is still open.

A consumed group has units in periods instead of items in service; both come out as exposure: the item-years
(or units) in calendar time by which flows and repairs are counted. Source: method, sections 3 and 5.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .calendar_time import Span, end_of, every_month_covered, gaps, length, moment, overlap, span, year_weights
from .end_of_life import STAYS_OUT
from .errors import ConsumedWithStrategy, RecordOutOfOrder, TooManyRetired
from .factors import Floats
from .records import ContractLine, Delivery, Product, Retirement

_NOTHING = 1e-9


@dataclass(frozen=True)
class Exposure:
    """Item-years (or units of a consumed group) in calendar time, even within each piece."""

    pieces: tuple[tuple[float, float, float], ...]
    """start, end, amount"""

    @property
    def total(self) -> float:
        """All of it."""
        return sum(amount for _start, _end, amount in self.pieces)

    def within(self, period: Span) -> float:
        """What falls in a period."""
        return sum(
            amount * overlap((start, end), period) / (end - start)
            for start, end, amount in self.pieces
            if end > start
        )

    def by_year(self, first_year: int, years: int) -> Floats:
        """(years,) what falls in each calendar year."""
        sums = np.zeros(years)
        for start, end, amount in self.pieces:
            sums += amount * year_weights((start, end), first_year, years)
        return sums


@dataclass(frozen=True)
class Cohort:
    """Items of one delivery with one fate; for a consumed group the units of one period."""

    start: float
    count: float
    product: Product
    retired: float | None = None
    """moment of retirement, None = in service"""
    end: float | None = None
    """end of the period of a consumed group"""
    end_of_life_factor: float | None = None
    """of the destination; None = the plan"""
    treatment: str | None = None
    """for a method with end-of-life terms; None = the plan"""
    known: bool = False
    pending: bool = False
    """promised and not delivered yet"""
    passed_on: bool = False
    """to a receiver who is known: the factor is the part of its life that was used here"""
    key: str | None = None

    def age(self, now: float) -> float:
        """Years in service at a moment, or until retirement."""
        return max(0.0, (now if self.retired is None else self.retired) - self.start)

    def lifetime(self, now: float, promised: float) -> float:
        """The real life of retired items; of others the promise, or their age when that is more."""
        return self.age(now) if self.retired is not None else max(promised, self.age(now))


@dataclass(frozen=True)
class Standing:
    """How a line stands at the end of the as-of day. Units are items, or units of a consumed group."""

    now: float
    due: Span
    """the span in which the promise is used: planned delivery + T, or the contract of a consumed group"""
    cohorts: tuple[Cohort, ...]
    units_promised: float
    years_promised: float
    """T; 1 for a consumed group, whose units have no lifetime"""
    term_promised: float
    """years of the promise: T, of a consumed group those of the contract as it was published"""
    term_now: float
    """the same of a consumed group for the contract as it is now"""
    units_forecast: float
    years_forecast: float
    delivered: float
    due_units: float
    """units that the promise had due by now"""
    promised: Exposure
    promised_now: Exposure
    """the same for the contract as it is now: an extension of a consumed group adds promised units"""
    forecast: Exposure
    elapsed: Exposure
    """of what was delivered, up to now"""

    @property
    def in_service(self) -> float:
        """Items in service; of a consumed group the units per year of what was delivered."""
        here = [each for each in self.arrived if each.retired is None]
        if not here or here[0].end is None:
            return sum(each.count for each in here)
        return self.delivered / length((each.start, each.end or each.start) for each in here)

    @property
    def arrived(self) -> list[Cohort]:
        """The cohorts that were delivered."""
        return [each for each in self.cohorts if not each.pending]


def standing(line: ContractLine, as_of: datetime.date) -> Standing:
    """How a line stands at an as-of date; what was recorded for later does not count.

    Raises:
        TooManyRetired, RecordOutOfOrder, ConsumedWithStrategy.
    """
    return _consumed(line, as_of) if line.promise.consumed else _durable(line, as_of)


def final_production(line: ContractLine, cohort: Cohort, plan: Floats) -> Floats:
    """(I,) production of one item of a cohort with E or the end-of-life terms of where it went, or of the plan.

    Reuse stays out: the item lives on, so a method with end-of-life terms adds none.
    """
    factor = cohort.end_of_life_factor
    e: Floats = plan if factor is None else np.where(line.e_applies, factor, 1.0)
    return cohort.product.finished(e, cohort.treatment)


def allocate_retirements(
    deliveries: Sequence[Delivery], retirements: Sequence[Retirement]
) -> list[tuple[str, Retirement]]:
    """Each retirement with the delivery that its items came from, split where it takes from several.

    A retirement names its delivery, else it takes from the oldest that still has items; named ones go first,
    so that an unnamed one never takes what another names. What happened on one day happened together: items of
    one day are equally old, and retirements of one day share what they take. So the order in which records
    were made never counts.

    Raises:
        RecordOutOfOrder: a delivery that is not there or that came later.
        TooManyRetired: more items than were delivered by then.
    """
    left = {each.key: each.count for each in deliveries}
    by_key = {each.key: each for each in deliveries}
    pieces: list[tuple[str, Retirement]] = []
    for each in retirements:
        if each.delivery is None:
            continue
        if each.delivery not in by_key:
            raise RecordOutOfOrder("A retirement names a delivery that is not there.")
        left[each.delivery] -= each.count
        if left[each.delivery] < -_NOTHING or by_key[each.delivery].day > each.day:
            raise TooManyRetired("More items are retired than were delivered by then.")
        pieces.append((each.delivery, each))
    unnamed = [each for each in retirements if each.delivery is None]
    for day in sorted({each.day for each in unnamed}):
        together = [each for each in unnamed if each.day == day]
        total = sum(each.count for each in together)
        for key, count in _taken([each for each in deliveries if each.day <= day], left, total):
            pieces += [(key, replace(each, count=count * each.count / total, delivery=key)) for each in together]
    return pieces


def _taken(deliveries: Sequence[Delivery], left: dict[str, float], wanted: float) -> list[tuple[str, float]]:
    """(delivery, number of items) that make up what is wanted, oldest day first; takes them from what is left."""
    found = []
    for day in sorted({each.day for each in deliveries}):
        same = {each.key: left[each.key] for each in deliveries if each.day == day and left[each.key] > _NOTHING}
        there = sum(same.values())
        taken = min(there, wanted)
        if taken <= _NOTHING:
            continue
        wanted -= taken
        for key, count in same.items():
            found.append((key, count * taken / there))
            left[key] -= count * taken / there
    if wanted > _NOTHING:
        raise TooManyRetired("More items are retired than were delivered by then.")
    return found


def _durable(line: ContractLine, as_of: datetime.date) -> Standing:
    promise, now = line.promise, end_of(as_of)
    planned = promise.planned_delivery or promise.contract_start
    due = moment(planned)
    cohorts = _delivered_items(line, as_of)
    delivered = sum(each.count for each in cohorts)
    pending = 0.0 if _closed(line, as_of) else max(0.0, promise.count - delivered)
    if pending:
        cohorts.append(Cohort(max(due, now), pending, promise.product, pending=True))
    lives = [(each, each.lifetime(now, promise.lifetime_years)) for each in cohorts]
    count = delivered + pending
    item_years = sum(each.count * life for each, life in lives)
    pieces = tuple((each.start, each.start + life, each.count * life) for each, life in lives)
    elapsed = tuple(
        (each.start, each.start + each.age(now), each.count * each.age(now))
        for each in cohorts
        if not each.pending
    )
    whole = due, due + promise.lifetime_years
    return Standing(
        now=now,
        due=whole,
        cohorts=tuple(cohorts),
        units_promised=promise.count,
        years_promised=promise.lifetime_years,
        term_promised=promise.lifetime_years,
        term_now=promise.lifetime_years,
        units_forecast=count,
        years_forecast=item_years / count if count else promise.lifetime_years,
        delivered=delivered,
        due_units=promise.count if planned <= as_of else 0.0,
        promised=Exposure(((*whole, promise.count * promise.lifetime_years),)),
        promised_now=Exposure(((*whole, promise.count * promise.lifetime_years),)),
        forecast=Exposure(pieces),
        elapsed=Exposure(elapsed),
    )


def _delivered_items(line: ContractLine, as_of: datetime.date) -> list[Cohort]:
    deliveries = [each for each in line.deliveries if each.day <= as_of]
    retirements = [each for each in line.retirements if each.day <= as_of]
    in_service = {each.key: each.count for each in deliveries}
    starts = {each.key: moment(each.day) for each in deliveries}
    products = {each.key: each.product or line.promise.product for each in deliveries}
    cohorts = []
    for key, each in allocate_retirements(deliveries, retirements):
        in_service[key] -= each.count
        gone = moment(each.day)
        # The giver bears the part of the life that was used here, the receiver the rest.
        used = min(1.0, (gone - starts[key]) / line.promise.lifetime_years)
        cohorts.append(
            Cohort(
                starts[key], each.count, products[key], retired=gone,
                end_of_life_factor=used if each.passed_on else each.end_of_life_factor,
                treatment=STAYS_OUT if each.passed_on else each.treatment,
                known=each.known, passed_on=each.passed_on, key=key,
            )
        )  # fmt: skip
    cohorts += [
        Cohort(starts[key], count, products[key], key=key) for key, count in in_service.items() if count > _NOTHING
    ]
    return sorted(cohorts, key=lambda each: each.start)


def _consumed(line: ContractLine, as_of: datetime.date) -> Standing:
    promise, now = line.promise, end_of(as_of)
    if line.retirements:
        raise ConsumedWithStrategy("A consumed group has no retirements.")
    contract = span(promise.contract_start, promise.contract_end)
    cohorts, periods = _delivered_units(line, as_of)
    delivered = sum(each.count for each in cohorts)
    covered = length((each.start, each.end or each.start) for each in cohorts)
    rate = delivered / covered if covered and every_month_covered(periods) else promise.count
    if not _closed(line, as_of):
        for start, end in gaps(contract, ((each.start, each.end or each.start) for each in cohorts)):
            cohorts.append(Cohort(start, rate * (end - start), promise.product, end=end, pending=True))
    total = sum(each.count for each in cohorts)
    pieces = tuple((each.start, each.end or each.start, each.count) for each in cohorts)
    units = promise.count * promise.lifetime_years
    # The promise keeps its own term, however long the contract became.
    promised = contract[0], contract[0] + promise.lifetime_years
    return Standing(
        now=now,
        due=promised,
        cohorts=tuple(cohorts),
        units_promised=units,
        years_promised=1.0,
        term_promised=promise.lifetime_years,
        term_now=contract[1] - contract[0],
        units_forecast=total,
        years_forecast=1.0,
        delivered=delivered,
        due_units=promise.count * overlap(contract, (contract[0], now)),
        promised=Exposure(((*promised, units),)),
        promised_now=Exposure(((*contract, promise.count * (contract[1] - contract[0])),)),
        forecast=Exposure(pieces),
        elapsed=Exposure(tuple(piece for piece, each in zip(pieces, cohorts, strict=True) if not each.pending)),
    )


def _delivered_units(
    line: ContractLine, as_of: datetime.date
) -> tuple[list[Cohort], list[tuple[datetime.date, datetime.date]]]:
    """The units per period up to the as-of date; of a period that crosses it the part by calendar time."""
    now = end_of(as_of)
    cohorts: list[Cohort] = []
    periods: list[tuple[datetime.date, datetime.date]] = []
    for each in sorted(line.deliveries, key=lambda each: each.period_start or each.day):
        first, last = each.period_start or each.day, each.period_end or each.day
        start, end = span(first, last)
        if cohorts and start < (cohorts[-1].end or 0) - 1e-9:
            raise RecordOutOfOrder("The periods of two deliveries of a consumed group overlap.")
        if start >= now:
            continue
        count = each.count * (min(end, now) - start) / (end - start)
        cohorts.append(Cohort(start, count, each.product or line.promise.product, end=min(end, now), key=each.key))
        periods.append((first, min(last, as_of)))
    return cohorts, periods


def _closed(line: ContractLine, as_of: datetime.date) -> bool:
    """Nothing more is expected: deliveries were closed, or the contract is past its end."""
    closed = line.deliveries_closed_on is not None and line.deliveries_closed_on <= as_of
    return closed or as_of > line.promise.contract_end
