"""Items that leave use: never more than there were. From which delivery is kept only when that is named."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from contracts.models import Delivery, Retirement
from contracts.resources import RecordOf
from contracts.selectors import active, batch_of
from contracts.services.receiving import check_passed_on
from contracts.services.record_checks import in_past
from contracts.services.recording import RecordAct
from contracts.services.shapes import OF_A_LINE, record_shape
from contracts.services.stock import stock_of
from contracts.services.writing import Writing
from indicators.calculation.calendar_time import ONE_DAY
from indicators.models import Destination
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import Date, Integer, Text, Uuid, nearest, quoted, says_something
from mvi_dashboard.ground.wording import in_sentence

from .forms import Document, Filling, Options, RecordForm
from .kind import RecordKind

Day = date
LEAST_PART = 0.01
"""Items that go within this part of the promised lifetime are asked about."""
SHAPE = record_shape(
    OF_A_LINE,
    {
        "delivery": Uuid(required=False, label="Levering", help="Leeg: wij nemen de oudste levering het eerst."),
        "date": Date(label="Datum"),
        "count": Integer(min=1, max=999_999_999, label="Aantal afgevoerd"),
        "destination": Text(60, label="Bestemming"),
        "receiver": Text(200, required=False, default="", label="Ontvanger"),
    },
)


class RetirementRecord(RecordOf):
    """What left use."""

    line: UUID
    delivery: Annotated[UUID | None, "De levering waar deze stuks uit komen"]
    date: Day
    count: Decimal
    destination: str
    receiver: str | None
    batch: Annotated[UUID | None, "Wat samen werd vastgelegd heeft hetzelfde kenmerk"]


def _check(writing: Writing) -> list[Problem]:
    """A retirement names a known destination, after its delivery, of items that are still there."""
    if writing.consumed:
        text = "Deze productgroep wordt verbruikt en kent geen afvoer."
        return [Problem(("line",), "not_applicable", text)]
    problems = in_past(writing, "date") + _check_destination(writing) + check_passed_on(writing)
    problems += _check_receiver(writing)
    if writing.line is None:
        return problems
    delivery, wrong = _named(writing)
    problems += wrong
    if wrong or writing.data.get("date") is None or writing.data.get("count") is None:
        return problems
    return problems + _check_date(writing, delivery) + _check_stock(writing, delivery)


def _check_destination(writing: Writing) -> list[Problem]:
    code, codes = writing.data.get("destination"), list(_destinations(writing))
    if code is None or code in codes:
        return []
    text = f"{quoted(code)} kennen wij niet: {nearest(code, codes)}"
    return [Problem(("destination",), "invalid_choice", text)]


def _destinations(writing: Writing) -> Mapping[str, Destination]:
    return writing.book.known("destinations", lambda: {row.code: row for row in Destination.objects.all()})


def _check_receiver(writing: Writing) -> list[Problem]:
    """Who names a receiver hands over a part of the making: it has to be somebody who can be found."""
    receiver = writing.data.get("receiver") or ""
    if not receiver or says_something(receiver):
        return []
    text = "Schrijf de naam van wie het overneemt, of laat dit veld leeg. Die draagt een deel mee."
    return [Problem(("receiver",), "invalid", text)]


def _named(writing: Writing) -> tuple[Delivery | None, list[Problem]]:
    public_id = writing.data.get("delivery")
    if public_id is None:
        return None, []
    assert writing.line is not None
    chain = Delivery.objects.filter(contract=writing.contract)
    named = writing.book.known("deliveries", lambda: {each.public_id: each for each in chain}).get(public_id)
    if named is None or named.line_id != writing.own_line.pk:
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
        return _check_age(writing, day - first)
    text = f"Dit ligt voor levering op {formats.day(first)}."
    return [Problem(("date",), "before_delivery", text)]


def _check_age(writing: Writing, used: timedelta) -> list[Problem]:
    """Hardly used and gone already is possible, and changes the forecast most of all: the date is asked."""
    promised = float(writing.own_line.offered.lifetime_years)
    if used.days * ONE_DAY >= promised * LEAST_PART:
        return []
    days = formats.counted(used.days, "dag", "dagen")
    text = (
        f"Dat is {days} na de levering; beloofd is {formats.number(promised)} jaar. Klopt de datum? Bevestig het "
        "met een reden."
    )
    return [Problem(("date",), "implausible", text, confirmable=True)]


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
        said = f"Geleverd: {formats.counted(delivered, 'stuk', 'stuks')}, en al {formats.number(before)} afgevoerd"
        text = f"{said}: u kunt er nog {formats.number(left)} afvoeren."
    else:
        text = f"Meer afgevoerd ({count:f}) dan geleverd ({formats.number(delivered)})."
    return [Problem(("count",), "exceeds_delivered", text)]


def _columns(writing: Writing) -> dict[str, Any]:
    data = writing.data
    delivery, _wrong = _named(writing)
    return {
        "line": writing.own_line,
        "delivery": delivery,
        "date": data["date"],
        "count": data["count"],
        "destination": _destinations(writing)[data["destination"]],
        "receiver": data["receiver"] or "",
    }


def _made(writing: Writing, common: dict[str, Any], own: dict[str, Any]) -> list[Retirement]:
    """The retirement; what it replaces goes as a whole. The new one comes first."""
    gone = writing.replaced_rows
    common = common | {"batch": uuid.uuid4() if len(gone) > 1 else None}
    made = [Retirement(**common, **own)]
    for before in gone[1:]:
        # The source is unique: it stands on the first row.
        more = common | {"replaces": before, "source_reference": None, "void": True}
        made.append(Retirement(**more, **KIND.log.kept_of(before)))
    return made


def _sentence(rows: Sequence[Retirement], items: str) -> str:
    count = sum((each.count for each in rows), Decimal(0))
    where = in_sentence(worded(rows[0].destination.name_nl))
    return worded("{count} {items} afgevoerd: {where}", count=formats.number(count), items=items, where=where)


def _details(rows: Sequence[Retirement]) -> list[str]:
    record = rows[0]
    found = [worded("Naar {receiver}", receiver=record.receiver)] if record.receiver else []
    named = record.delivery if len(rows) == 1 else None
    if named is None:
        return [*found, worded("Levering niet genoemd: de oudste eerst")]
    return [*found, worded("Uit de levering van {day}", day=formats.day(named.date))]


def _choices(filling: Filling) -> Mapping[str, Options]:
    deliveries = active(Delivery, filling.contract).order_by("date", "pk")
    return {
        "destination": list(Destination.objects.order_by("rank", "code").values_list("code", "name_nl")),
        "delivery": [
            (str(each.public_id), f"{formats.day(each.date)}: {formats.counted(each.count, 'stuk', 'stuks')}")
            for each in deliveries
        ],
    }


def _again(record: Retirement) -> Document:
    """Rows that were made together are corrected as the one retirement that somebody typed."""
    rows = batch_of(record)
    named = record.delivery if len(rows) == 1 else None
    return {
        "delivery": _as_it_stands(named) if named is not None else "",
        "count": sum((each.count for each in rows), Decimal(0)),
        "sourceReference": next((each.source_reference for each in rows if each.source_reference), None),
    }


def _as_it_stands(delivery: Delivery) -> str:
    """The id of the newest record of a delivery: the one that the list of deliveries offers."""
    while (successor := getattr(delivery, "replaced_by", None)) is not None:
        delivery = successor
    return str(delivery.public_id)


KIND = RecordKind(
    rank=5,
    path="retirements",
    operations="retirements",
    listing="Afvoer",
    log=RecordAct(
        "retirement.log",
        "Leg afvoer vast",
        Retirement,
        shape=SHAPE,
        check=_check,
        check_withdrawal=check_passed_on,
        columns=_columns,
        made=_made,
        stock="retired_count",
        forgets=frozenset({"batch"}),
    ),
    answer=RetirementRecord,
    related=("delivery", "destination"),
    sentence=_sentence,
    details=_details,
    form=RecordForm(
        address="afvoer",
        page="retire",
        tab="Afvoer",
        button="Afvoer of terugname",
        goods_only=True,
        title="Wat is er afgevoerd?",
        lead="Vul in hoeveel stuks weg zijn en waar ze heen gingen. "
        "Verplaatsen binnen de organisatie is geen afvoer.",
        done="De afvoer is vastgelegd.",
        what="deze afvoer",
        rows=(("line",), ("delivery",), ("date", "count"), ("destination", "receiver"), ("sourceReference",)),
        choices=_choices,
        again=_again,
    ),
)
