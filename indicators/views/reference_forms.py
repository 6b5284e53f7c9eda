"""The form of one row of reference data, drawn from its shape: which inputs, and which choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indicators.groups.reference_rows import RowKind, World
from indicators.groups.row_shapes import CHANGE, typed_values
from indicators.models import CircularStrategy, EndOfLifePlan, ProposedRow
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.inputs import field_at
from mvi_dashboard.ground.shapes import Object, camel, read

EMPTY_ROWS = 3
_K = ProposedRow.Kind
_PAIRS = {
    "massMinKg": "massMaxKg",
    "lifetimeMinYears": "lifetimeMaxYears",
    "lifetimeUsualMinYears": "lifetimeUsualMaxYears",
    "lifetimeCapYears": "lifetimeLimitYears",
    "recycledMin": "recycledMax",
    "validFrom": "validTo",
}
_LISTS = {
    "searchWords": ("Woorden waaraan u het herkent", ()),
    "names": ("Hoe mensen het ook noemen", ("language", "name")),
    "billOfMaterials": ("Materialen", ("component", "material", "share", "massKg", "recycled")),
    "use": ("Verbruik", ("flow", "quantity", "unit", "basis", "role")),
}
_NUMERIC = {"share", "massKg", "recycled", "quantity"}


@dataclass(frozen=True)
class Place:
    """One input: its name, and what can be chosen where that is a list."""

    name: str
    options: Sequence[tuple[str, str]] | None = None
    label: str = ""
    """what is read aloud of a cell of a table"""


@dataclass(frozen=True)
class Table:
    """A list of rows in the form: its heading, the labels of its columns and the inputs of each row."""

    name: str
    title: str
    columns: Sequence[tuple[str, bool]]
    """label, and whether it is a number"""
    rows: Sequence[Sequence[Place]]


@dataclass(frozen=True)
class RowForm:
    """What a page needs to draw the form of a row."""

    shape: Object
    document: Mapping[str, Any]
    places: Sequence[Sequence[Place]]
    """inputs, two together where they are one thought"""
    tables: Sequence[Table]


def row_form(kind: RowKind, values: Mapping[str, Any], world: World, *, new: bool, more: bool) -> RowForm:
    """The form for these values, as they are stored or as somebody typed them."""
    of_kind = kind.shape_of(world, values)
    options = _options(world)
    names = [camel(name) for name in of_kind.fields]
    fixed = set() if new else {camel(name) for name in kind.fixed}
    seconds = set(_PAIRS.values())
    places = []
    for name in names:
        if name in _LISTS or name in seconds or name in fixed or (new and name in ("newCode", "successor")):
            continue
        both = [name, *([_PAIRS[name]] if _PAIRS.get(name) in names else [])]
        places.append([Place(f"values.{each}", options.get(each)) for each in both])
    tables = [
        _table(name, values.get(name), of_kind, options, EMPTY_ROWS + (10 if more else 0))
        for name in names
        if name in _LISTS
    ]
    shape = CHANGE.with_fields({"values": of_kind})
    return RowForm(shape, {"values": values}, places, tables)


def stored_values(kind: RowKind, document: Mapping[str, Any], world: World) -> dict[str, Any]:
    """A stored row as a form shows it: numbers and dates as such."""
    return typed_values(read(kind.shape_of(world, document), document)[0])


def _table(
    name: str, sent: Any, shape: Object, options: Mapping[str, Sequence[tuple[str, str]]], empty: int
) -> Table:
    title, parts = _LISTS[name]
    count = (len(sent) if isinstance(sent, list) else 0) + empty
    columns = []
    for part in parts or ("",):
        field = field_at(shape, [name, "0", *([part] if part else [])])
        columns.append((part, (field.label if field is not None else "") or title, part in _NUMERIC))
    rows = [
        [
            Place(
                ".".join(["values", name, str(at), *([part] if part else [])]),
                options.get(part),
                f"{label}, regel {at + 1}",
            )
            for part, label, _ in columns
        ]
        for at in range(count)
    ]
    return Table(name, title, [(label, numeric) for _, label, numeric in columns], rows)


def _options(world: World) -> dict[str, Sequence[tuple[str, str]]]:
    """What can be chosen where the shape itself does not know it, by the name of the field."""

    def named(rows: Mapping[str, Any]) -> list[tuple[str, str]]:
        return sorted(((code, f"{row.name_nl} ({code})") for code, row in rows.items()), key=lambda pair: pair[1])

    return {
        "group": named(world.groups),
        "cluster": named(world.clusters),
        "productType": named(world.types),
        "circularStrategy": list(CircularStrategy.objects.order_by("rank").values_list("code", "name_nl")),
        "endOfLifePlan": list(EndOfLifePlan.objects.order_by("rank").values_list("code", "name_nl")),
        "source": [
            (code, row.title) for code, row in sorted(world.sources.items(), key=lambda pair: pair[1].title)
        ],
    }


def cells_of(kind: RowKind, row: ProposedRow, world: World) -> list[dict[str, str]]:
    """What differs in a row, cell by cell: label, what holds and what would hold, in words."""
    before, after = row.before or {}, row.after or {}
    shape = kind.shape_of(world, after or before)
    names = [camel(name) for name in shape.fields]
    old, new = (stored_values(kind, each, world) if each else {} for each in (before, after))
    return [
        {
            "label": _label(shape, name),
            "before": _said(shape, name, old.get(name)),
            "after": _said(shape, name, new.get(name)),
        }
        for name in names
        if before.get(name) != after.get(name)
    ]


def _label(shape: Object, name: str) -> str:
    field = field_at(shape, [name])
    return field.label if field is not None and field.label else name


def _said(shape: Object, name: str, value: Any) -> str:
    """A value in words; empty says so."""
    if value is None or value in ("", [], (), False):
        return "leeg" if value is not False else "nee"
    if value is True:
        return "ja"
    if isinstance(value, list):
        return "; ".join(_row_said(shape, name, each) for each in value)
    field = field_at(shape, [name])
    if getattr(field, "percent", False):
        return formats.percentage(value)
    if hasattr(value, "year"):
        return formats.short_day(value)
    names = getattr(field, "names", {})
    if isinstance(value, str):
        return str(names.get(value, value))
    unit = getattr(field, "unit", "")
    return f"{formats.exact(value)} {unit}".strip()


def _row_said(shape: Object, name: str, row: Any) -> str:
    if not isinstance(row, Mapping):
        return str(row)
    parts = []
    for key, value in row.items():
        if value in (None, ""):
            continue
        field = field_at(shape, [name, "0", key])
        said = formats.percentage(value) if getattr(field, "percent", False) else ""
        said = said or (
            str(getattr(field, "names", {}).get(value, value)) if isinstance(value, str) else formats.exact(value)
        )
        parts.append(f"{said} gerecycled" if key == "recycled" else said)
    return " ".join(parts)
