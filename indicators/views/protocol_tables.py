"""The questions of a protocol as tables: what is asked, what differs, and how often it was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from indicators.protocols.protocol_concepts import Place
from indicators.protocols.protocol_differences import changed_protocol, differences
from indicators.protocols.protocol_effects import Answered, answered_in
from indicators.protocols.questions import ANSWERS, SHOWN, key_of, kinds_of, questions_in, shape_of
from indicators.selectors.protocols import LEVELS, LIGHT, PLACES
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.inputs import field_at
from mvi_dashboard.ground.shapes import Boolean, Choice

TYPES = {
    "fraction": "%",
    "choice": "keuze",
    "yes-no": "ja of nee",
    "text": "tekst",
    "date": "datum",
    "list": "lijst",
}
_ALWAYS, _NEVER, _UNCOUNTED = "altijd", "nog niet gevraagd", "niet geteld"


@dataclass(frozen=True)
class Row:
    """One question in a table."""

    key: str
    label: str
    answer: str
    bounds: str
    level: str
    needed: str
    filled: str
    of: str
    """of how many bids that is, in words"""
    tag: str
    """nieuw, gewijzigd, verplaatst, vervalt or nothing"""
    url: str

    @property
    def asked(self) -> bool:
        """Whether it is still asked."""
        return self.tag != "vervalt"

    @property
    def unknown(self) -> bool:
        """Whether nobody knows how often it was answered."""
        return self.filled in (_NEVER, _UNCOUNTED)


@dataclass(frozen=True)
class Table:
    """The questions in one place."""

    place: str
    title: str
    rows: Sequence[Row]

    @property
    def counted(self) -> bool:
        """Whether these are questions of which a supplier answers all; declared results are free to give."""
        return self.place != "declared"


def questions_shown(place: Place) -> list[Table]:
    """Every question, by place, in the order of the form; what is dropped comes last."""
    new, old = questions_in(place.shown.definition), questions_in(place.held.definition)
    changes = {each.key: each for each in differences(place)}
    counted = answered_in(place)
    kinds = set(kinds_of(place.group))  # what is only asked of other goods is asked of nobody here
    tables = []
    for name in SHOWN:
        found = [row for row in new.values() if row["place"] == name and kinds & set(row["applies_to"])]
        gone = [row for key, row in old.items() if row["place"] == name and key not in new]
        rows = [_row(row, _tag(changes.get(key_of(row))), place, counted) for row in found]
        rows += [_row(row, "vervalt", place, counted) for row in gone]
        if rows or name == ANSWERS:
            tables.append(Table(name, PLACES[name], rows))
    return tables


def _tag(change: Any) -> str:
    if change is None:
        return ""
    if change.before is None:
        return "nieuw"
    alike = {name: value for name, value in change.before.items() if name != "position"}
    return "verplaatst" if alike == {k: v for k, v in change.after.items() if k != "position"} else "gewijzigd"


def _row(row: Mapping[str, Any], tag: str, place: Place, counted: Mapping[str, Answered]) -> Row:
    key = key_of(row)
    filled, of = _filled(row, key, tag, counted)
    url = reverse("indicators:protocol_question", args=[place.code, key]) if tag != "vervalt" else ""
    needed = row.get("required_from")
    return Row(
        key,
        row["label_nl"],
        _answer(row),
        _bounds(row),
        LEVELS[row["asked_from"]],
        f"nodig vanaf {LEVELS[needed]}" if needed else "mag leeg",
        filled,
        of,
        tag,
        url,
    )


def _answer(row: Mapping[str, Any]) -> str:
    kind = row.get("type") or ""
    if kind == "choice" and row.get("choices"):
        return f"keuze uit {len(row['choices'])}"
    return TYPES.get(kind) or row.get("unit") or "getal"


def _bounds(row: Mapping[str, Any]) -> str:
    if row["place"] != ANSWERS:
        return ""
    low, high = (_number(row.get(name)) for name in ("min", "max"))
    if low and high:
        return f"{low} tot {high}"
    return f"minstens {low}" if low else f"hoogstens {high}" if high else ""


def _number(value: str | None) -> str:
    return "" if value is None else str(value).replace(".", ",")


def _filled(row: Mapping[str, Any], key: str, tag: str, counted: Mapping[str, Answered]) -> tuple[str, str]:
    if row["place"] != ANSWERS and row.get("required_from") == LIGHT:
        return _ALWAYS, ""
    found = counted.get(key)
    if found is not None:
        of = formats.counted(found.asked, "inschrijving", "inschrijvingen")
        return formats.percentage(found.answered / found.asked), f"van {of}"
    return (_NEVER if row["place"] == ANSWERS or tag == "nieuw" else _UNCOUNTED), ""


def changes_shown(place: Place) -> list[dict[str, Any]]:
    """What the concept says otherwise, question by question and cell by cell."""
    found: list[dict[str, Any]] = []
    said = changed_protocol(place)
    if said:
        labels = {"declaredProduction": "Eigen getal van de maker mag voor", "nameNl": "Naam"}
        cells = [_cell(labels[name], _listed(before), _listed(after)) for name, (before, after) in said.items()]
        found.append({"name": "Het protocol zelf", "key": "", "what": "gewijzigd", "cells": cells})
    for each in differences(place):
        shown = each.after or each.before or {}
        what = "vervalt" if each.after is None else _tag(each)
        cells = _cells(each.key, each.before, each.after) if each.after is not None else []
        found.append({"name": shown.get("labelNl", each.key), "key": each.key, "what": what, "cells": cells})
    return found


def _cells(key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[dict[str, str]]:
    shape, old = shape_of(key), before or {}
    cells = []
    for name in (each for each in (*after, *old) if old.get(each) != after.get(each)):
        field = field_at(shape, [name])
        assert field is not None
        cells.append(_cell(field.label, _said(field, old.get(name)), _said(field, after.get(name))))
    return list({each["label"]: each for each in cells}.values())


def _cell(label: str, before: str, after: str) -> dict[str, str]:
    return {"label": label, "before": before, "after": after}


def _said(field: Any, value: Any) -> str:
    if isinstance(field, Boolean):
        return "ja" if value else "nee"
    if value is None:
        return "leeg"
    if isinstance(value, list):
        return ", ".join(str(each["nameNl"]) for each in value)
    return str(field.names.get(value, value)) if isinstance(field, Choice) else str(value)


def _listed(value: Any) -> str:
    return (", ".join(value) or "geen") if isinstance(value, list) else str(value)
