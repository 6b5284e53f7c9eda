"""Totals as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from contracts.models import ENDS, MEASURES, bound_of
from mvi_dashboard.ground import table_files
from mvi_dashboard.ground.described import as_json
from reporting.models.cells import WITHOUT_FORECAST
from reporting.resources import EffectTotal
from reporting.selectors import Row

KEY_HEADS = {
    "organisation": "Organisatie",
    "cluster": "Cluster",
    "productGroup": "Productgroep",
    "supplier": "Leverancier",
    "contract": "Contract",
    "theme": "Hoofdthema",
    "year": "Jaar",
}
_ONLY_OF_ROWS = {"forecast": {"estimated_of_forecast": "Beloofd bij prognose"}}
"""What only rows have, behind the measure that it belongs to"""
_ENDS = {"low": "laagste", "high": "hoogste"}
_COUNTS = {
    "contracts": "Contracten",
    "contracts_with_reference": "Contracten met referentie",
    WITHOUT_FORECAST: "Contracten zonder prognose",
    "incomplete_contracts": "Onvolledige contracten",
    "measured_share": "Deel gemeten",
}


def _heads() -> dict[str, str]:
    found: dict[str, str] = {}
    for code, measure in MEASURES.items():
        if measure.head:
            found |= {code: measure.head} | _ONLY_OF_ROWS.get(code, {})
        if measure.head and measure.bounded:
            found |= {bound_of(code, end): f"{measure.head}, {said}" for end, said in _ENDS.items()}
    return found | _COUNTS


DUTCH_HEADS = _heads()
"""Measures of a row in the files that people open, in the order of the columns"""


def as_csv(
    rows: Sequence[Row], largest: Sequence[float | None], group_by: Sequence[str], about: Mapping[str, str]
) -> str:
    """The same rows for a spreadsheet: points in numbers, unknown empty, and no text that a sheet would run.

    What the file is about stands in every row, behind the figures, so that each row still says it on its own.
    """
    flat = []
    for row, share in zip(rows, largest, strict=True):
        told = _flat(as_json(EffectTotal.of(row, share)))
        flat.append({**{key: told[key] for key in row.keys}, **told, **about})
    heads = list(flat[0]) if flat else [*group_by, "indicator", "unit", *about]
    return table_files.csv_of(heads, [list(each.values()) for each in flat])


def as_dutch_csv(rows: Iterable[Row], group_by: Sequence[str], about: Mapping[str, str]) -> str:
    """Rows as a Dutch spreadsheet opens them by a double click: BOM, semicolons, decimal commas, Dutch heads.

    What the file is about stands before the figures, in every row: rows that are copied elsewhere take it along.
    """
    heads = [*about, *(KEY_HEADS[key] for key in group_by), "Indicator", "Eenheid", *DUTCH_HEADS.values()]
    cells = []
    for row in rows:
        measures = row.values | {"measured_share": row.measured_share}
        names = [*about.values(), *(row.keys[key][1] for key in group_by)]
        cells.append([*names, row.name, row.unit, *(measures[name] for name in DUTCH_HEADS)])
    return table_files.dutch_csv_of(heads, cells)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """One column per number: also of bounds, which are two whether they are there or not."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict) and not _is_bounds(key, value):
            flat.update(_flat({f"{key}.{name}": part for name, part in value.items()}))
        elif key.partition(".")[0].endswith("Bounds"):
            flat.update({f"{key}.{end}": None if value is None else value[end] for end in ENDS})
        else:
            flat[key] = value
    return flat


def _is_bounds(key: str, value: dict[str, Any]) -> bool:
    return key.partition(".")[0].endswith("Bounds") and set(value) == set(ENDS)
