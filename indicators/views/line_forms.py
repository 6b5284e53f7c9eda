"""The form of product lines, shared by the public calculator and the bid page: it works without JavaScript.

A view asks `posted` for the document, `edited` whether a button of the form was pressed (then it only draws
again), and `line_form_context` for everything that `indicators/line_form.html` needs. People choose materials
by their Dutch name; the document has codes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from indicators.lines.suggestions import question, suggest
from indicators.models import ProductGroup
from indicators.selectors import MaterialInfo, materials_visible_to, plans, reference_stamp, strategies
from indicators.services import EnergyInUse, counts_in_use, fits_bill, unit_of_bill, with_codes
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.numbers import read_percentage, read_typed
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import Object, document_of, quoted
from mvi_dashboard.ground.unreadable import Unreadable

from .asked_inputs import FOLDED, AskedInputs, asked_inputs, typed_answers
from .type_inputs import AskedTypes, type_inputs

BUTTONS = ("add-row", "remove-row", "add-line", "remove-line", "paste")
LINES, BILL, USE, PASTED = "lines", "billOfMaterials", "use", "pasted"
LEAST_ROWS = {BILL: 4, USE: 1}
PER_ITEM = [("item-year", "per jaar"), ("item-once", "één keer")]
PER_UNIT = "per eenheid"
"""what is used up is used once: there is no second year"""
MOST_ROWS = 500
MOST_SUGGESTED_ROWS = 50
_FRACTIONS = {"share", "recycled"}
_QUANTITIES = {"massKg", "count", "lifetimeYears", "warrantyYears", "quantity", "item", "value"}
_NOT_DATA = {"csrfmiddlewaretoken", *BUTTONS}
_FIRST = {BILL: "material", USE: "flow"}
_HEADINGS = {"materiaal", "material", "grondstof"}
_NOTES = {
    "add-row": "Er is een regel bij.",
    "remove-row": "De regel is weg.",
    "add-line": "Er is een product bij.",
    "remove-line": "Het product is weg.",
    "paste": "De geplakte regels staan nu in de tabel. Controleer ze.",
}

Document = dict[str, Any]
Post = Mapping[str, str]


def posted(pressed: Post, actor: Actor) -> Document:
    """The document behind a posted form, with names of materials and flows as codes and each flow in its unit."""
    kept = ((name, value) for name, value in pressed.items() if not _is_ours(name))
    return with_codes(document_of(kept), actor)


def as_typed(document: Mapping[str, Any], line: Object | None = None) -> Document:
    """A document as REST spells it, in the words of the form: percentages, commas and Dutch dates.

    `line` is the shape of a line that also has answers to a delivery protocol.
    """
    return dict(document) | {LINES: [_typed_row(row) | typed_answers(line, row) for row in _lines(document)]}


def edited(document: Document, pressed: Post, actor: Actor) -> Document | None:
    """The document after the button that was pressed, or None when that was none of ours: then save or compute.

    Text that was pasted and not yet read counts as pressing "paste", so that nothing that somebody gave is lost.
    """
    name = next((button for button in BUTTONS if pressed.get(button)), "")
    if not name:
        waiting = [key for key, value in pressed.items() if _is_paste(key) and value.strip()]
        if not waiting:
            return None
        for key in waiting:
            document = _pasted(document, pressed, actor, key.removesuffix(f".{PASTED}"))
        return document
    place = pressed[name]
    if name == "add-line":
        return document | {LINES: [*_lines(document), {}]}
    if not _is_place(place):
        return document
    if name in ("remove-row", "remove-line"):
        return _without(document, pressed, actor, place)
    return _pasted(document, pressed, actor, place) if name == "paste" else _longer(document, pressed, place)


def note_of(pressed: Post) -> str:
    """One sentence about what `edited` did, read aloud after the page came back."""
    return worded(next((note for name, note in _NOTES.items() if pressed.get(name)), _NOTES["paste"]))


def focus_of(document: Document, pressed: Post) -> str:
    """The name of the input where somebody goes on after `edited`: in the new row, or after the one that went."""
    name = next((button for button in BUTTONS if pressed.get(button)), "")
    lines = _lines(document) or [{}]
    if name == "add-line":
        return f"{LINES}.{len(lines) - 1}.reference"
    place = str(pressed.get(name) or "")
    if not _is_place(place):
        return ""
    parts = place.split(".")
    number = min(_filled_before(pressed, LINES, int(parts[1])), len(lines) - 1)
    if name == "remove-line":
        return f"{LINES}.{number}.reference"
    part = parts[2] if len(parts) > 2 else BILL
    prefix, last = f"{LINES}.{parts[1]}.{part}", max(len(_rows(lines[number], part)), LEAST_ROWS[part]) - 1
    if name == "paste":
        last = min(_filled_before(pressed, prefix, MOST_ROWS), last)
    elif name == "remove-row" and len(parts) > 3:
        last = min(_filled_before(pressed, prefix, int(parts[3])), last)
    return f"{LINES}.{number}.{part}.{last}.{_FIRST[part]}"


def line_form_context(
    actor: Actor,
    document: Mapping[str, Any],
    group: ProductGroup | None,
    problems: Sequence[Problem] = (),
    *,
    items: Iterable[tuple[str, str]] = (),
    asked: AskedInputs | None = None,
    energy: Sequence[EnergyInUse | None] = (None,),
    stamp: tuple[int, int, int] | None = None,
    asked_types: AskedTypes | None = None,
) -> dict[str, Any]:
    """What the templates of the line form need: `line_form`, and `problems` in Dutch names.

    `items` are the demand items of a lot as (number, label) pairs; without them a line asks for none. `asked` is
    what a delivery protocol asks beside what the calculation needs, `energy` the energy in use per demand item,
    `stamp` the state of the reference data, `asked_types` the product types that a bid is held to.
    """
    stamp = stamp or reference_stamp()
    known = materials_visible_to(actor, stamp)
    lines = _lines(document) or [{}]
    for_bill = {info.code for info in known.values() if fits_bill(info, group)}
    return {
        "problems": [_in_names(problem, known) for problem in problems],
        "line_form": {
            "lines": [
                _drawn_line(line, number, known, problems, for_bill)
                | asked_inputs(asked, number, line, problems)
                | _words_of_bill(line, known, group)
                | type_inputs(line, number, group, asked_types, problems)
                for number, line in enumerate(lines)
            ],
            "asks_use": asked is None or asked.use,
            "materials": _for_bill(known, group),
            "flows": _for_use(known, energy if asked is not None else None),
            "strategies": [
                (code, f"{worded(row.name_nl)} ({row.r_ladder})" if row.r_ladder else row.name_nl)
                for code, row in strategies(stamp).items()
                if row.purchase_allowed
            ],
            "plans": [(code, row.name_nl) for code, row in plans(stamp).items()],
            "roles": [("main", worded("Hoofdproduct")), ("accessory", worded("Toebehoren"))],
            "per": _how_often(lines, group),
            "use_roles": [("use", "gebruik"), ("repair", "reparatie")],
            "items": [(str(number), label) for number, label in items],
            "one": worded("eenheid" if group and group.is_consumed else "stuk"),
            "consumed": group.is_consumed if group else False,
            "may_add": len(lines) < MOST_ROWS,
        },
    }


def _typed_row(row: Mapping[str, Any]) -> Document:
    return {name: _typed(name, value) for name, value in row.items() if value is not None}


def _typed(name: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_typed_row(row) for row in value]
    if isinstance(value, bool):
        return "true" if value else ""
    try:
        if name in _FRACTIONS:
            return formats.field_percentage(Decimal(str(value)))
        if name in _QUANTITIES:
            return formats.field_value(Decimal(str(value)))
        return formats.short_day(date.fromisoformat(str(value))) if name == "plannedDelivery" else str(value)
    except (InvalidOperation, ValueError):
        return str(value)


def _is_ours(name: str) -> bool:
    return name in _NOT_DATA or _is_paste(name)


def _is_paste(name: str) -> bool:
    return name.startswith(f"{LINES}.") and name.endswith(f".{PASTED}")


def _is_place(place: str) -> bool:
    """`lines.0`, `lines.0.use` or `lines.0.use.2`."""
    parts = place.split(".")
    fits = parts[0] == LINES and len(parts) > 1 and all(p.isdecimal() and len(p) < 5 for p in parts[1::2])
    return fits and (len(parts) < 3 or parts[2] in (BILL, USE)) and len(parts) <= 4


def _lines(document: Mapping[str, Any]) -> list[Document]:
    lines = document.get(LINES)
    return [line if isinstance(line, dict) else {} for line in lines] if isinstance(lines, list) else []


def _rows(line: Mapping[str, Any], part: str) -> list[Document]:
    rows = line.get(part)
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []


def _indexes(pressed: Post, prefix: str, *, filled: bool) -> set[int]:
    """Which rows under this prefix were on the page, or which of them had something in them."""
    found = set()
    for name, value in pressed.items():
        number = name[len(prefix) + 1 :].split(".", 1)[0] if name.startswith(f"{prefix}.") else ""
        if number.isdecimal() and len(number) < 5 and not _is_ours(name) and (value.strip() or not filled):
            found.add(int(number))
    return found


def _filled_before(pressed: Post, prefix: str, place: int) -> int:
    """How many rows under this prefix stand before this one on the page and have something in them."""
    return sum(1 for other in _indexes(pressed, prefix, filled=True) if other < place)


def _line_at(document: Document, pressed: Post, place: str) -> tuple[Document, int]:
    """The document with a line for this place on the page (blank ones were left out), and its number there."""
    asked = int(place.split(".")[1])
    number = _filled_before(pressed, LINES, asked)
    lines = _lines(document)
    if asked not in _indexes(pressed, LINES, filled=True):
        lines.insert(number, {})
    return document | {LINES: lines}, min(number, len(lines) - 1)


def _without(document: Document, pressed: Post, actor: Actor, place: str) -> Document:
    kept = {name: value for name, value in pressed.items() if not name.startswith(f"{place}.")}
    return document | {LINES: posted(kept, actor).get(LINES, [])}


def _longer(document: Document, pressed: Post, place: str) -> Document:
    parts = place.split(".")
    if len(parts) != 3:
        return document
    document, number = _line_at(document, pressed, place)
    line, part = document[LINES][number], parts[2]
    rows = _rows(line, part)
    wanted = min(len(_indexes(pressed, place, filled=False)) + 1, MOST_ROWS)
    longer = rows + [{} for _ in range(max(wanted - len(rows), 1))]
    return _with_line(document, number, line | {part: longer})


def _pasted(document: Document, pressed: Post, actor: Actor, place: str) -> Document:
    text = str(pressed.get(f"{place}.{PASTED}", ""))
    document, number = _line_at(document, pressed, place)
    line = document[LINES][number]
    rows = [row for row in map(_read_row, text.splitlines()) if row]
    if not rows:
        return document
    kept = [row for row in _rows(line, BILL) if any(str(value).strip() for value in row.values())]
    changed = _with_line(document, number, line | {BILL: [*kept, *rows][:MOST_ROWS]})
    return with_codes(changed, actor)


def _read_row(text: str) -> Document | None:
    """`staal; 18; 90`, or the same with tabs as Excel copies it; None for a blank or heading row."""
    separator = "\t" if "\t" in text else ";"
    cells = [cell.strip() for cell in text.split(separator)]
    if not any(cells) or cells[0].lower() in _HEADINGS:
        return None
    names = ("material", "share", "recycled")
    return {name: cell.removesuffix("%").strip() for name, cell in zip(names, cells, strict=False)}


def _with_line(document: Document, number: int, line: Document) -> Document:
    lines = _lines(document)
    return document | {LINES: [*lines[:number], line, *lines[number + 1 :]]}


def _for_bill(known: Mapping[str, MaterialInfo], group: ProductGroup | None) -> list[tuple[str, str]]:
    """What a bill of this group may name, with its unit where there is more than one; its own unit first."""
    found = [info for info in known.values() if fits_bill(info, group)]
    own = "" if group is None else group.amount_unit
    several = len({info.unit for info in found}) > 1
    found.sort(key=lambda info: info.unit != own)
    return [(worded(info.name), info.unit if several else "") for info in found]


def _how_often(lines: Sequence[Document], group: ProductGroup | None) -> list[tuple[str, str]]:
    """How often use happens: of what is used up always per unit, also where a bid calls that once."""
    if group is None or not group.is_consumed:
        return PER_ITEM
    given = {str(row.get("basis")) for line in lines for row in _rows(line, USE)}
    return [(code, worded(PER_UNIT)) for code, _ in PER_ITEM if code == PER_ITEM[0][0] or code in given]


def _for_use(
    known: Mapping[str, MaterialInfo], energy: Sequence[EnergyInUse | None] | None
) -> list[tuple[str, str]]:
    """The flows that use may name with their unit; all of them in an assessment, where a buyer compares."""
    flows = [info for info in known.values() if info.is_flow]
    return [(worded(info.name), info.unit) for info in flows if energy is None or counts_in_use(info.code, energy)]


def _words_of_bill(
    line: Document, known: Mapping[str, MaterialInfo], group: ProductGroup | None
) -> dict[str, str]:
    """What the bill of this line counts in, as far as that is known, and how an amount in it is called."""
    if group is None or not group.is_consumed:
        return {"unit": "kg", "amount_label": worded("Massa in kg")}
    codes = [str(row.get("material") or "") for row in _rows(line, BILL)]
    return {"unit": unit_of_bill(group, codes, known), "amount_label": worded("Hoeveelheid")}


def _drawn_line(
    line: Document,
    number: int,
    known: Mapping[str, MaterialInfo],
    problems: Sequence[Problem],
    for_bill: Collection[str],
) -> dict[str, Any]:
    name = f"{LINES}.{number}"
    bill, use = _rows(line, BILL), _rows(line, USE)
    in_kg = any(str(row.get("massKg") or "").strip() for row in bill)
    field = "massKg" if in_kg else "share"
    flows = {code for code, info in known.items() if info.is_flow}
    bill += [{} for _ in range(LEAST_ROWS[BILL] - len(bill))]
    use += [{} for _ in range(LEAST_ROWS[USE] - len(use))]
    return {
        "name": name,
        "number": number + 1,
        "title": str(line.get("name") or line.get("reference") or worded("Product {number}", number=number + 1)),
        "in_kg": in_kg,
        "bill": [
            _drawn_row(row, f"{name}.{BILL}.{n}", n, "material", known, for_bill) for n, row in enumerate(bill)
        ],
        "use": [_drawn_row(row, f"{name}.{USE}.{n}", n, "flow", known, flows) for n, row in enumerate(use)],
        "sum": _sum(bill, field),
        "bill_problems": [each for each in problems if each.attr in (f"{name}.{BILL}", name)],
        "use_problems": [each for each in problems if each.attr == f"{name}.{USE}"],
        "more": any(str(line.get(key) or "").strip() for key in ("plannedDelivery", "warrantyYears"))
        or line.get("role") == "accessory"
        or bool(line.get("promiseSurvives"))
        or any(each.attr in {f"{name}.{field}" for field in FOLDED} for each in problems),
    }


def _drawn_row(
    row: Document, name: str, number: int, field: str, known: Mapping[str, MaterialInfo], among: Collection[str]
) -> dict[str, Any]:
    typed = str(row.get(field) or "").strip()
    info = known.get(typed)
    # Before anything is sent too: what was pasted and is not known shows its choices at once.
    choices = suggest(typed, known, among=among) if typed and info is None and number < MOST_SUGGESTED_ROWS else []
    return {
        "name": name,
        "number": number + 1,
        "label": worded(info.name) if info else typed,
        "choices": [(code, worded(known[code].name)) for code in choices],
        "unit": info.unit if info else "",
        "added": row.get("added") in (True, "true", "on"),
        "supplied_under": row.get("suppliedUnder") or "",
    }


def _sum(rows: Iterable[Mapping[str, Any]], field: str) -> str:
    """The sum of what was typed, in percent or kg; the word for unknown when a number cannot be read."""
    read = read_percentage if field == "share" else read_typed
    given = [row[field] for row in rows if str(row.get(field) or "").strip()]
    try:
        parts = [read(value) if isinstance(value, str) else Decimal(str(value)) for value in given]
    except Unreadable:
        return formats.unknown()
    total = sum(parts, Decimal(0))
    return formats.field_percentage(total) if field == "share" else formats.field_value(total)


def _in_names(problem: Problem, known: Mapping[str, MaterialInfo]) -> Problem:
    """A problem about an unknown material or flow, with names that people know instead of codes."""
    if problem.code not in ("unknown_material", "unknown_flow") or "'" not in problem.detail:
        return problem
    typed = problem.detail.split("'")[1]
    kind = "verbruik" if problem.code == "unknown_flow" else "materiaal"
    names = [known[code].name for code in problem.choices if code in known]
    # A problem of a workbook ends with its place there.
    _, place, cell = problem.detail.partition(" (Blad ")
    detail = worded(
        "Wij kennen geen {kind} {typed}: {names}{place}{cell}",
        kind=kind,
        typed=quoted(typed),
        names=question(names),
        place=place,
        cell=cell,
    )
    return replace(problem, detail=detail)
