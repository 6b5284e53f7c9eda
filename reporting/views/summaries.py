"""What a dashboard says in words and key figures, of rows that were added up elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mvi_dashboard.ground import formats
from reporting.selectors import Row

from .figures import Scale, difference

KEPT = 0.005
"""Under half a percent there is nothing to tell"""


@dataclass(frozen=True)
class Headline:
    """Title and lead: the answer first."""

    title: str
    lead: str


def is_unknown(total: Row) -> bool:
    """Whether no contract has a number for this indicator."""
    return all(total.values[name] is None for name in ("estimated", "forecast", "realised_to_date"))


def headline(total: Row, scale: Scale, who: str) -> Headline:
    """What these totals say: volume and performance apart, a forecast never called actual."""
    found = total.values
    if is_unknown(total):
        return Headline("Er is geen getal", "Voor deze indicator ontbreken factoren. Daarom is er geen getal.")
    lead = (
        f"De prognose is {scale.said(found['forecast'])} {scale.unit}. "
        f"Geschat was, met dezelfde factoren, {scale.said(found['estimated'])}."
    )
    if not found["realised_to_date"] and not found["estimated_to_date"]:
        title = "Er is nog niets gemeten"
    elif found["function_promise"] and found["function_known"] is not None:
        promised = found["function_promise"]
        title = _promise_kept((found["function_known"] - promised) / abs(promised))
        lead += f" {_volume(total, scale)}"
    else:
        title = f"{who}: geschat, tot nu en prognose"
    return Headline(title, f"{lead}{_avoided(total, scale)}")


def _promise_kept(change: float) -> str:
    """Performance only: how much comes of what was really bought, against the promise for that."""
    if abs(change) < KEPT:
        return "De prognose is gelijk aan de belofte"
    verb = "boven" if change > 0 else "onder"
    said = formats.percentage(abs(change))
    return f"Per gebruikt jaar komt de prognose {said} {verb} de belofte uit"


def _volume(total: Row, scale: Scale) -> str:
    """Volume in a sentence of its own, and of which contracts title and volume are."""
    found = total.values
    volume, promised = found["function_quantity"] or 0.0, found["function_promise"] or 0.0
    said = "Het volume is samen zoals beloofd."
    if abs(volume) > 1e-9 * max(1.0, abs(promised)):
        said = f"Los daarvan is het volume anders dan beloofd: {formats.change(scale.of(volume))} {scale.unit}."
    contracts, incomplete = found["contracts"] or 0, found["incomplete_contracts"] or 0
    if incomplete:
        known = formats.number(contracts - incomplete)
        said += f" Dit zegt iets over de {known} contracten met volledige gegevens."
    return said


def _avoided(total: Row, scale: Scale) -> str:
    avoided, with_reference = total.values["avoided_forecast"], total.values["contracts_with_reference"] or 0
    if avoided is None or not with_reference:
        return ""
    verb = "minder" if avoided >= 0 else "meer"
    contracts = "1 contract" if with_reference == 1 else f"{formats.number(with_reference)} contracten"
    part = f"{scale.said(abs(avoided))} {scale.unit}"
    return f" Bij {contracts} met een referentie is dat {part} {verb} dan de markt."


def key_figures(total: Row, scale: Scale) -> list[dict[str, Any]]:
    """Estimated, to date, forecast and avoided, each with what it rests on."""
    found = total.values
    contracts = found["contracts"] or 0
    incomplete, with_reference = found["incomplete_contracts"] or 0, found["contracts_with_reference"] or 0
    complete = f"{formats.number(contracts - incomplete)} van {formats.number(contracts)} contracten compleet"
    return [
        _figure(
            "Geschat", "geschat", found["estimated"], scale, complete,
            _part(contracts - incomplete, contracts),
        ),
        _figure(
            "Tot nu", "tot-nu", found["realised_to_date"], scale,
            _to_date(found["estimated_to_date"], scale),
            total.measured_share, "van tot nu is met een meter gemeten",
        ),
        _figure(
            "Prognose", "prognose", found["forecast"], scale,
            f"{difference(found['estimated'], found['forecast'])} ten opzichte van geschat; "
            "volume en duur van het gebruik tellen mee",
            None,
        ),
        _figure(
            "Vermeden (prognose)", "vermeden-effect", found["avoided_forecast"], scale,
            "ten opzichte van wat de markt levert", _part(with_reference, contracts),
            "van de contracten heeft een referentie",
        ),
    ]  # fmt: skip


def _to_date(promised: float | None, scale: Scale) -> str:
    """The promise for the same; the other year views have none."""
    return "wat is vastgelegd" if promised is None else f"geschat tot nu: {scale.said(promised)} {scale.unit}"


def other_indicators(rows: Sequence[Row]) -> dict[str, Any]:
    """All indicators beside each other: less of one may not become more of another."""
    return {
        "caption": "Alle indicatoren",
        "columns": [
            {"label": "Indicator", "term": "indicator"},
            {"label": "Eenheid"},
            {"label": "Geschat", "term": "geschat", "num": True},
            {"label": "Prognose", "term": "prognose", "num": True},
            {"label": "Verschil, met volume", "term": "volume", "num": True},
            {"label": "Onvolledige contracten", "term": "onvolledig", "num": True},
        ],
        "rows": [
            [
                row.name,
                row.unit,
                formats.number(row.values["estimated"]),
                formats.number(row.values["forecast"]),
                difference(row.values["estimated"], row.values["forecast"]),
                formats.number(row.values["incomplete_contracts"]),
            ]
            for row in rows
        ],
    }


def incomplete_note(total: Row) -> str:
    """What the total leaves out, in one sentence; empty when it is complete."""
    found = total.values
    if not found["incomplete_contracts"]:
        return ""
    mass, hidden = found["mass_kg"], found["incomplete_mass_kg"]
    share = f", {formats.percentage(hidden / mass)} van de massa" if mass and hidden is not None else ""
    return f"Inclusief {formats.number(found['incomplete_contracts'])} contracten met onvolledige gegevens{share}."


def quality(total: Row) -> dict[str, float]:
    """The split of what is realised over classes of data."""
    share = total.measured_share
    if share is None:
        return {}
    return {name: part for name, part in (("measured", share), ("supplier", 1 - share)) if part > 0}


def _part(some: float, whole: float) -> float | None:
    return some / whole if whole else None


def _figure(
    label: str,
    term: str,
    value: float | None,
    scale: Scale,
    note: str,
    coverage: float | None,
    said: str = "is compleet",
) -> dict[str, Any]:
    return {
        "label": label,
        "term": term,
        "value": None if value is None else scale.said(value),
        "unit": scale.unit,
        "note": note,
        "coverage": coverage,
        "coverage_text": "" if coverage is None else f"{formats.percentage(coverage)} {said}",
    }
