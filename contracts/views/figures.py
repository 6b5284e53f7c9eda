"""What a contract or one of its products does, in the words and numbers of a page."""

from __future__ import annotations

from typing import Any

import numpy as np

from contracts.services import Assessment, avoided_of
from contracts.services.assessing import Part
from indicators.calculation.actual import Actual, Coverage
from indicators.selectors import IndicatorInfo
from mvi_dashboard.ground import formats

MEASURES = (
    ("estimated", "Geschat", "geschat", "beloofd, over de hele levensduur"),
    ("estimated_to_date", "Geschat tot nu", "geschat-tot-nu", "beloofd voor wat nu vast hoort te liggen"),
    ("realised_to_date", "Tot nu", "tot-nu", "vastgelegd, niets bijgeschat"),
    (
        "not_measured_to_date",
        "Niet gemeten",
        "niet-gemeten",
        "beloofd verbruik en reparaties waarover niets vastligt",
    ),
    ("forecast", "Prognose", "prognose", "tot nu, met de belofte voor wat nog komt"),
)
NOT_APPLICABLE = "n.v.t."
_USE_UNIT = "jaar gebruik (alle stuks samen)"


def known(value: Any) -> float | None:
    """The number, or None where it is unknown."""
    number = float(value)
    return None if np.isnan(number) else number


def measures_of(found: Actual, place: int, unit: str) -> list[dict[str, Any]]:
    """The five measures of one indicator, in the order in which they are read."""
    return [
        {
            "code": name,
            "label": label,
            "term": term,
            "note": _note(found, name, note),
            "value": formats.number(known(getattr(found, name)[place])),
            "unit": unit,
        }
        for name, label, term, note in MEASURES
    ]


def coverage_of(coverage: Coverage, items: str) -> list[dict[str, Any]]:
    """How much of what should be known is recorded: three parts, each with its bar or "n.v.t."."""
    return [
        _covered(
            "Geleverd", coverage.delivered, coverage.delivered_of, items, "Er hoefde nog niets geleverd te zijn."
        ),
        _covered(
            "Gebruik bekend",
            coverage.use,
            coverage.use_of,
            _USE_UNIT,
            "Er is geen verbruik per jaar dat gemeten hoort te zijn. Reparaties tellen hier niet mee.",
        ),
        _covered(
            "Afvoer bekend", coverage.retired, coverage.retired_of, items, "Er hoefde nog niets weg te zijn."
        ),
    ]


def reference_of(found: Actual, reference: Part, place: int, unit: str) -> dict[str, Any]:
    """Effect, reference and avoided of both columns; without a market standard that is said."""
    avoided = avoided_of(found, reference)
    columns = [
        ("Geschat", found.estimated[place], reference[0][place], avoided[0][place]),
        ("Prognose", found.forecast[place], reference[1][place], avoided[1][place]),
    ]
    unknown = bool(np.isnan(reference[0][place]))
    return {
        "known": not unknown,
        "unit": unit,
        "rows": [_adding_up(label, *values) for label, *values in columns],
    }


def other_indicators(found: Assessment, chosen: str, address: str) -> dict[str, Any]:
    """The other indicators of the basis: those that are known as a table, the others by name."""
    rows, unknown = [], []
    for place, info in enumerate(found.core.arrays.indicators):
        if info.code == chosen:
            continue
        if np.isnan(found.whole.estimated[place]):
            unknown.append(info.name)
            continue
        values = [
            formats.number(known(getattr(found.whole, name)[place]))
            for name in ("estimated", "realised_to_date", "forecast")
        ]
        rows.append(
            {
                "name": formats.capital(info.name),
                "unit": info.unit,
                "values": values,
                "url": f"{address}indicator={info.code}",
                "complete": bool(found.whole.complete[place]),
            }
        )
    return {"rows": rows, "unknown": unknown}


def promise_of(promised: dict[str, Any], info: IndicatorInfo, basis: str) -> dict[str, Any] | None:
    """The frozen promise of the award for one indicator; None when it was no part of that basis."""
    row = next((each for each in promised.get("impacts", ()) if each["indicator"] == info.code), None)
    if row is None:
        return None
    return {
        "basis": promised["basis"],
        "same_basis": promised["basis"] == basis,
        "unit": row["unit"],
        "lifetime": row["lifetimeImpact"],
        "per_year": row["perYear"],
        "demand": row["demandImpact"],
        "reference": None if promised.get("referenceIsBaseline") else row["reference"],
        "avoided": None if promised.get("referenceIsBaseline") else row["avoided"],
        "price": None if promised.get("price") is None else float(promised["price"]),
        "complete": row["complete"],
    }


def _note(found: Actual, name: str, note: str) -> str:
    if name == "realised_to_date" and not found.recorded:
        return "nog niets gemeten"
    return note


def _covered(
    label: str, fraction: float | None, part: tuple[float, float], unit: str, nothing: str
) -> dict[str, Any]:
    if fraction is None:
        return {"label": label, "value": NOT_APPLICABLE, "text": nothing, "fraction": None}
    text = f"{formats.number(part[0])} van {formats.number(part[1])} {unit}"
    return {"label": label, "value": formats.percentage(fraction), "text": text, "fraction": fraction}


def _adding_up(label: str, effect: float, reference: float, avoided: float) -> dict[str, Any]:
    if np.isnan([effect, reference, avoided]).any():
        return {
            "label": label,
            "effect": formats.number(known(effect)),
            "reference": "marktstandaard onbekend" if np.isnan(reference) else formats.number(known(reference)),
            "avoided": formats.UNKNOWN,
            "css": "",
        }
    (effect_text, avoided_text), total = formats.adding_up([effect, avoided], reference)
    css = "avoided" if avoided > 0 else ("extra" if avoided < 0 else "")
    return {"label": label, "effect": effect_text, "reference": total, "avoided": avoided_text, "css": css}
