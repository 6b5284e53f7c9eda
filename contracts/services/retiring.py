"""Items that leave use: from which delivery they came, and never more than there were."""

from __future__ import annotations

import uuid
from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from contracts.models import Delivery, Retirement
from indicators.models import Destination
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import nearest, quoted

from .record_checks import in_past

if TYPE_CHECKING:
    from .recording import Writing


def check(writing: Writing) -> list[Problem]:
    """A retirement names a known destination, after its delivery, of items that are still there."""
    if writing.consumed:
        text = "Deze productgroep wordt verbruikt en kent geen afvoer."
        return [Problem(("line",), "not_applicable", text)]
    problems = in_past(writing, "date") + _check_destination(writing)
    if writing.line is None:
        return problems
    delivery, wrong = _named(writing)
    problems += wrong
    if wrong or writing.data.get("date") is None or writing.data.get("count") is None:
        return problems
    return problems + _check_date(writing, delivery) + _check_stock(writing, delivery)


def store(writing: Writing, common: dict[str, Any]) -> Retirement:
    """The retirement; one row per delivery when it takes from more than one. Answers the first."""
    pieces = [] if writing.data["void"] else _pieces(writing)
    gone = writing.replaced_rows
    batch = uuid.uuid4() if max(len(pieces), len(gone)) > 1 else None
    rows = []
    for number, (piece, before) in enumerate(zip_longest(pieces, gone)):
        own = common | {"replaces": before, "batch": batch}
        if number:
            # The source is unique: it stands on the first row.
            own |= {"source_reference": None, "reason": common["reason"] if before is not None else ""}
        values = _values(writing, *piece) if piece is not None else _withdrawn(before)
        rows.append(Retirement.objects.create(**own | values))
    return rows[0]


def _values(writing: Writing, delivery: Delivery, count: Decimal) -> dict[str, Any]:
    data = writing.data
    destination = Destination.objects.get(code=data["destination"])
    return {
        "delivery": delivery,
        "date": data["date"],
        "count": count,
        "destination": destination,
        "receiver": data["receiver"] or "",
    }


def _withdrawn(before: Retirement) -> dict[str, Any]:
    """What a row keeps that counts no more."""
    names = ("delivery_id", "date", "count", "destination_id", "receiver")
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


def _open_deliveries(writing: Writing) -> list[tuple[Delivery, Decimal]]:
    """(delivery, what is left of it), oldest first; what this record replaces is there again."""
    assert writing.line is not None
    replaced = {each.pk for each in writing.replaced_rows}
    gone: dict[int, Decimal] = {}
    for each in writing.found.retirements:
        if each.pk not in replaced:
            root = writing.found.roots[each.delivery_id]
            gone[root] = gone.get(root, Decimal(0)) + each.count
    own = [each for each in writing.found.deliveries if each.line_id == writing.line.pk]
    return [(each, each.count - gone.get(writing.found.roots[each.pk], Decimal(0))) for each in own]


def _check_date(writing: Writing, delivery: Delivery | None) -> list[Problem]:
    day = writing.data["date"]
    if delivery is not None:
        first = delivery.date
    else:
        days = [each.date for each, _left in _open_deliveries(writing)]
        if not days:
            return [Problem(("date",), "before_delivery", "Er is nog niets geleverd: leg eerst de levering vast.")]
        first = min(days)
    if day >= first:
        return []
    text = f"Dit ligt voor levering op {formats.day(first)}."
    return [Problem(("date",), "before_delivery", text)]


def _check_stock(writing: Writing, delivery: Delivery | None) -> list[Problem]:
    """By the day of the retirement, of the named delivery or of all that came in before."""
    day, count = writing.data["date"], Decimal(writing.data["count"])
    places = [
        (each, left)
        for each, left in _open_deliveries(writing)
        if (delivery is None or each.pk == delivery.pk) and each.date <= day
    ]
    left = sum((left for _each, left in places), Decimal(0))
    if not places or count <= left:
        return []
    delivered = sum((each.count for each, _left in places), Decimal(0))
    before = delivered - left
    if before:
        said = f"Er zijn {_n(delivered)} stuks geleverd en al {_n(before)} afgevoerd"
        text = f"{said}: u kunt er nog {_n(left)} afvoeren."
    else:
        text = f"Meer afgevoerd ({count:f}) dan geleverd ({_n(delivered)})."
    return [Problem(("count",), "exceeds_delivered", text)]


def _pieces(writing: Writing) -> list[tuple[Delivery, Decimal]]:
    delivery, _wrong = _named(writing)
    wanted = Decimal(writing.data["count"])
    if delivery is not None:
        return [(delivery, wanted)]
    pieces = []
    for each, left in _open_deliveries(writing):
        taken = min(left, wanted) if each.date <= writing.data["date"] else Decimal(0)
        if taken > 0:
            pieces.append((each, taken))
            wanted -= taken
    return pieces


def _n(number: Decimal) -> str:
    return formats.number(float(number))
