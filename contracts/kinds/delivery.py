"""What came in: items on a day, or units over a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from contracts.models import Contract, ContractLine, Delivery
from contracts.resources import RecordOf
from contracts.selectors import passed_on
from contracts.services import receiving
from contracts.services.record_checks import after_start, in_order, in_past, overlapping
from contracts.services.recording import RecordAct
from contracts.services.shapes import OF_A_LINE, record_shape
from contracts.services.stock import stock_of
from contracts.services.writing import Writing
from indicators.calculation import calendar_time
from indicators.lines import BomRow, Line, bill_as_kept, kept_bill
from indicators.lines.bill_checks import check_bill
from indicators.lines.shapes import BILL_ROW
from indicators.models import CircularStrategy
from indicators.selectors import reference_stamp, strategies
from indicators.services import check_amount, fits_bill, unit_of_bill
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.described import Described, Form
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import Date, Integer, ListOf, Number, Object, Text, Uuid, nearest, quoted

from .forms import Document, Filling, Options, RecordForm
from .kind import RecordKind

Day = date
DecimalText = Annotated[str | None, Form("decimal")]
_MOST_TIMES = Decimal(5)


def _shape(*, consumed: bool) -> Object:
    """Items on a day, or units of a consumed group over a period."""
    count: Number | Integer
    if consumed:
        count = Number(min=0, exclusive_min=True, label="Geleverd", help="Hoeveel er in de periode is verbruikt.")
        period = {
            "date": Date(required=False, label="Datum"),
            "period_start": Date(label="Eerste dag"),
            "period_end": Date(label="Laatste dag"),
        }
    else:
        count = Integer(min=1, max=999_999_999, label="Aantal geleverd")
        period = {
            "date": Date(label="Geleverd op"),
            "period_start": Date(required=False, label="Eerste dag"),
            "period_end": Date(required=False, label="Laatste dag"),
        }
    fields: dict[str, Any] = {
        **period,
        "count": count,
        "mass_kg": Number(
            min=0, exclusive_min=True, required=False, unit="" if consumed else "kg",
            label="Hoeveelheid per eenheid" if consumed else "Massa per stuk",
            help="Alleen als die anders is dan beloofd.",
        ),
        "circular_strategy": Text(60, required=False, label="Circulaire strategie"),
        "location": Text(200, required=False, default="", label="Plaats"),
        "bill_of_materials": ListOf(
            BILL_ROW, max_items=500, required=False, default=(), label="Materialen",
            help="Alleen als die anders zijn dan beloofd.",
        ),
    }  # fmt: skip
    if not consumed:
        fields["received_from"] = Uuid(
            required=False, label="Overgenomen van",
            help="De afvoer waarmee een ander contract deze stuks doorgaf: dan telt wat er van het maken over is.",
        )  # fmt: skip
    return record_shape(OF_A_LINE, fields)


SHAPE, CONSUMED_SHAPE = _shape(consumed=False), _shape(consumed=True)


class DeliveredMaterial(Described):
    """A row of a bill of materials that was delivered."""

    component: str
    material: str
    share: Annotated[DecimalText, "Aandeel in de massa, fractie van 0 tot 1"]
    mass_kg: Annotated[DecimalText, "Massa in kg, in plaats van een aandeel"]
    recycled: Annotated[DecimalText, "Gerecycled deel, fractie van 0 tot 1"]
    added: Annotated[bool, "Nieuw toegevoegd aan een hergebruikt product"]

    @classmethod
    def of(cls, row: BomRow) -> Self:
        """Of this row."""
        return cls(
            component=row.component or "",
            material=row.material,
            share=_text(row.share),
            mass_kg=_text(row.mass_kg),
            recycled=_text(row.recycled),
            added=bool(row.added),
        )


class DeliveryRecord(RecordOf):
    """What came in."""

    line: UUID
    date: Day
    count: Decimal
    mass_kg: Annotated[Decimal | None, "Massa per stuk in kg; null = zoals beloofd"]
    circular_strategy: Annotated[str | None, "null = zoals beloofd"]
    location: str | None
    period_start: Day | None
    period_end: Day | None
    bill_of_materials: Annotated[list[DeliveredMaterial] | None, "null = zoals beloofd"]
    received_from: Annotated[UUID | None, "De afvoer waarmee een ander contract deze stuks doorgaf"]

    @classmethod
    def of(cls, record: Any, **own: Any) -> Self:
        """Of this delivery."""
        bill = None if record.bill is None else [DeliveredMaterial.of(row) for row in kept_bill(record.bill)]
        strategy = record.strategy.code if record.strategy else None
        return super().of(record, circular_strategy=strategy, bill_of_materials=bill, **own)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")


def _check(writing: Writing) -> list[Problem]:
    """A delivery lies in the contract and in the past, and is not more than was promised unless confirmed."""
    data, problems = writing.data, []
    problems += in_past(writing, "date") + after_start(writing, "date") + after_start(writing, "period_start")
    problems += in_order(writing)
    code = data.get("circular_strategy")
    if code is not None and writing.consumed:
        text = "Wat wordt verbruikt, heeft geen circulaire strategie: laat dit leeg."
        problems.append(Problem(("circularStrategy",), "not_applicable", text))
    elif code is not None and (
        code not in _strategies(writing) or not _strategies(writing)[code].purchase_allowed
    ):
        allowed = [each for each, row in _strategies(writing).items() if row.purchase_allowed]
        text = f"{quoted(code)} kan hier niet: {nearest(code, allowed)}"
        problems.append(Problem(("circularStrategy",), "invalid_choice", text))
    if data.get("bill_of_materials"):
        problems += _check_bill(writing)
    if writing.line is not None and data.get("count") is not None:
        problems += _check_more(writing)
    problems += _check_retired(writing) + _check_delivered_mass(writing) + receiving.check_received(writing)
    if writing.consumed:
        problems += in_past(writing, "period_end") + _check_per_unit(writing)
        problems += _no_overlap(writing)
    return problems


def _strategies(writing: Writing) -> Mapping[str, CircularStrategy]:
    return writing.book.known("strategies", strategies)


def _delivered_mass(data: Mapping[str, Any]) -> Decimal | None:
    """The mass of one item or unit as delivered: as it was said, or the sum of a bill in kg."""
    rows = data.get("bill_of_materials") or ()
    said: Decimal | None = data.get("mass_kg")
    if said is not None or not rows or any(row.mass_kg is None for row in rows):
        return said
    return sum((row.mass_kg for row in rows), Decimal(0))


def _check_delivered_mass(writing: Writing) -> list[Problem]:
    """A mass far from what was promised (or from what is usual in the group) is confirmed with a reason."""
    line, mass = writing.line, _delivered_mass(writing.data)
    if line is None or mass is None:
        return []
    promised, group = line.offered.mass_kg, writing.contract.terms.group_as_asked
    if promised:
        odd = not 1 / _MOST_TIMES <= mass / promised <= _MOST_TIMES
        said = f"Er is {formats.number(promised)} kg per stuk beloofd"
    else:
        kind = line.offered.product_type
        code = kind.code if kind is not None else None
        low, high = group.limit("mass_min_kg", code) or 0, group.limit("mass_max_kg", code)
        odd = high is not None and not low <= float(mass) <= high
        said = f"Gewoon is {formats.number(low)} tot en met {formats.number(high or 0)} kg per stuk"
    if not odd:
        return []
    text = f"{said}. Klopt {formats.number(mass)} kg? Bevestig het met een reden."
    return [Problem(("massKg",), "implausible", text, confirmable=True)]


def _check_withdrawal(writing: Writing) -> list[Problem]:
    """A delivery of which items were retired cannot be withdrawn."""
    if stock_of(writing.found, writing.replaced.line, changed=writing.replaced).holds():
        return []
    text = "Van deze levering is al afgevoerd: corrigeer eerst die afvoer."
    return [Problem(("replaces",), "exceeds_delivered", text)]


def _check_bill(writing: Writing) -> list[Problem]:
    mass = _delivered_mass(writing.data)
    if mass is None and writing.line is not None:
        mass = writing.line.offered.mass_kg
    line = Line(mass_kg=mass, bill_of_materials=writing.data["bill_of_materials"])
    problems, _notices = check_bill(line, (), writing.contract.terms.group_as_asked, writing.materials)
    return problems


def _check_per_unit(writing: Writing) -> list[Problem]:
    """What one unit was made of, as for a bid: 1 in its own unit, plausible in any other."""
    mass, line, group = writing.data.get("mass_kg"), writing.line, writing.contract.terms.group_as_asked
    if mass is None or line is None:
        return []
    delivered = [row.material for row in writing.data.get("bill_of_materials") or ()]
    codes = delivered or writing.book.known(("bill", line.pk), lambda: _promised_bill(line))
    return check_amount(mass, unit_of_bill(group, codes, writing.materials), group, ("massKg",))


def _promised_bill(line: ContractLine) -> list[str]:
    return list(line.offered.materials.values_list("material__code", flat=True))


def _check_more(writing: Writing) -> list[Problem]:
    """More than was contracted is possible, and is confirmed with a reason."""
    line = writing.line
    assert line is not None
    promised = line.offered.count
    if writing.consumed:
        promised = _units_in_term(writing.contract, promised)
    before = writing.replaced.count if writing.replaced is not None else Decimal(0)
    total = writing.counted_before - before + Decimal(writing.data["count"])
    if total <= promised:
        return []
    said = f"Hiermee is {formats.number(total)} geleverd en {formats.number(promised)} afgesproken"
    text = f"{said}. Klopt dat? Bevestig het met een reden."
    return [Problem(("count",), "above_contracted", text, confirmable=True)]


def _units_in_term(contract: Contract, per_year: Decimal) -> Decimal:
    """Units of a consumed group in the contract's time as it is now, by the promise per year."""
    first, last = calendar_time.span(contract.start, contract.end)
    return (per_year * Decimal(repr(last - first))).quantize(Decimal("0.000001"))


def _check_retired(writing: Writing) -> list[Problem]:
    """A corrected delivery still holds what was retired from it, and came before that."""
    old, count, day = writing.replaced, writing.data.get("count"), writing.data.get("date")
    if old is None or count is None or day is None or writing.line is None or old.line_id != writing.line.pk:
        return []

    def holds(day: date, count: Decimal) -> bool:
        return stock_of(writing.found, old.line, changed=old, day=day, count=count).holds()

    count = Decimal(count)
    if holds(day, count):
        return []
    problems = []
    if not holds(old.date, count) or holds(day, old.count):
        text = "Van deze levering is al meer afgevoerd: minder kan niet. Corrigeer eerst die afvoer."
        problems.append(Problem(("count",), "exceeds_delivered", text))
    if not holds(day, old.count):
        text = "Van deze levering is voor die dag al afgevoerd: corrigeer eerst die afvoer."
        problems.append(Problem(("date",), "after_retirement", text))
    return problems


def _no_overlap(writing: Writing) -> list[Problem]:
    if writing.line is None:
        return []
    rows = [each for each in writing.found.deliveries if each.line_id == writing.line.pk]
    return overlapping(writing, rows)


def _columns(writing: Writing) -> dict[str, Any]:
    data = writing.data
    code = data["circular_strategy"]
    return {
        "line": writing.own_line,
        "date": data["date"] or data["period_start"],
        "count": data["count"],
        "mass_kg": _delivered_mass(data),
        "strategy": _strategies(writing)[code] if code else None,
        "location": data["location"] or "",
        "period_start": data["period_start"],
        "period_end": data["period_end"],
        "bill": bill_as_kept(data["bill_of_materials"] or ()) or None,
        "received_from": receiving.given(writing),
    }


def _sentence(rows: Sequence[Delivery], items: str) -> str:
    return worded("{count} {items} geleverd", count=formats.number(rows[0].count), items=items)


def _details(rows: Sequence[Delivery]) -> list[str]:
    record = rows[0]
    per = worded("kg per stuk" if record.period_start is None else "per eenheid")
    found = [f"{formats.number(record.mass_kg)} {per}"] if record.mass_kg is not None else []
    found += [worded(record.strategy.name_nl)] if record.strategy else []
    found += [worded("Andere materialen dan beloofd")] if record.bill else []
    return found + ([record.location] if record.location else [])


def _choices(filling: Filling) -> Mapping[str, Options]:
    # All rows of one bill have one unit: that of what was promised.
    known = [each for each in filling.materials.values() if fits_bill(each, filling.group)]
    solid = [each for each in known if each.unit == filling.bill_unit]
    allowed = [row for row in strategies(reference_stamp()).values() if row.purchase_allowed]
    found = {
        "material": filling.by_name(solid),
        "circularStrategy": [(row.code, row.name_nl) for row in allowed],
    }
    return found if filling.contract.is_consumed else found | {"receivedFrom": _passed_on(filling)}


def _passed_on(filling: Filling) -> Options:
    """What other contracts for such goods that the actor sees passed on to a receiver who is known."""
    others = Contract.objects.visible_to(filling.actor).exclude(pk=filling.contract.pk)
    others = others.filter(group=filling.contract.group)
    return [
        (
            str(each.public_id),
            f"{formats.day(each.date)}: {formats.counted(each.count, 'stuk', 'stuks')} {each.line.bid_line}"
            f" uit contract {each.contract.reference}",
        )
        for each in passed_on(others)
    ]


def _again(record: Delivery) -> Document:
    return {
        "circularStrategy": record.strategy.code if record.strategy else "",
        "billOfMaterials": [_bill_row(row) for row in kept_bill(record.bill or ())],
        "receivedFrom": str(record.received_from.public_id) if record.received_from else "",
    }


def _bill_row(row: BomRow) -> Document:
    """A row as its inputs had it: numbers as numbers, so that they are written the Dutch way."""
    found: Document = {"material": row.material, "component": row.component or ""}
    numbers = {"share": row.share, "massKg": row.mass_kg, "recycled": row.recycled}
    found |= {name: number for name, number in numbers.items() if number is not None}
    return found | ({"added": True} if row.added else {})


KIND = RecordKind(
    rank=1,
    path="deliveries",
    operations="deliveries",
    listing="Leveringen",
    log=RecordAct(
        "delivery.log",
        "Leg een levering vast",
        Delivery,
        shape=SHAPE,
        consumed_shape=CONSUMED_SHAPE,
        check=_check,
        check_withdrawal=_check_withdrawal,
        columns=_columns,
        stock="delivered_count",
        forgets=frozenset({"strategy", "location", "bill", "received_from"}),
    ),
    answer=DeliveryRecord,
    related=("strategy", "received_from"),
    sentence=_sentence,
    details=_details,
    form=RecordForm(
        address="levering",
        page="deliver",
        tab="Levering",
        button="Levering",
        title="Wat is er geleverd?",
        lead="Vul in wat er echt is geleverd. Is het anders dan beloofd? Dan rekenen wij met de levering.",
        done="De levering is vastgelegd.",
        what="deze levering",
        rows=(
            ("line",),
            ("date", "count"),
            ("massKg", "circularStrategy"),
            ("receivedFrom",),
            ("location", "sourceReference"),
        ),
        consumed_rows=(("line",), ("count",), ("periodStart", "periodEnd"), ("location", "sourceReference")),
        choices=_choices,
        only_with_choices=frozenset({"receivedFrom"}),
        again=_again,
        has_bill=True,
    ),
)
