"""Use: what was recorded of a flow, what the promise had for it, and what is expected for the rest.

The recorded rate holds for the item-years that it covers; for the rest only once every calendar month is
covered, for enough items (seasons, samples); before that the promise stays. Source: method, section 5.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .calendar_time import Span, every_month_covered, length, span
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

    Without a number of items a record covers what was in service; meters without items share it equally.
    """
    records = [each for each in line.use_records if each.flow == flow and each.first <= as_of]
    sharing = len({each.meter for each in records if each.items is None}) or 1
    found = []
    for each in records:
        whole = span(each.first, each.last)
        period = whole[0], min(whole[1], at.now)
        part = (period[1] - period[0]) / (whole[1] - whole[0])
        if each.items is None or line.promise.consumed:
            exposure = at.elapsed.within(period) / sharing
            items = None
        else:
            exposure, items = each.items * (period[1] - period[0]), each.items
        days = each.first, min(each.last, as_of)
        found.append(_Covered(period, each.quantity * part, exposure, each.meter, items, days))
    return found


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

    Per meter: its records must cover each calendar month; the items of those meters together must be enough.
    """
    items = quantity = exposure = 0.0
    for meter in {each.meter for each in records}:
        own = [each for each in records if each.meter == meter]
        if every_month_covered([each.days for each in own]):
            items += _metered_items(own)
            quantity += sum(each.quantity for each in own)
            exposure += sum(each.exposure for each in own)
    enough = items * (1 + 1e-9) >= min(SAMPLE_SHARE * at.in_service, SAMPLE_ITEMS)
    return quantity / exposure if enough and exposure > 0 else None


def _metered_items(own: list[_Covered]) -> float:
    """How many items the records of one meter are about: on average over the time that they cover."""
    return sum(each.exposure for each in own) / length([each.period for each in own])
