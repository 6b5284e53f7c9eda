"""From the words that people choose to the codes of a document: for a form and for a workbook alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indicators.selectors import MaterialInfo, codes_by_name, materials_visible_to, reference_stamp
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import english, worded

Document = dict[str, Any]
CHOSEN = "chosen"
"""What a person chose from the suggestions of a row, in a form"""


def with_codes(document: Document, actor: Actor) -> Document:
    """The document with the codes of materials and flows where names were typed, and each flow in its unit.

    What is unknown stays as it was typed.
    """
    if not _rows(document, "lines"):
        return document
    stamp = reference_stamp()
    known = materials_visible_to(actor, stamp)
    by_name = codes_by_name(stamp) | {info.name.lower(): code for code, info in known.items()}
    if english():
        by_name = _by_english_name(known) | by_name

    def coded(row: Document, field: str) -> Document:
        # What a person chose from the suggestions stands in for what was typed, also when that was a name.
        chosen = str(row.get(CHOSEN) or "").strip()
        row = {name: value for name, value in row.items() if name != CHOSEN}
        if chosen in known:
            return row | {field: chosen}
        typed = str(row.get(field) or "").strip()
        if not typed or typed in known:
            return row
        return row | {field: by_name.get(typed.lower(), typed)}

    def in_its_unit(row: Document) -> Document:
        if not any(str(value).strip() for value in row.values()):
            return row
        info = known.get(str(row.get("flow") or ""))
        # The form has no box for the unit; what the flow is gets its message, not the unit.
        return row | {"unit": info.unit if info else "-"}

    lines = []
    for line in _rows(document, "lines"):
        changed = dict(line)
        if "billOfMaterials" in line:
            changed["billOfMaterials"] = [coded(row, "material") for row in _rows(line, "billOfMaterials")]
        if "use" in line:
            changed["use"] = [in_its_unit(coded(row, "flow")) for row in _rows(line, "use")]
        lines.append(changed)
    return document | {"lines": lines}


def _rows(document: Mapping[str, Any], name: str) -> list[Document]:
    rows = document.get(name)
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []


def _by_english_name(known: Mapping[str, MaterialInfo]) -> dict[str, str]:
    """The codes by the names that an English page shows; one that two materials share says nothing."""
    found: dict[str, list[str]] = {}
    for code, info in known.items():
        found.setdefault(worded(info.name).lower(), []).append(code)
    return {name: codes[0] for name, codes in found.items() if len(codes) == 1}
