"""Items that leave use: never more than there were. From which delivery is kept only when that is named."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contracts.models import Delivery, Retirement
from indicators.models import Destination
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import nearest, quoted

from .receiving import check_passed_on
from .record_checks import in_past
from .stock import stock_of

if TYPE_CHECKING:
    from .recording import Writing


def check(writing: Writing) -> list[Problem]:
    """A retirement names a known destination, after its delivery, of items that are still there."""
    if writing.consumed:
        text = "Deze productgroep wordt verbruikt en kent geen afvoer."
        return [Problem(("line",), "not_applicable", text)]
    problems = in_past(writing, "date") + _check_destination(writing) + check_passed_on(writing)
    if writing.line is None:
        return problems
    delivery, wrong = _named(writing)
    problems += wrong
    if wrong or writing.data.get("date") is None or writing.data.get("count") is None:
        return problems
    return problems + _check_date(writing, delivery) + _check_stock(writing, delivery)


def store(writing: Writing, common: dict[str, Any]) -> Retirement:
    """The retirement; what it replaces goes as a whole. Answers the new one."""
    gone = writing.replaced_rows
    own = common | {"batch": uuid.uuid4() if len(gone) > 1 else None}
    first = Retirement.objects.create(**own | (_withdrawn(gone[0]) if writing.data["void"] else _values(writing)))
    for before in gone[1:]:
        # The source is unique: it stands on the first row.
        more = own | {"replaces": before, "source_reference": None}
        Retirement.objects.create(**more | _withdrawn(before))
    return first


def _values(writing: Writing) -> dict[str, Any]:
    data = writing.data
    delivery, _wrong = _named(writing)
    return {
        "line": writing.own_line,
        "delivery": delivery,
        "date": data["date"],
        "count": data["count"],
        "destination": Destination.objects.get(code=data["destination"]),
        "receiver": data["receiver"] or "",
    }


def _withdrawn(before: Retirement) -> dict[str, Any]:
    """What a row keeps that counts no more."""
    names = ("line_id", "delivery_id", "date", "count", "destination_id", "receiver")
    return {name: getattr(before, name) for name in names} | {"void": True}


def _check_destination(writing: Writing) -> list[Problem]:
    code = writing.data.get("destination")
    codes = list(Destination.objects.values_list("code", flat=True))
    if code is None or code in codes:
        return []
    text = f"{quoted(code)} kennen wij niet: {nearest(code, codes)}"
    return [Problem(("destination",), "invalid_choice", text)]


def _named(writing: Writing) -> tuple[Delivery | None, list[Problem]]:
    public_id = writing.data.get("delivery")
    if public_id is None:
        return None, []
    assert writing.line is not None
    chain = Delivery.objects.filter(contract=writing.contract, line=writing.line)
    named = chain.filter(public_id=public_id).first()
    if named is None:
        return None, [Problem(("delivery",), "does_not_exist", "Deze levering bestaat niet bij dit product.")]
    root = writing.found.roots[named.pk]
    for each in writing.found.deliveries:
        if writing.found.roots[each.pk] == root:
            return each, []
    return None, [Problem(("delivery",), "does_not_exist", "Deze levering is vervallen.")]


def _check_date(writing: Writing, delivery: Delivery | None) -> list[Problem]:
    day = writing.data["date"]
    days = [each.date for each in writing.found.deliveries if each.line_id == writing.own_line.pk]
    if not days:
        return [Problem(("date",), "before_delivery", "Er is nog niets geleverd: leg eerst de levering vast.")]
    first = delivery.date if delivery is not None else min(days)
    if day >= first:
        return []
    text = f"Dit ligt voor levering op {formats.day(first)}."
    return [Problem(("date",), "before_delivery", text)]


def _check_stock(writing: Writing, delivery: Delivery | None) -> list[Problem]:
    """By the day of the retirement, of the named delivery or of all that came in before; what this record
    replaces is there again."""
    day, count = writing.data["date"], Decimal(writing.data["count"])
    stock = stock_of(writing.found, writing.own_line, without=writing.replaced_rows)
    root = None if delivery is None else writing.found.roots[delivery.pk]
    delivered = stock.delivered_by(day) if delivery is None else delivery.count
    left = max(Decimal(0), stock.left_for(day, root))
    if not delivered or (delivery is not None and delivery.date > day) or count <= left:
        return []
    before = delivered - left
    if before:
        said = f"Geleverd: {formats.counted(delivered, 'stuk', 'stuks')}, en al {_n(before)} afgevoerd"
        text = f"{said}: u kunt er nog {_n(left)} afvoeren."
    else:
        text = f"Meer afgevoerd ({count:f}) dan geleverd ({_n(delivered)})."
    return [Problem(("count",), "exceeds_delivered", text)]


def _n(number: Decimal) -> str:
    return formats.number(float(number))
