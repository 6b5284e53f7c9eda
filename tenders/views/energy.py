"""The energy in use that a buyer chose, in words: beside what is asked and at every number that rests on it."""

from __future__ import annotations

from collections.abc import Iterable

from indicators.selectors import names_of_codes
from indicators.services import energy_to_choose, other_than_usual
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from tenders.models import LotItem


def energy_names() -> dict[str, str]:
    """The names of all flows from which a buyer may choose; one query."""
    return names_of_codes((flow for flows in energy_to_choose().values() for flow in flows), ())[0]


def energy_sentences(items: Iterable[LotItem]) -> list[str]:
    """What the buyer chose for each demand item that is not the usual energy; no query when nobody chose.

    `Vraag 1, stroom: elektriciteit, groen (wind)`
    """
    chosen = [(item, other_than_usual(item.use_energy)) for item in items]
    if not any(energy for _, energy in chosen):
        return []
    names, several = energy_names(), len(chosen) > 1
    return [
        formats.capital(
            f"{worded('vraag {number}, ', number=item.number) if several else ''}"
            f"{worded(purpose)}: {worded(names.get(flow, flow))}"
        )
        for item, energy in chosen
        for purpose, flow in energy.items()
    ]
