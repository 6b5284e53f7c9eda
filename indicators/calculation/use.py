"""Use: what was recorded of a flow, what the promise had for it, and what is expected for the rest.

The recorded rate holds for the item-years that it covers; for the rest only once every calendar month is
covered, for enough items (seasons, samples); before that the promise stays. What a meter is called says nothing:
only meters at the same moment share, and a meter that follows another one goes on with it.
Source: method, section 5.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from .calendar_time import ONE_DAY, Span, every_month_covered, length, span
from .records import ContractLine, Promise, UseRecord
from .service import Standing

SAMPLE_SHARE, SAMPLE_ITEMS = 0.1, 20
"""A sample speaks for the rest from this part of the items in service, or from this number."""


@dataclass(frozen=True)
class Account:
    """One flow (or repair) of one line, in units of the flow."""

    estimated: float
    """the promise for the whole life"""
    forecast: float
    recorded: float
    estimated_to_date: float
    """the promise for the item-years that were recorded"""
    not_measured: float
    """the promise for elapsed item-years that were not recorded"""
    covered: float
    """item-years (or units) recorded"""
    elapsed: float
    metered: float
    """of recorded, what a meter measured"""
    pieces: tuple[tuple[Span, float, float], ...]
    """period, quantity and item-years covered of each record"""
    once: bool = False


@dataclass(frozen=True)
class _Covered:
    period: Span
    quantity: float
    exposure: float
    meter: str | None
    items: float | None
    days: tuple[datetime.date, datetime.date]


def use_account(line: ContractLine, flow: str, at: Standing, as_of: datetime.date) -> Account:
    """The account of one use flow, promised or not (then it counts from 0)."""
    promised = [each for each in line.promise.flows if each.flow == flow and not each.repair]
    once = bool(promised) and all(each.once for each in promised) and not line.promise.consumed
    records = _covered(line, flow, at, as_of)
    quantity = sum(each.quantity for each in promised)
    return _once(quantity, records, at) if once else _yearly(quantity, records, at)


def use_flows(line: ContractLine) -> list[str]:
    """Codes of the use flows of a line: promised ones first, then those that were only recorded."""
    promised = [each.flow for each in line.promise.flows if not each.repair]
    return list(dict.fromkeys(promised + [each.flow for each in line.use_records]))


def divide_use(record: UseRecord, promises: Sequence[Promise]) -> list[UseRecord | None]:
    """A record of the whole contract divided over its lines by promised use; None where a line gets nothing.

    Promised use is count * yearly promise of that flow (units per year * promise for a consumed line). When
    no line promised the flow, it is divided by count. ``items`` is divided by count over the lines that share.
    """
    weights = [_yearly_promise(promise, record.flow) for promise in promises]
    if not any(weights):
        weights = [promise.count for promise in promises]
    sharing = sum(promise.count for promise, weight in zip(promises, weights, strict=True) if weight)
    parts: list[UseRecord | None] = []
    for promise, weight in zip(promises, weights, strict=True):
        items = None if record.items is None else record.items * promise.count / sharing
        quantity = record.quantity * weight / sum(weights)
        parts.append(replace(record, quantity=quantity, items=items) if weight else None)
    return parts


def _yearly_promise(promise: Promise, flow: str) -> float:
    quantity = 0.0
    for each in promise.flows:
        if each.flow == flow and not each.repair:
            once = each.once and not promise.consumed
            quantity += each.quantity / promise.lifetime_years if once else each.quantity
    return quantity * promise.count


def _covered(line: ContractLine, flow: str, at: Standing, as_of: datetime.date) -> list[_Covered]:
    """The records of a flow up to the as-of date, with the item-years that each covers.

    Without a number of items a record covers what was in service; such records share it equally while they run at
    the same moment. So together they never cover more than there was.
    """
    found = []
    for each in line.use_records:
        if each.flow != flow or each.first > as_of:
            continue
        whole = span(each.first, each.last)
        period = whole[0], min(whole[1], at.now)
        part = (period[1] - period[0]) / (whole[1] - whole[0])
        items = None if line.promise.consumed else each.items
        exposure = 0.0 if items is None else items * (period[1] - period[0])
        days = each.first, min(each.last, as_of)
        found.append(_Covered(period, each.quantity * part, exposure, each.meter, items, days))
    shared = _shared_exposures([each.period for each in found if each.items is None], at)
    return [replace(each, exposure=next(shared)) if each.items is None else each for each in found]


def _shared_exposures(periods: Sequence[Span], at: Standing) -> Iterator[float]:
    """Per period the item-years of what was in service, in each part of it divided by how many periods hold it."""
    edges = sorted({edge for period in periods for edge in period})
    starts, ends = sorted(start for start, _end in periods), sorted(end for _start, end in periods)
    parts = []
    for part in pairwise(edges):
        together = bisect_right(starts, part[0]) - bisect_right(ends, part[0])
        parts.append(at.elapsed.within(part) / together if together else 0.0)
    for start, end in periods:
        yield sum(parts[bisect_left(edges, start) : bisect_left(edges, end)])


def _yearly(promised: float, records: list[_Covered], at: Standing) -> Account:
    recorded = sum(each.quantity for each in records)
    covered = sum(each.exposure for each in records)
    elapsed = at.elapsed.total
    measured = _recorded_rate(records, at)
    rate = promised if measured is None else measured
    return Account(
        estimated=promised * at.promised.total,
        forecast=recorded + rate * max(0.0, at.forecast.total - covered),
        recorded=recorded,
        estimated_to_date=promised * covered,
        not_measured=promised * max(0.0, elapsed - covered),
        covered=covered,
        elapsed=elapsed,
        metered=sum(each.quantity for each in records if each.meter is not None),
        pieces=tuple((each.period, each.quantity, each.exposure) for each in records),
    )


def _once(promised: float, records: list[_Covered], at: Standing) -> Account:
    """A flow once per item: recorded as soon as there is a record, for the items delivered."""
    recorded = sum(each.quantity for each in records)
    pending = at.units_forecast - at.delivered
    promised_delivered = promised * at.delivered
    return Account(
        estimated=promised * at.units_promised,
        forecast=(recorded if records else promised_delivered) + promised * pending,
        recorded=recorded,
        estimated_to_date=promised_delivered if records else 0.0,
        not_measured=0.0 if records else promised_delivered,
        covered=0.0,
        elapsed=0.0,
        metered=sum(each.quantity for each in records if each.meter is not None),
        pieces=tuple((each.period, each.quantity, 0.0) for each in records),
        once=True,
    )


def _recorded_rate(records: list[_Covered], at: Standing) -> float | None:
    """The rate per item-year that may speak for what was not recorded, or None when it may not yet.

    Per set of metered items: its records must cover each calendar month; the items of those sets together must be
    enough.
    """
    items = quantity = exposure = 0.0
    for own in _metered_sets(records):
        if every_month_covered([each.days for each in own]):
            items += _metered_items(own)
            quantity += sum(each.quantity for each in own)
            exposure += sum(each.exposure for each in own)
    enough = items * (1 + 1e-9) >= min(SAMPLE_SHARE * at.in_service, SAMPLE_ITEMS)
    return quantity / exposure if enough and exposure > 0 else None


def _metered_sets(records: list[_Covered]) -> list[list[_Covered]]:
    """The records by the items that they are about: all that name no number together, as what was in service is
    one; of the others those of one meter, with what came in its place on the next day."""
    sets = [[each for each in records if each.items is None]]
    chains: list[list[_Covered]] = []
    named = sorted(
        (each for each in records if each.items is not None), key=lambda each: (each.period, each.quantity)
    )
    for _start, together in groupby(named, key=lambda each: each.period[0]):
        # A meter goes on with its own before another takes its place.
        waiting = [
            each for each in together if not _added(each, chains, lambda each, last: each.meter == last.meter)
        ]
        for each in waiting:
            if not _added(each, chains, _follows):
                chains.append([each])
    return [own for own in [*sets, *chains] if own]


def _added(each: _Covered, chains: list[list[_Covered]], fits: Callable[[_Covered, _Covered], bool]) -> bool:
    """Whether there is a chain that this record goes on with, which it then does: the oldest one."""
    chain = next((chain for chain in chains if fits(each, chain[-1])), None)
    if chain is not None:
        chain.append(each)
    return chain is not None


def _follows(each: _Covered, last: _Covered) -> bool:
    return abs(each.period[0] - last.period[1]) < ONE_DAY / 2


def _metered_items(own: list[_Covered]) -> float:
    """How many items the records of one set are about: on average over the time that they cover."""
    return sum(each.exposure for each in own) / length([each.period for each in own])
