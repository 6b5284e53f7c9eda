"""What is said of the order of the bids of a lot that rest on ranges, and the numbers that it follows from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indicators.views.order_words import OrderSaid, said_of
from indicators.views.over_range import deciding_range, lines_over, only_range, over_range
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.wording import in_sentence
from tenders.models import Tender
from tenders.services import LotComparison
from tenders.services.lot_ranges import MAKING, named_ranges

Row = Mapping[str, Any]
_JUDGED = (Tender.Status.OPENED, Tender.Status.DECIDED)


def order_said(comparison: LotComparison, place: int, names: Mapping[int, str]) -> OrderSaid | None:
    """What holds of the order on one indicator; None where no range moves a bid or not all have a place.

    `names`: what each bid is called, by its id; only of lots of which every bid has a place.
    """
    if len(comparison.bids) < 2:
        return None
    called = [names[each.bid.pk] for each in comparison.bids]
    return said_of(comparison.orders(place), named_ranges(comparison, place), called)


def why_of(comparison: LotComparison, place: int, rows: Sequence[Row], said: OrderSaid) -> dict[str, Any]:
    """What `tenders/why.html` needs: the lines where two bids cross, each bid at both ends, and what counts."""
    orders, ranges = comparison.orders(place), named_ranges(comparison, place)
    by_bid = {row["each"].bid.pk: row for row in rows}
    own = [by_bid[each.bid.pk] for each in comparison.bids]
    names = [row["supplier"] for row in own]
    unit = comparison.arrays.indicators[place].unit
    deciding = deciding_range(orders)
    alone = deciding if deciding is not None else only_range(orders)
    over = None if alone is None else over_range(orders, alone, ranges, names, rows[0]["decimals"])
    return {
        "lines": None if deciding is None else lines_over(orders, deciding, ranges, names, unit),
        "over": over,
        "over_rows": [{**row, "told": _told(own[row["number"]])} for row in over.rows] if over else [],
        "ends": [_at_ends(row) for row in rows],
        "published": _published(said),
        "difference": _difference(rows, unit),
        "too_late": not said.certain and comparison.lot.tender.status in _JUDGED and _is_making(said),
    }


def shared_unknown(said: OrderSaid) -> str:
    """Why bars that overlap may not be compared by eye."""
    one = said.ranges[0]["name"] if len(said.ranges) == 1 else ""
    what = f"{one} is voor elke inschrijving hetzelfde onbekende getal" if one else ""
    what = what or "Elke bandbreedte is voor alle inschrijvingen hetzelfde onbekende getal"
    return f"{what}: is het hoog voor de een, dan ook voor de ander. Vergelijk de strepen daarom niet op het oog."


def bars_title(said: OrderSaid, rows: Sequence[Row]) -> str:
    """The message of bars with open ends: whether they overlap, and what that means."""
    ends = sorted(row["ends"] or (row["impact"], row["impact"]) for row in rows)
    overlap = any(low < before for (low, _), (_, before) in zip(ends[1:], ends, strict=False))
    if rows[-1]["order"] == 1:
        return "De strepen zijn even lang"
    if not overlap:
        return "De strepen overlappen niet"
    if not said.certain:
        return "De strepen overlappen. De volgorde is niet overal gelijk"
    return "De strepen overlappen. Toch is de volgorde zeker"


def _told(row: Row) -> str:
    """What is offered, and how long it lasts where it has a life of its own."""
    assessed = row["each"].assessed
    if assessed.group.is_consumed:
        return str(row["products"])
    years = dict.fromkeys(formats.number(each) for each in assessed.lines.lifetime_years.tolist())
    return f"{row['products']}, gaat {' of '.join(years)} jaar mee"


def _at_ends(row: Row) -> dict[str, Any]:
    low, high = row["ends"] or (row["impact"], row["impact"])
    decimals = row["decimals"]
    return {
        "supplier": row["supplier"],
        "told": _told(row),
        "low": formats.in_column(low, decimals),
        "central": row["impact_text"],
        "high": formats.in_column(high, decimals),
    }


def _published(said: OrderSaid) -> str:
    if len(said.ranges) > 1:
        return f"U publiceerde een rekenwaarde voor elk van de {len(said.ranges)} bandbreedtes."
    only = said.ranges[0]
    return f"U publiceerde voor {in_sentence(only['name'])} de rekenwaarde {only['central']} {only['unit']}."


def _is_making(said: OrderSaid) -> bool:
    return any(in_sentence(each["name"]).startswith(MAKING) for each in said.ranges)


def _difference(rows: Sequence[Row], unit: str) -> str:
    """The two lowest by what counts, and what lies between them: that of the numbers as they are shown."""
    first, second = rows[0], rows[1]
    if first["order"] == second["order"]:
        return f"Zij komen op {first['impact_text']} {unit}. Er is geen verschil."
    apart = second["impact"] - first["impact"]
    [shown] = formats.bridged(first["impact"], [apart], second["impact"], first["decimals"])
    part, apart_text = formats.percentage(apart / second["impact"]), formats.number(shown, first["decimals"])
    one, other = (f"{row['supplier']} komt op {row['impact_text']} {unit}" for row in (first, second))
    return f"{one}. {other}. Het verschil is {apart_text} {unit}, dat is {part}."
