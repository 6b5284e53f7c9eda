"""What a bidder declares itself: its rows in the bid form, and how it stands beside our own number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indicators.selectors import BasisArrays
from indicators.views.asked_inputs import typed_value
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.inputs import field_at
from mvi_dashboard.ground.shapes import Object, camel
from mvi_dashboard.ground.time_zone import AMSTERDAM
from tenders.models import DeclaredResult
from tenders.services.declared import standing

NAME = "declaredResults"
ADD = "add-declared"
ADDED = "Er is een eigen resultaat bij."
NOTE = "Dit heeft de leverancier zelf opgegeven. Wij hebben het niet berekend en rekenen er niet mee."


def declared_rows(document: Mapping[str, Any], arrays: BasisArrays) -> dict[str, Any]:
    """The rows that the form draws: what was given, and one to fill in; blank rows are left out when sent."""
    number = _number_of(document)
    names = [f"{NAME}.{place}" for place in range(number + 1)]
    return {
        "declared_names": names,
        "declared_indicators": [(info.code, info.name) for info in arrays.indicators],
        "declares": number > 0,
    }


def new_row(document: Mapping[str, Any]) -> str:
    """The name of the first input of the row that is there to fill in."""
    return f"{NAME}.{_number_of(document)}.line"


def typed_declared(document: Mapping[str, Any], shape: Object) -> list[dict[str, str]]:
    """The declared results of a bid as it was sealed, in the words of the form."""
    row = field_at(shape, [NAME, "0"])
    fields = {camel(name): field for name, field in row.fields.items()} if isinstance(row, Object) else {}
    return [
        {name: typed_value(fields.get(name), value) for name, value in each.items() if value is not None}
        for each in document.get(NAME) or ()
    ]


def shown_of(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The declared results of a bid that is not stored in rows, from its data as it was read."""
    columns = [field.name for field in DeclaredResult._meta.fields if field.name not in ("line", "indicator")]
    titles = {line.reference: line.title for line in data["lines"]}
    found = []
    for row in data["declared_results"] or ():
        values = {name: row[name] if row[name] is not None else "" for name in columns if name in row}
        values |= {name: row[name] for name in ("value", "valid_until")}
        named = values["name"] or row["indicator"] or ""
        found.append(shown(DeclaredResult(**values | {"name": named}), titles.get(row["line"], row["line"])))
    return found


def shown(row: DeclaredResult, line: str = "") -> dict[str, Any]:
    """One declared result with all that is known about it, and what must be said beside it today.

    `line` names the product of a row that is not stored.
    """
    today = clock.now().astimezone(AMSTERDAM).date()
    found = standing(row, today)
    version = " ".join(part for part in (row.method, row.method_version) if part)
    return {
        "line": line or str(row.line),
        "name": found.name[:1].upper() + found.name[1:],
        "value": row.value,
        "grade": row.grade,
        "unit": row.unit,
        "method": ", ".join(part for part in (version, row.tool) if part),
        "verification": row.verification,
        "valid_until": row.valid_until,
        "document": row.document,
        "marks": found.marks,
    }


def _number_of(document: Mapping[str, Any]) -> int:
    given = document.get(NAME)
    return len(given) if isinstance(given, list) else 0
