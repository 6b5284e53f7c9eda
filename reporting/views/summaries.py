"""What a dashboard says in words and key figures, of rows that were added up elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mvi_dashboard.ground import formats
from reporting.selectors import Row

from .figures import Scale, difference


@dataclass(frozen=True)
class Headline:
    """Title and lead: the answer first."""

    title: str
    lead: str


def headline(total: Row, scale: Scale, who: str) -> Headline:
    """What these totals say: volume and performance apart, a forecast never called actual."""
    found = total.values
    estimated, forecast, function = found["estimated"], found["forecast"], found["function_forecast"]
    if not found["realised_to_date"] and not found["estimated_to_date"]:
        title = "Er is nog niets gemeten"
    elif estimated and function is not None:
        title = _promise_kept((function - estimated) / abs(estimated))
    else:
        title = f"{who}: geschat, tot nu en prognose"
    lead = (
        f"De prognose is {scale.said(forecast)} {scale.unit}. Geschat bij de gunning was {scale.said(estimated)}."
    )
    avoided, with_reference = found["avoided_forecast"], found["contracts_with_reference"] or 0
    if avoided is not None and with_reference:
        verb = "minder" if avoided >= 0 else "meer"
        part = f"{scale.said(abs(avoided))} {scale.unit}"
        lead += f" Bij {formats.number(with_reference)} contracten met een referentie is dat {part} {verb} dan "
        lead += "de markt."
    return Headline(title, lead)


def _promise_kept(change: float) -> str:
    if abs(change) < 0.005:
        return "De prognose is gelijk aan de belofte"
    verb = "boven" if change > 0 else "onder"
    said = formats.percentage(abs(change))
    return f"Per gebruikt jaar komt de prognose {said} {verb} de belofte uit"


def key_figures(total: Row, scale: Scale) -> list[dict[str, Any]]:
    """Estimated, to date, forecast and avoided, each with what it rests on."""
    found = total.values
    contracts = found["contracts"] or 0
    incomplete, with_reference = found["incomplete_contracts"] or 0, found["contracts_with_reference"] or 0
    complete = f"{formats.number(contracts - incomplete)} van {formats.number(contracts)} contracten compleet"
    return [
        _figure(
            "Geschat bij gunning", found["estimated"], scale, complete,
            _part(contracts - incomplete, contracts),
        ),
        _figure(
            "Tot nu", found["realised_to_date"], scale,
            f"geschat tot nu: {scale.said(found['estimated_to_date'])} {scale.unit}",
            total.measured_share, "van tot nu is met een meter gemeten",
        ),
        _figure(
            "Prognose", found["forecast"], scale,
            f"{difference(found['estimated'], found['forecast'])} ten opzichte van geschat",
            None,
        ),
        _figure(
            "Vermeden (prognose)", found["avoided_forecast"], scale,
            "ten opzichte van wat de markt levert", _part(with_reference, contracts),
            "van de contracten heeft een referentie",
        ),
    ]  # fmt: skip


def other_indicators(rows: Sequence[Row]) -> dict[str, Any]:
    """All indicators beside each other: less of one may not become more of another."""
    return {
        "caption": "Alle indicatoren",
        "columns": [
            {"label": "Indicator"},
            {"label": "Eenheid"},
            {"label": "Geschat", "num": True},
            {"label": "Prognose", "num": True},
            {"label": "Verschil", "num": True},
            {"label": "Onvolledige contracten", "num": True},
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
    label: str, value: float | None, scale: Scale, note: str, coverage: float | None, said: str = "is compleet"
) -> dict[str, Any]:
    return {
        "label": label,
        "value": None if value is None else scale.said(value),
        "unit": scale.unit,
        "note": note,
        "coverage": coverage,
        "coverage_text": "" if coverage is None else f"{formats.percentage(coverage)} {said}",
    }
