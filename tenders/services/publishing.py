"""What a tender needs before it can be published, and what about its deadline is seldom meant.

One list for the form, the page that publishes, and the service itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from indicators.models import ProductGroup, ProductType
from indicators.selectors import groups_with_types
from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.models import Holiday
from mvi_dashboard.ground.problems import Path, Problem
from mvi_dashboard.ground.time_zone import AMSTERDAM
from tenders.models import Lot, Tender, TenderTheme

SHORTEST_TERM_DAYS = 30
"""Days to bid in: the shortest term of an open procedure above the European threshold, with bids sent online."""
LONGEST_TERM_DAYS = 365
"""Days to bid in; longer is nearly always a wrong year."""
EVENING, MORNING = 20, 7
"""Between these hours nobody is there to help who gets stuck."""
UNLIKELY = "unlikely"
_WEEKEND = {5: "een zaterdag", 6: "een zondag"}


@dataclass(frozen=True)
class Need:
    """Something without which a tender cannot be published; `problem` while it is not there."""

    label: str
    field: Path
    """the input where it is filled in"""
    problem: Problem | None

    @property
    def attr(self) -> str:
        """The field as one text, as inputs are named."""
        return ".".join(map(str, self.field))

    @property
    def done(self) -> bool:
        """Whether it is there."""
        return self.problem is None


def needs_of(document: Mapping[str, Any], now: datetime) -> list[Need]:
    """Everything that publishing needs, in the order of the form.

    `document` is a tender in the words of REST, as it is stored or as somebody is typing it.
    """
    lots = [lot for lot in document.get("lots") or () if isinstance(lot, Mapping)]
    found = [_deadline(document.get("deadline"), now)]
    if not lots:
        problem = Problem(("lots",), "required", "Voeg minstens één perceel toe.")
        found.append(Need("Een perceel", ("lots", 0, "title"), problem))
    for number, lot in enumerate(lots):
        found += _of_lot(lot, ("lots", number), f"Perceel {number + 1}: " if len(lots) > 1 else "")
    return [*found, _main_theme(document.get("ambitions") or ())]


def publication_problems(
    tender: Tender, lots: Sequence[Lot], themes: Sequence[TenderTheme], now: datetime
) -> list[Problem]:
    """What still misses before a tender may be published."""
    rows = [
        {"contractStart": lot.contract_start, "contractEnd": lot.contract_end, "items": lot.items.all()}
        for lot in sorted(lots, key=lambda lot: lot.number)
    ]
    document = {"deadline": tender.deadline, "lots": rows, "ambitions": [{"main": theme.main} for theme in themes]}
    found = [need.problem for need in needs_of(document, now) if need.problem is not None]
    return [*found, *_ended(lots, clock.local_date(now))]


def _ended(lots: Sequence[Lot], day: date) -> Iterator[Problem]:
    """Product groups and types that hold no more, each with what came in its place."""
    for at, lot in enumerate(sorted(lots, key=lambda lot: lot.number)):
        if lot.group.ended(day):
            yield _gone(lot.group, ("lots", at, "productGroup"))
        for number, item in enumerate(sorted(lot.items.all(), key=lambda item: item.number)):
            if item.product_type is not None and item.product_type.ended(day):
                yield _gone(item.product_type, ("lots", at, "items", number, "productType"))


def _gone(row: ProductGroup | ProductType, path: Path) -> Problem:
    after = f" Kies {row.successor.name_nl}." if row.successor is not None else " Kies een ander."
    return Problem(path, "ended", f"{row.name_nl} geldt niet meer.{after}")


def doubts_about(tender: Tender, lots: Iterable[Lot], now: datetime) -> list[Problem]:
    """What is possible and yet seldom meant, as questions to confirm with a reason; lots with group and items."""
    return [*_doubts_about_deadline(tender.deadline, now), *_types_left_open(lots)]


def _types_left_open(lots: Iterable[Lot]) -> Iterator[Problem]:
    """A demand without product type in a group that has types: making and life then count as wide as the group."""
    with_types = groups_with_types()
    text = (
        "U noemt geen soort product, en deze productgroep heeft ze wel. Dan rekenen wij met ruimere grenzen en is "
        "de volgorde van inschrijvingen minder zeker. Klopt dat?"
    )
    for place, lot in enumerate(sorted(lots, key=lambda lot: lot.number)):
        if lot.group.code not in with_types:
            continue
        for number, item in enumerate(sorted(lot.items.all(), key=lambda item: item.number)):
            if item.product_type_id is None:
                path = ("lots", place, "items", number, "productType")
                yield Problem(path, "type_left_open", text, confirmable=True)


def _doubts_about_deadline(deadline: datetime | None, now: datetime) -> list[Problem]:
    if deadline is None or deadline <= now:
        return []
    doubts = list(_doubts(deadline, now))
    if not doubts:
        return []
    text = f"Inschrijven kan dan tot {formats.moment(deadline)}. {' '.join(doubts)} Klopt dat?"
    return [Problem(("deadline",), UNLIKELY, text, confirmable=True)]


def _doubts(deadline: datetime, now: datetime) -> Iterator[str]:
    local = deadline.astimezone(AMSTERDAM)
    days = (local.date() - now.astimezone(AMSTERDAM).date()).days
    if days < SHORTEST_TERM_DAYS:
        term = "minder dan een dag" if days < 1 else formats.counted(days, "dag", "dagen")
        yield f"Dat is {term}. Boven de Europese drempel is {SHORTEST_TERM_DAYS} dagen het kortst."
    if days > LONGEST_TERM_DAYS:
        yield f"Dat is pas over {formats.counted(days, 'dag', 'dagen')}."
    if local.weekday() in _WEEKEND:
        yield f"Dat is {_WEEKEND[local.weekday()]}."
    for name in Holiday.objects.filter(date=local.date()).values_list("name", flat=True):
        yield f"Dat is een feestdag: {name}."
    if local.hour >= EVENING or local.hour < MORNING:
        yield "Dat is buiten kantooruren."


def _deadline(deadline: Any, now: datetime) -> Need:
    problem = None
    if not deadline:
        problem = Problem(("deadline",), "required", "Zeg tot wanneer inschrijven kan.")
    elif isinstance(deadline, datetime) and deadline <= now:
        problem = Problem(("deadline",), "past", "De uiterste datum is al voorbij: kies een later moment.")
    return Need("Inschrijven kan tot", ("deadline",), problem)


def _of_lot(lot: Mapping[str, Any], path: Path, which: str) -> Iterator[Need]:
    for name, label in (("contractStart", "begin van het contract"), ("contractEnd", "einde van het contract")):
        problem = Problem((*path, name), "required", "Vul de looptijd van het contract in.")
        yield Need(formats.capital(f"{which}{label}"), (*path, name), None if lot.get(name) else problem)
    problem = Problem((*path, "items"), "required", "Zeg wat u nodig heeft: hoeveel en hoe lang.")
    label = formats.capital(f"{which}wat u nodig heeft")
    yield Need(label, (*path, "items", 0, "description"), None if lot.get("items") else problem)


def _main_theme(ambitions: Sequence[Any]) -> Need:
    chosen = sum(1 for row in ambitions if isinstance(row, Mapping) and row.get("main") in (True, "true"))
    text = "Kies precies één hoofdthema: daarmee telt de aanbesteding mee in totalen."
    problem = None if chosen == 1 else Problem(("ambitions",), "main_theme", text)
    return Need("Eén hoofdthema", ("ambitions", 0, "theme"), problem)
