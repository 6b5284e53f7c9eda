"""One opened bid down to its lines: what counts of each line, and how each number came about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from indicators.calculation.known import known
from indicators.lines import Line
from indicators.resources.assessment import AssessedLine
from indicators.services import Assessed, assessment_answer
from indicators.views.results import line_result
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.inputs import path_label
from tenders.models import BidLine, Confirmation, DeclaredResult
from tenders.services import ComparedBid
from tenders.services.shapes import bid_shape

from .answered import answered
from .declared import shown


def as_counted(assessed: Assessed) -> Assessed:
    """The same with the lifetime that counts in its lines, so that the trace divides by that."""
    years = assessed.lines.lifetime_years.tolist()
    counted = [
        replace(line, lifetime_years=Decimal(str(each))) for line, each in zip(assessed.given, years, strict=True)
    ]
    return replace(assessed, given=counted)


def opened_bid(
    each: ComparedBid,
    place: int,
    confirmations: Iterable[Confirmation],
    declared: Sequence[DeclaredResult],
    *,
    with_traces: bool,
) -> dict[str, Any]:
    """What `tenders/opened_bid.html` needs for one bid and one indicator."""
    assessed = as_counted(each.assessed)
    lines = [_line(line, assessed, number, place) for number, line in enumerate(each.lines)]
    if with_traces:
        for number, answer in enumerate(assessment_answer(assessed).lines):
            lines[number] |= _traced(assessed, answer, assessed.given[number], place)
    return {
        "lines": lines,
        "with_traces": with_traces,
        "confirmations": [
            confirmed(row.attr, row.reason, consumed=assessed.group.is_consumed) for row in confirmations
        ],
        "declared": [_declared(row, each) for row in declared],
        "titles": [str(line) for line in each.lines],
        "answered": answered(each.bid.lot, [_answers(line) for line in each.lines]),
        "hash": each.assessed.input_hash,
    }


def _line(line: BidLine, assessed: Assessed, number: int, place: int) -> dict[str, Any]:
    results = assessed.results
    counted = float(assessed.lines.lifetime_years[number])
    return {
        "line": line,
        "title": str(line),
        "accessory": line.role == BidLine.Role.ACCESSORY,
        "item": line.demand.number,
        "type": line.product_type.name_nl if line.product_type else "",
        "claimed": float(line.lifetime_years),
        "counted": counted,
        "shortened": not assessed.group.is_consumed and counted < float(line.lifetime_years),
        "strategy": line.strategy.name_nl,
        "r": formats.number(float(results.strategy_factor[number]), 2),
        "plan": line.plan.name_nl,
        "e": formats.number(float(results.end_of_life_factor[number]), 2),
        "per_year": known(results.per_year[number][place]),
        "lifetime": known(results.lifetime[number][place]),
        "complete": bool(results.complete[number, place]),
    }


def _traced(assessed: Assessed, answer: AssessedLine, line: Line, place: int) -> dict[str, Any]:
    """The trace of one indicator, what is missing and how sure the data are."""
    code = assessed.arrays.indicators[place].code
    found = line_result(assessed, answer, line)
    codes = [row["code"] for row in found["impacts"]]
    missing = [row["missing"] for row in (*found["impacts"], *found["unknown"]) if row["code"] == code]
    trace = found["traces"][codes.index(code)] | {"open": False} if code in codes else None
    return {
        "trace": trace,
        "missing": missing[0] if missing else [],
        "quality": found["quality"],
        "maker": found["maker"],
    }


def confirmed(attr: str, reason: str, *, consumed: bool) -> dict[str, str]:
    """What of a bid is unusual, in the words of its form, and why it is right all the same."""
    path = [int(part) if part.isdecimal() else part for part in attr.split(".")]
    label = path_label(bid_shape(consumed=consumed), path)
    return {"label": label or attr or "De inschrijving als geheel", "reason": reason}


def _answers(line: BidLine) -> dict[str, Any]:
    return {"answers": line.answers, "evidence": line.evidence}


def _declared(row: DeclaredResult, each: ComparedBid) -> dict[str, Any]:
    """A result of the bidder itself beside ours for the same line, where we calculate that indicator."""
    infos = each.assessed.arrays.indicators
    places = {info.code: place for place, info in enumerate(infos)}
    found = shown(row) | {"ours": None, "ours_for_all": None, "our_unit": None, "count": None}
    if row.indicator is None or row.indicator.code not in places:
        return found
    place, number = places[row.indicator.code], [line.pk for line in each.lines].index(row.line_id)
    lines, results = each.assessed.lines, each.assessed.results
    # A declaration is about one item: of what is consumed that is a unit, which has no life of its own.
    whole = known((results.per_year if lines.consumed[number] else results.lifetime)[number][place])
    count = float(lines.count[number])
    return found | {
        "ours": None if whole is None else whole / count,
        "ours_for_all": whole,
        "our_unit": infos[place].unit,
        "count": count,
        "per": "eenheid" if lines.consumed[number] else "stuk",
    }
