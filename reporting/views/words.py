"""What a dashboard says about itself: which part of the country it is, as of when, and why a number is absent."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.services import as_of_said
from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.access import Actor
from reporting.models.cells import WITHOUT_FORECAST
from reporting.selectors import YEAR_VIEWS, LeftOut, Row, sees_totals
from reporting.services import Report

from .filters import Asked
from .summaries import Headline

NOT_SHARED_TITLE = "Dit wordt niet apart gedeeld"
_TOO_FEW = "Apart, of als verschil van twee sommen, zouden ze minder dan 5 contracten laten zien."
FEW_HAVE_IT = (
    "Hebben minder dan 5 contracten in een som een cijfer, zoals een referentie of een meting, dan telt dat "
    "cijfer niet mee. Verschillen twee cijfers bij minder dan 5 contracten, dan telt een van de twee niet mee."
)


def as_of(report: Report) -> str:
    """As of when these figures are, in words; empty when there are none."""
    return "" if report.as_of is None else as_of_said(report.as_of)


def year_of(report: Report) -> int:
    """The year in which these figures end: that of the as-of date."""
    return (report.as_of or clock.today()).year


def basis(asked: Asked, unit: str) -> str:
    """The one basis of title, key figures and tables."""
    view = YEAR_VIEWS[asked.view].lower()
    if asked.question.by_award_year:
        period = f"contracten die in {asked.year} definitief zijn gegund" if asked.year else "alle contracten"
        return f"{unit}, hele levensduur, {period}"
    return f"{unit}, kalenderjaar {asked.year} ({view})" if asked.year else f"{unit}, alle jaren samen ({view})"


def about(report: Report, asked: Asked) -> dict[str, str]:
    """What a file with these figures is about: it stands in each of its rows."""
    organisation = report.scope.organisation
    return {
        "Van": "Nederland" if organisation is None else organisation.name,
        "Rekenbasis": report.basis.name_nl,
        "Stand op": "" if report.as_of is None else formats.short_day(report.as_of),
        "Jaren tellen als": YEAR_VIEWS[asked.view],
        "Periode": str(asked.year or "alle jaren"),
    }


def source(report: Report, rows: Iterable[Row]) -> str:
    """What is under a chart of these rows."""
    when = as_of(report) or "Nog niets gemeten"
    said = f"Bron: contracten. {when}. Rekenbasis: {report.basis.name_nl}."
    fewer = any(row.values[WITHOUT_FORECAST] for row in rows)
    return f"{said} De prognose gaat hier over minder contracten dan wat is beloofd." if fewer else said


def part_of_the_country(actor: Actor, report: Report, left: LeftOut) -> str:
    """Which organisations are in a national total, and whether all their contracts are."""
    verb = "is" if report.organisations == 1 else "zijn"
    count = f"Dat {verb} {formats.counted(report.organisations, 'organisatie', 'organisaties')}"
    shared = "totalen" if sees_totals(actor) else "cijfers openbaar"
    part = f"Dit is niet heel Nederland: alleen organisaties die hun {shared} delen."
    return f"{part} {count} met contracten{', die hier niet allemaal meetellen' if left.contracts else ''}."


def left_out(left: LeftOut, report: Report) -> str:
    """How many contracts do not count here, in a sentence; empty when all do."""
    if not left.contracts:
        return ""
    contracts = formats.counted(left.contracts, "contract", "contracten")
    organisations = formats.counted(left.organisations, "organisatie", "organisaties")
    verb = "telt" if left.contracts == 1 else "tellen"
    how = "niet" if report.question.by_award_year else "niet, of niet in alle jaren,"
    return f"{contracts} van {organisations} {verb} hier {how} mee. {_TOO_FEW}"


def nothing(actor: Actor, who: str, asked: Asked, report: Report, left: LeftOut) -> Headline:
    """Why there is no number."""
    if left.contracts:
        advice = " Kies minder filters." if asked.any_filter else ""
        return Headline(NOT_SHARED_TITLE, f"{left_out(left, report)}{advice}")
    if asked.any_filter:
        return Headline("Geen contracten bij deze filters", "Haal een filter weg om meer te zien.")
    if report.organisations:
        return Headline("Er is geen getal", "Voor deze indicator ontbreken factoren. Daarom is er geen getal.")
    if who == "Nederland":
        return Headline("Er is niets landelijks te tonen", _nothing_national(actor))
    text = "Een contract telt mee zodra de gunning definitief is. Begin bij een aanbesteding."
    return Headline(f"{who}: nog geen contracten", text)


def _nothing_national(actor: Actor) -> str:
    shared = "totalen" if sees_totals(actor) else "cijfers openbaar"
    said = f"Geen organisatie met contracten deelt de {shared}."
    own = " De cijfers van uw eigen organisatie staan op het eigen dashboard."
    return said + (own if actor.organisations_for(access.REPORT_READ) else "")
