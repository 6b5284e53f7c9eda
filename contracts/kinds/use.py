"""What was used: energy, water and the like, by meter or invoice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from contracts.models import ContractLine, UseRecord
from contracts.resources import RecordOf
from contracts.selectors import lines_that_use, promised_flows, promised_rates
from contracts.services.core_lines import core_contract
from contracts.services.record_checks import (
    after_start,
    first_delivery,
    first_overlapping,
    in_order,
    in_past,
    overlapping,
)
from contracts.services.recording import RecordAct
from contracts.services.shapes import OF_A_LINE_OR_ALL, record_shape
from contracts.services.writing import Writing
from indicators.calculation import calendar_time, service
from indicators.calculation.calendar_time import ONE_DAY
from indicators.selectors import basis_arrays, current_basis, materials_visible_to
from indicators.services import OTHER_ENERGY, counts_in_use, flow_that_counts
from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import Date, Integer, Number, Text, nearest, quoted
from mvi_dashboard.ground.wording import in_sentence

from .forms import Document, Filling, Options, RecordForm
from .kind import RecordKind

Day = date
MOST_TIMES = 100
"""Use of more than so many times what was promised for the same time is asked: a slip of a thousand."""
SHAPE = record_shape(
    OF_A_LINE_OR_ALL,
    {
        "flow": Text(80, label="Wat is verbruikt"),
        "quantity": Number(min=0, label="Hoeveelheid"),
        "unit": Text(20, label="Eenheid"),
        "period_start": Date(label="Eerste dag"),
        "period_end": Date(label="Laatste dag"),
        "items": Integer(
            min=1, required=False, label="Aantal gemeten stuks", help="Leeg: alles wat in gebruik was."
        ),
        "meter": Text(100, required=False, default="", label="Meter", help="Het nummer van de meter."),
    },
)


class UseRecordOf(RecordOf):
    """What was used."""

    line: Annotated[UUID | None, "null = het hele contract"]
    flow: str
    quantity: Annotated[Decimal, "In `unit`"]
    unit: str
    period_start: Day
    period_end: Day
    items: Annotated[int | None, "Gemeten stuks; null = alles wat in gebruik was"]
    meter: str | None

    @classmethod
    def of(cls, record: Any, **own: Any) -> Self:
        """Of this use."""
        return super().of(record, unit=record.flow.unit, **own)


def _check(writing: Writing) -> list[Problem]:
    """A use record names a flow in its own unit and a past period in which something was in use."""
    data = writing.data
    problems = _check_flow(writing) + in_order(writing) + in_past(writing, "period_end")
    problems += after_start(writing, "period_start")
    if data.get("flow") is not None and not problems:
        problems += _no_overlap_of_use(writing)
    if not problems:
        problems += _something_in_use(writing)
        problems += _check_promised(writing) or _check_rate(writing)
        problems += _check_meter(writing)
    return problems


def _check_flow(writing: Writing) -> list[Problem]:
    code = writing.data.get("flow")
    if code is None:
        return []
    found = writing.materials.get(code)
    if found is None or not found.is_flow:
        flows = [each for each, info in writing.materials.items() if info.is_flow]
        return [Problem(("flow",), "unknown_flow", f"{quoted(code)} kennen wij niet: {nearest(code, flows)}")]
    if writing.data.get("unit") is not None and writing.data["unit"] != found.unit:
        text = f"{formats.capital(found.name)} vult u in als {found.unit}: reken eerst om."
        return [Problem(("unit",), "unit_mismatch", text)]
    return _check_energy(writing, code)


def _check_energy(writing: Writing, flow: str) -> list[Problem]:
    """Energy in use is the one of the tender, in what happens as in what was promised."""
    chosen = _energy_of([writing.line] if writing.line is not None else writing.lines)
    wanted = "" if chosen is None or counts_in_use(flow, chosen) else flow_that_counts(flow, chosen[0])
    if wanted not in writing.materials:
        return []
    name = writing.materials[wanted].name
    text = f"Dit contract rekent met '{name}', zoals in de aanbesteding staat. Vul de hoeveelheid daar bij in."
    return [Problem(("flow",), OTHER_ENERGY, text, choices=(wanted,))]


def _energy_of(lines: Sequence[ContractLine]) -> list[Any] | None:
    """The energy in use of the demand behind each line; None when the tender was from before it was asked."""
    found = [row.item.use_energy if row.item else None for row in (line.offered for line in lines)]
    return None if None in found else found


def _check_promised(writing: Writing) -> list[Problem]:
    """A flow that nobody promised is possible, and is confirmed with a reason."""
    code = writing.data.get("flow")
    if code is None or code in writing.book.known("flows", lambda: promised_flows(writing.contract)):
        return []
    name = formats.capital(writing.materials[code].name)
    text = f"{name} was niet beloofd. Klopt dat? Bevestig het met een reden."
    return [Problem(("flow",), "implausible", text, confirmable=True)]


def _check_rate(writing: Writing) -> list[Problem]:
    """Far more than was promised is possible, mostly it is a slip of a thousand: confirmed with a reason."""
    data = writing.data
    if data.get("quantity") is None:
        return []
    flow, line = data["flow"], writing.line
    about = ("rates", flow, line and line.pk)
    rows = writing.book.known(about, lambda: promised_rates(writing.contract, flow, line))
    pieces = sum(float(count) for count, _rate in rows)
    items = float(data["items"]) if data.get("items") is not None else pieces
    if not pieces or not items:
        return []
    per_piece = sum(float(count * rate) for count, rate in rows) / pieces
    years = ((data["period_end"] - data["period_start"]).days + 1) * ONE_DAY
    expected = per_piece * items * years
    if not expected or float(data["quantity"]) <= expected * MOST_TIMES:
        return []
    unit = writing.materials[data["flow"]].unit
    text = (
        f"Beloofd is voor deze tijd ongeveer {formats.number(expected)} {unit}. Klopt "
        f"{formats.number(data['quantity'])} {unit}? Bevestig het met een reden."
    )
    return [Problem(("quantity",), "implausible", text, confirmable=True)]


def _no_overlap_of_use(writing: Writing) -> list[Problem]:
    """Nothing counts twice: not of one line, and not of a line and of the whole contract that it has part in."""
    data, flow = writing.data, writing.materials[writing.data["flow"]]
    line_id = writing.line.pk if writing.line is not None else None
    rows = [
        each
        for each in writing.found.use_records
        if each.flow_id == flow.id and each.meter == (data.get("meter") or "")
    ]
    same = overlapping(writing, [each for each in rows if each.line_id == line_id])
    others = [each for each in rows if None in (each.line_id, line_id) and each.line_id != line_id]
    if same or not others:
        return same
    sharing = writing.book.known(("sharing", flow.code), lambda: lines_that_use(writing.contract, flow.code))
    others = [each for each in others if not sharing or {each.line_id, line_id} & sharing]
    return overlapping(writing, others, "een van de producten" if line_id is None else "het hele contract")


def _check_meter(writing: Writing) -> list[Problem]:
    """One meter that is read twice over the same days, for another product or flow: mostly the same use twice.

    It is possible, as one meter may be divided over products: confirmed with a reason.
    """
    data, meter = writing.data, (writing.data.get("meter") or "").strip().casefold()
    if not meter:
        return []
    same = [each for each in writing.found.use_records if each.meter.strip().casefold() == meter]
    found = first_overlapping(writing, same)
    if found is None:
        return []
    own, other = (
        f"{formats.day(first)} tot en met {formats.day(last)}"
        for first, last in ((data["period_start"], data["period_end"]), (found.period_start, found.period_end))
    )
    text = (
        f"Van meter {quoted(found.meter)} staat er al gebruik van {other}. Dat overlapt met {own}. "
        "Telt er niets dubbel? Bevestig het met een reden."
    )
    return [Problem(("periodStart",), "overlap", text, confirmable=True)]


def _something_in_use(writing: Writing) -> list[Problem]:
    """A quantity over 0 item-years says nothing: it is refused (method, section 5)."""
    first, last = writing.data.get("period_start"), writing.data.get("period_end")
    if first is None or last is None:
        return []
    standings = writing.book.known("standings", lambda: _standings(writing))
    chosen = [each for pk, each in standings.items() if writing.line is None or pk == writing.line.pk]
    period = calendar_time.span(first, last)
    if any(each.elapsed.within(period) > 0 for each in chosen):
        return _check_items(writing)
    earliest = first_delivery(writing, writing.line.pk if writing.line else None)
    said = f" (eerste levering {formats.day(earliest)})" if earliest else ": leg eerst de levering vast"
    return [Problem(("periodStart",), "no_item_years", f"In deze periode was nog niets in gebruik{said}.")]


def _standings(writing: Writing) -> dict[int, service.Standing]:
    """How each line stands by what was delivered and went: what is used changes nothing of it."""
    core = core_contract(writing.contract, basis_arrays(current_basis()), found=writing.found)
    today = clock.local_date(writing.now)
    return {row.pk: service.standing(line, today) for row, line in zip(core.rows, core.lines, strict=True)}


def _check_items(writing: Writing) -> list[Problem]:
    items = writing.data.get("items")
    rows = [writing.line] if writing.line is not None else writing.lines
    delivered = sum((row.delivered_count for row in rows), Decimal(0))
    if items is None or writing.consumed or items <= delivered:
        return []
    text = f"Geleverd: {formats.counted(delivered, 'stuk', 'stuks')}. Meer dan dat kunt u niet meten."
    return [Problem(("items",), "range", text)]


def _columns(writing: Writing) -> dict[str, Any]:
    data = writing.data
    return {
        "line": writing.line,
        "flow_id": writing.materials[data["flow"]].id,
        "quantity": data["quantity"],
        "period_start": data["period_start"],
        "period_end": data["period_end"],
        "items": data["items"],
        "meter": data["meter"] or "",
    }


def _sentence(rows: Sequence[UseRecord], items: str) -> str:
    record, flow = rows[0], rows[0].flow
    return worded(
        "{quantity} {unit} {flow} gebruikt",
        quantity=formats.number(record.quantity),
        unit=worded(flow.unit),
        flow=in_sentence(worded(flow.name_nl)),
    )


def _details(rows: Sequence[UseRecord]) -> list[str]:
    record = rows[0]
    found = (
        [worded("{pieces} gemeten", pieces=formats.counted(record.items, "stuk", "stuks"))] if record.items else []
    )
    return found + ([worded("Meter {meter}", meter=record.meter)] if record.meter else [])


def _choices(filling: Filling) -> Mapping[str, Options]:
    energy = _energy_of(filling.lines)
    known = [each for each in filling.materials.values() if each.is_flow]
    flows = [each for each in known if energy is None or counts_in_use(each.code, energy)]
    return {"flow": filling.by_name(flows, with_unit=True)}


def _first(filling: Filling) -> Document:
    """The flow and its unit, when one was promised."""
    if len(filling.promised_flows) != 1:
        return {}
    flow, unit = next(iter(filling.promised_flows.items()))
    return {"flow": flow, "unit": unit}


def _again(record: UseRecord) -> Document:
    return {"unit": record.flow.unit}


def _with_unit_of_flow(document: Document, actor: Actor) -> Document:
    """The document with the unit of its flow where none was typed."""
    info = materials_visible_to(actor).get(str(document.get("flow") or ""))
    if info is None or str(document.get("unit") or "").strip():
        return document
    return document | {"unit": info.unit}


KIND = RecordKind(
    rank=2,
    path="use-records",
    operations="use",
    listing="Gebruik",
    log=RecordAct("use.log", "Leg gebruik vast", UseRecord, shape=SHAPE, check=_check, columns=_columns),
    answer=UseRecordOf,
    related=("flow",),
    sentence=_sentence,
    details=_details,
    form=RecordForm(
        address="gebruik",
        page="use",
        tab="Gebruik",
        button="Gebruik",
        title="Wat is er gebruikt?",
        lead="Vul een meterstand of factuur in, van de eerste tot en met de laatste dag.",
        done="Het gebruik is vastgelegd.",
        what="dit gebruik",
        rows=(
            ("line",),
            ("flow",),
            ("quantity", "unit"),
            ("periodStart", "periodEnd"),
            ("items", "meter"),
            ("sourceReference",),
        ),
        inputs={"unit": {"help": "Leeg: de eenheid die bij het verbruik staat.", "optional": True}},
        choices=_choices,
        first=_first,
        again=_again,
        completed=_with_unit_of_flow,
    ),
)
