"""Repairs: recorded material always counts, and silence is not zero.

In time that is not declared complete the larger of recorded and promised holds; all such elapsed time is one
period per material. Once the declared periods add up to a year, their rate replaces the promise everywhere
outside them. Source: method, section 5.
"""

from __future__ import annotations

from .calendar_time import ONE_DAY, length, moment, overlap, span, union
from .records import ContractLine
from .service import Standing
from .use import Account


def repair_flows(line: ContractLine) -> list[str]:
    """Codes of what repairs of a line take: promised ones first, then those that were only recorded."""
    promised = [each.flow for each in line.promise.flows if each.repair]
    return list(dict.fromkeys(promised + [each.flow for each in line.repairs]))


def repair_account(line: ContractLine, flow: str, at: Standing) -> Account:
    """The account of one material (or flow) that repairs take.

    A repair promised once per item counts evenly over the promised lifetime, so that it has a rate. Declared
    periods of a year less one day count as a year (a year from day to day can cross 29 February).
    """
    rate = _promised_rate(line, flow)
    declared = [(start, min(end, at.now)) for start, end in _declared(line) if start < at.now]
    repairs = [each for each in line.repairs if each.flow == flow and moment(each.day) < at.now]
    inside = sum(each.quantity for each in repairs if _within(moment(each.day), declared))
    recorded = sum(each.quantity for each in repairs)
    covered = sum(at.elapsed.within(each) for each in declared)
    silent = max(0.0, at.elapsed.total - covered)
    expected = rate
    if length(declared) >= 1 - ONE_DAY and covered > 0:
        expected = inside / covered
    still_open = max(0.0, at.forecast.total - at.elapsed.total)
    return Account(
        estimated=rate * at.promised.total,
        forecast=inside + max(recorded - inside, expected * silent) + expected * still_open,
        recorded=recorded,
        estimated_to_date=rate * covered,
        not_measured=rate * silent,
        covered=covered,
        elapsed=at.elapsed.total,
        metered=0.0,
        pieces=tuple(((moment(each.day), moment(each.day)), each.quantity, 0.0) for each in repairs),
    )


def _promised_rate(line: ContractLine, flow: str) -> float:
    promise, rate = line.promise, 0.0
    for each in promise.flows:
        if each.repair and each.flow == flow:
            once = each.once and not promise.consumed
            rate += each.quantity / promise.lifetime_years if once else each.quantity
    return rate


def _declared(line: ContractLine) -> list[tuple[float, float]]:
    return union(span(each.first, each.last) for each in line.repair_periods)


def _within(at: float, spans: list[tuple[float, float]]) -> bool:
    return any(overlap((at, at + 1e-9), each) > 0 for each in spans)
