"""Totals as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from reporting.selectors import Row

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def effect_row(row: Row) -> dict[str, Any]:
    """One total."""
    found = row.values
    return {
        **{key: value[0] for key, value in row.keys.items()},
        "indicator": row.indicator,
        "unit": row.unit,
        "estimated": found["estimated"],
        "estimatedToDate": found["estimated_to_date"],
        "realisedToDate": found["realised_to_date"],
        "notMeasuredToDate": found["not_measured_to_date"],
        "forecast": found["forecast"],
        "functionForecast": found["function_forecast"],
        "reference": {"estimated": found["reference_estimated"], "forecast": found["reference_forecast"]},
        "avoided": {"estimated": found["avoided_estimated"], "forecast": found["avoided_forecast"]},
        "elimination": found["elimination"],
        "contracts": found["contracts"],
        "contractsWithReference": found["contracts_with_reference"],
        "incompleteContracts": found["incomplete_contracts"],
        "measuredShare": row.measured_share,
        "withheld": row.withheld,
    }


def as_csv(rows: Iterable[Row], group_by: Sequence[str]) -> str:
    """The same rows for a spreadsheet: points in numbers, unknown empty, and no text that a sheet would run."""
    out = io.StringIO()
    writer = csv.writer(out)
    header: list[str] | None = None
    for row in rows:
        flat = _flat(effect_row(row))
        if header is None:
            header = list(flat)
            writer.writerow(header)
        writer.writerow([_safe(value) for value in flat.values()])
    if header is None:
        writer.writerow([*group_by, "indicator", "unit"])
    return out.getvalue()


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            flat.update({f"{key}.{name}": part for name, part in value.items()})
        else:
            flat[key] = value
    return flat


def _safe(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return f"'{value}"
    return value
