"""What a dashboard says about itself: which part of the country it is, as of when, and why a number is absent."""

from __future__ import annotations

from contracts.services.core_lines import last_day
from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.access import Actor
from reporting.services import Report

from .filters import Asked
from .summaries import Headline

NOT_SHARED_TITLE = "Dit wordt niet apart gedeeld"
NOT_SHARED = (
    "Er zijn contracten, maar hun organisaties delen alleen sommen van minstens vijf contracten. "
    "Kies minder filters om die te zien."
)
PARTLY_SHARED = (
    "Niet alles is apart gedeeld: organisaties delen sommen van minstens vijf contracten. Wat zij niet apart "
    "delen, telt alleen mee in het totaal zonder filters."
)


def as_of(report: Report) -> str:
    """`Peildatum: einde van deze maand (30 november 2026)`: the day counts whole, so it may be still to come."""
    if report.as_of is None:
        return ""
    day = formats.day(report.as_of)
    return (
        f"Peildatum: einde van deze maand ({day})"
        if report.as_of == last_day(clock.today())
        else f"Peildatum: {day}"
    )


def source(report: Report) -> str:
    """What is under a chart."""
    when = as_of(report) or "Nog niets gemeten"
    return f"Bron: contracten. {when}. Grondslag: {report.basis.name_nl}."


def part_of_the_country(actor: Actor, report: Report) -> str:
    """Which organisations are in a national total."""
    number = report.organisations
    count = "Dat is 1 organisatie" if number == 1 else f"Dat zijn {formats.number(number)} organisaties"
    own = ", en uw eigen organisatie" if actor.organisations_for(access.REPORT_READ) else ""
    shared = "totalen" if actor.may(access.NATIONAL_READ) else "cijfers openbaar"
    part = f"Dit is niet heel Nederland: alleen organisaties die hun {shared} delen{own}."
    return f"{part} {count} met contracten."


def nothing(who: str, asked: Asked, report: Report, *, withheld: bool) -> Headline:
    """Why there is no number."""
    if withheld:
        return Headline(NOT_SHARED_TITLE, NOT_SHARED)
    if asked.any_filter:
        return Headline("Geen contracten bij deze filters", "Haal een filter weg om meer te zien.")
    if report.organisations:
        return Headline("Er is geen getal", "Voor deze indicator ontbreken factoren. Daarom is er geen getal.")
    if who == "Nederland":
        return Headline("Nederland: nog geen contracten", "Nog geen organisatie deelt hier haar cijfers.")
    text = "Een contract telt mee zodra de gunning definitief is. Begin bij een aanbesteding."
    return Headline(f"{who}: nog geen contracten", text)
