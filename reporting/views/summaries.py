"""What a dashboard says in words and key figures, of rows that were added up elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.selectors import KEPT, PromiseCounts
from mvi_dashboard.ground import formats
from reporting.models.cells import WITHOUT_FORECAST
from reporting.selectors import Row

from .figures import Scale, said_between, scale_for
from .filters import Asked

_ALIKE = 0.005
"""Under half a percent two totals read as the same number"""
_LEFT_OF_IT = 0.1
"""Of the difference of a year at most this is left over all years, when it is one of time"""


@dataclass(frozen=True)
class Headline:
    """Title and lead: the answer first."""

    title: str
    lead: str


def is_unknown(total: Row) -> bool:
    """Whether no contract has a number for this indicator."""
    return all(total.values[name] is None for name in ("estimated", "forecast", "realised_to_date"))


def headline(
    total: Row, every: Row | None, scale: Scale, who: str, asked: Asked, now: int, *, recorded: bool
) -> Headline:
    """What these totals say, each sentence on one basis: that of the key figure it names. A forecast is never
    called actual.

    `every`: the same of all years together, where a year is asked. `recorded`: of some contract something is
    recorded, however little effect that has.
    """
    found = total.values
    if is_unknown(total):
        return Headline("Er is geen getal", "Voor deze indicator ontbreken factoren. Daarom is er geen getal.")
    promised = f"Beloofd is {scale.amount(found['estimated'])}."
    # What may not be told is not nothing, and neither is what has no effect.
    nothing = found["realised_to_date"] == 0 and not found["estimated_to_date"]
    if recorded:
        in_one_year = asked.year is not None and not asked.question.by_award_year
        nothing = nothing and in_one_year and bool(found["estimated"] or found["forecast"])
    if nothing and (asked.year or now) <= now:
        title = f"In {asked.year} is nog niets gemeten" if asked.year else "Er is nog niets gemeten"
        moved = _moved(total, every)
        forecast = f"De prognose is {scale.amount(found['forecast'])}." if moved else ""
        return Headline(title, _sentences(promised, _avoided(total, scale, "estimated"), forecast, moved))
    if found["forecast"] is None:
        title = f"{who}: de prognose is onbekend"
        return Headline(title, _sentences(promised, _avoided(total, scale, "estimated")))
    title = f"{_subject(asked, total, scale, now)} uit op {scale.amount(found['forecast'])}"
    lead = _volume(total, scale) if found["function_promise"] else "Volume en duur van het gebruik tellen mee."
    moved = _moved(total, every)
    happened = is_closed(asked, now) and happened_whole(total, scale)
    return Headline(
        f"{title}{_compared(total)}",
        _sentences(lead, moved, _avoided(total, scale, "forecast", happened=happened)),
    )


def _sentences(*said: str) -> str:
    return " ".join(each for each in said if each)


def is_closed(asked: Asked, now: int) -> bool:
    """Whether these numbers are of a calendar year that is over."""
    return asked.year is not None and asked.year < now and not asked.question.by_award_year


def happened_whole(total: Row, scale: Scale) -> bool:
    """Whether everything was recorded: what happened is shown as the same number as the forecast."""
    return scale.step(total.values["realised_to_date"], total.values["forecast"]) == formats.change(
        0, scale.decimals
    )


def _subject(asked: Asked, total: Row, scale: Scale, now: int) -> str:
    known = "voor zover bekend " if total.values["incomplete_contracts"] else ""
    if asked.year is None:
        return f"De prognose komt {known}".strip()
    if asked.question.by_award_year:
        return f"Wat in {asked.year} definitief is gegund, komt {known}".strip()
    if not is_closed(asked, now):
        return f"{asked.year} komt {known}".strip()
    how = "kwam" if happened_whole(total, scale) else "komt volgens de prognose"
    return f"{asked.year} {how} {known}".strip()


def _compared(total: Row) -> str:
    """The same difference as in the key figures, in words; empty when there is nothing to compare with."""
    estimated, forecast = total.deviation
    if not estimated or forecast is None:
        return ""
    change = (forecast - estimated) / abs(estimated)
    return ", zoals beloofd" if abs(change) < _ALIKE else f", {formats.compared(change)} beloofd"


def _moved(total: Row, every: Row | None) -> str:
    """That the difference of a year with its promise is one of time: over all years there is hardly any."""
    if every is None or None in (*total.deviation, *every.deviation):
        return ""
    here, anywhere = ((row.deviation[1] or 0.0) - (row.deviation[0] or 0.0) for row in (total, every))
    if abs(here) <= _ALIKE * abs(total.deviation[0] or 0.0) or abs(anywhere) > _LEFT_OF_IT * abs(here):
        return ""
    where = "naar dit jaar" if here > 0 else "naar een ander jaar"
    late = "zoals van een levering die later komt dan beloofd"
    return f"Er schuift effect {where}, {late}. Over alle jaren samen scheelt dat bijna niets."


def promise_kept(found: PromiseCounts) -> str:
    """How many contracts keep their promise: performance, so in a sentence of its own; empty without any."""
    if not found.known:
        return ""
    margin = formats.percentage(KEPT)
    how = f"Dat is over alle jaren samen, per gebruikt jaar, zonder volume, met {margin} speling."
    if found.known == 1:
        result = "gaat zoals beloofd" if found.kept else "gaat niet zoals beloofd"
        return f"Het ene contract waarvan iets is gemeten, {result}. {how}"
    verb = "gaat" if found.kept == 1 else "gaan"
    known, kept = formats.counted(found.known, "contract", "contracten"), formats.number(found.kept)
    return f"Van de {known} waarvan iets is gemeten, {verb} er {kept} zoals beloofd. {how}"


def nothing_promised(found: PromiseCounts) -> str:
    """Of how many contracts the estimate stands where of others the promise does; empty without any."""
    if not found.unpromised:
        return ""
    those = formats.counted(found.unpromised, "contract", "contracten")
    return f"Van {those} zonder aanbesteding hier is niets beloofd. In ‘beloofd’ telt daarvan de schatting mee."


def _volume(total: Row, scale: Scale) -> str:
    """Volume in a sentence of its own, and of which contracts title and volume are."""
    found = total.values
    volume, promised = found["function_quantity"] or 0.0, found["function_promise"] or 0.0
    said = "Het volume is samen zoals beloofd."
    if abs(volume) > 1e-9 * max(1.0, abs(promised)):
        said = f"Los daarvan is het volume anders dan beloofd: {formats.change(scale.of(volume))} {scale.unit}."
    contracts, incomplete = found["contracts"] or 0, found["incomplete_contracts"] or 0
    said += "" if incomplete else _time(total, volume, scale)
    if incomplete:
        known = formats.counted(contracts - incomplete, "contract", "contracten")
        said += f" Dat gaat over {known} met volledige gegevens."
    return said


def _time(total: Row, volume: float, scale: Scale) -> str:
    """What is left of the difference of these totals: neither volume nor performance, but how long things last."""
    found = total.values
    estimated, forecast = total.deviation
    if estimated is None or forecast is None or found["function_known"] is None:
        return ""
    time = forecast - estimated - volume - (found["function_known"] - (found["function_promise"] or 0.0))
    if abs(time) < _ALIKE * abs(estimated):
        return ""
    longer = f"{formats.change(scale.of(time))} {scale.unit}"
    return f" Dat iets langer of korter meegaat of loopt dan beloofd, scheelt {longer}."


def _avoided(total: Row, scale: Scale, column: str, *, happened: bool = False) -> str:
    """What is avoided by the promise (`estimated`) or by the forecast."""
    avoided, with_reference = total.values[f"avoided_{column}"], total.values["contracts_with_reference"] or 0
    if avoided is None or not with_reference:
        return ""
    verb = "minder" if avoided >= 0 else "meer"
    contracts = formats.counted(with_reference, "contract", "contracten")
    part = scale.said(abs(avoided))
    than = "evenveel als" if part == scale.said(0) else f"{part} {scale.unit} {verb} dan"
    forecast = "wat er gebeurde" if happened else "de prognose"
    what = {"estimated": "het beloofde effect", "forecast": forecast}[column]
    return f"Bij {contracts} met een referentie is {what} {than} wat de markt levert."


def key_figures(total: Row, scale: Scale, asked: Asked, now: int) -> list[dict[str, Any]]:
    """Promised, to date, forecast and avoided, each with what it rests on. Of a year that is over and was recorded
    in whole there is no forecast."""
    found, year = total.values, asked.year
    contracts = found["contracts"] or 0
    incomplete, with_reference = found["incomplete_contracts"] or 0, found["contracts_with_reference"] or 0
    complete = f"{formats.part_counted(contracts - incomplete, contracts, 'contract', 'contracten')} volledig"
    in_year = f" {year}" if year else ""
    between = {
        name: scale.between(total, name)
        for name in ("estimated", "forecast", "realised_to_date", "avoided_forecast")
    }
    changed = f"{_difference(total, scale)}; volume en duur van het gebruik tellen mee"
    promised = _figure(
        f"Beloofd{in_year and f' voor{in_year}'}", "beloofd", found["estimated"], scale, complete,
        _part(contracts - incomplete, contracts) if incomplete else None,
    ) | {"between": between["estimated"]}  # fmt: skip
    measured = (total.measured_share, "daarvan is met een meter gemeten")
    avoided = _figure(
        "Vermeden (prognose)", "vermeden-effect", found["avoided_forecast"], scale,
        "ten opzichte van wat de markt levert", _part(with_reference, contracts),
        "van de contracten heeft een referentie",
    ) | {"between": between["avoided_forecast"]}  # fmt: skip
    if is_closed(asked, now) and happened_whole(total, scale):
        happened = _figure(f"Gebeurd{in_year}", "tot-nu", found["forecast"], scale, changed, *measured)
        happened |= {"between": between["forecast"]}
        return [promised, happened, avoided | {"label": "Vermeden"}]
    label = "Gebeurd" if is_closed(asked, now) else "Tot nu"
    to_date = _to_date(total, scale, begun=(year or now) <= now or asked.question.by_award_year)
    forecast = _figure(f"Prognose{in_year}", "prognose", found["forecast"], scale, changed, None)
    return [
        promised,
        _figure(label, "tot-nu", found["realised_to_date"], scale, to_date, *measured)
        | {"between": between["realised_to_date"]},
        forecast | {"between": between["forecast"]},
        avoided,
    ]


def _difference(total: Row, scale: Scale) -> str:
    estimated, forecast = total.deviation
    if estimated is None or forecast is None:
        return "het verschil met beloofd is onbekend"
    step, percent = scale.step(estimated, forecast), scale.difference(estimated, forecast)
    if step == formats.change(0, scale.decimals):
        return "zoals beloofd"
    said = f" ({percent})" if "%" in percent else ""
    changed = f"{step} {scale.unit}{said} ten opzichte van beloofd"
    if not total.values[WITHOUT_FORECAST]:
        return changed
    return f"{changed}: {scale.amount(estimated)} voor dezelfde contracten"


def _to_date(total: Row, scale: Scale, *, begun: bool) -> str:
    """The promise for the same; the other year views have none."""
    promised = total.values["estimated_to_date"]
    if promised is not None:
        return f"beloofd tot nu: {scale.amount(promised)}"
    return "wat is vastgelegd" if begun else "dit jaar is nog niet begonnen"


def other_indicators(rows: Sequence[Row], *, tons: bool) -> dict[str, Any]:
    """All indicators beside each other, in the weight of the page: less of one may not become more of another."""
    bounded = any(row.bounded for row in rows)
    return {
        "caption": "Alle indicatoren",
        "columns": [
            {"label": "Indicator", "term": "indicator"},
            {"label": "Eenheid", "whole": True},
            {"label": "Beloofd", "term": "beloofd", "num": True},
            {"label": "Prognose", "term": "prognose", "num": True},
            *([{"label": "Prognose, tussen grenzen", "term": "bandbreedte", "num": True}] if bounded else []),
            {"label": "Verschil, met volume", "term": "volume", "num": True},
            {"label": "Onvolledige contracten", "term": "onvolledig", "num": True},
        ],
        "rows": [_indicator(row, scale_for(row, tons=tons), bounded=bounded) for row in rows],
    }


def _indicator(row: Row, scale: Scale, *, bounded: bool) -> list[str]:
    found = row.values
    return [
        row.name,
        scale.unit,
        scale.said(found["estimated"]),
        scale.said(found["forecast"]),
        *([said_between(scale, row)] if bounded else []),
        scale.difference(*row.deviation),
        formats.number(found["incomplete_contracts"]),
    ]


def incomplete_note(total: Row) -> str:
    """What the total leaves out, in one sentence; empty when it is complete."""
    found = total.values
    if not found["incomplete_contracts"]:
        return ""
    mass, hidden = found["mass_kg"], found["incomplete_mass_kg"]
    share = f", {formats.percentage(hidden / mass)} van de massa" if mass and hidden is not None else ""
    contracts = formats.counted(found["incomplete_contracts"], "contract", "contracten")
    return f"Inclusief {contracts} met onvolledige gegevens{share}."


def bounds_note(total: Row, scale: Scale) -> str:
    """That a part is known between bounds only, or that we may not say between which; empty where it is not."""
    if total.bounds_hidden:
        return (
            "Een deel van deze cijfers ligt tussen grenzen. Die tellen wij hier niet op: in een van de sommen "
            "zouden zij minder dan 5 contracten verraden. De cijfers zelf rekenen met de rekenwaarde."
        )
    said = scale.between(total, "forecast")
    if not said:
        return ""
    return (
        f"De prognose ligt {said} {scale.unit}, omdat een deel op een bandbreedte rust. Dat is de som van de "
        "grenzen per contract. Het echte getal ligt er nooit buiten."
    )


def without_forecast_note(total: Row) -> str:
    """Of how many contracts only the promise is told, in words; empty when every forecast is."""
    number = int(total.values[WITHOUT_FORECAST] or 0)
    if not number:
        return ""
    contracts = formats.counted(number, "contract", "contracten")
    return (
        f"De prognose van {contracts} telt niet mee, wat is beloofd wel. In elke som daarvan wijken minder dan 5 "
        "contracten af van wat is beloofd, en het verschil zou die laten zien. Een verschil met beloofd gaat hier "
        "alleen over de andere contracten."
    )


def quality(total: Row, counts: PromiseCounts) -> dict[str, float]:
    """The split of what is realised over classes of data; of single years only the whole of it is known."""
    share = counts.measured_share if total.measured_share is None else total.measured_share
    if share is None:
        return {}
    on_ranges = counts.on_ranges_share
    by_meter = min(share, 1 - on_ranges) if not on_ranges else min(counts.by_meter_share, 1 - on_ranges)
    parts = {"measured": by_meter, "supplier": 1 - on_ranges - by_meter, "range": on_ranges}
    return {name: part for name, part in parts.items() if part > 0}


def _part(some: float, whole: float) -> float | None:
    return some / whole if whole else None


def _figure(
    label: str,
    term: str,
    value: float | None,
    scale: Scale,
    note: str,
    coverage: float | None,
    said: str = "is volledig",
) -> dict[str, Any]:
    return {
        "label": label,
        "term": term,
        "value": None if value is None else scale.said(value),
        "unit": "" if value is None else scale.unit,
        "note": note,
        "coverage": coverage,
        "coverage_text": "" if coverage is None else f"{formats.percentage(coverage)} {said}",
    }
