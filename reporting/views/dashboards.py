"""The dashboards of an organisation and of the country: the same page over another scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from mvi_dashboard.ground import access
from mvi_dashboard.ground.charts import Bars, Chart, Years
from mvi_dashboard.ground.listing import AS_FILE, sent_as_file, wanted_file
from mvi_dashboard.ground.pages import actor_of, may
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.throttling import take_export
from reporting import services
from reporting.selectors import (
    PREDECESSORS,
    REPORT,
    YEAR_VIEWS,
    Frame,
    Row,
    Scope,
    largest_first,
    national_scope,
    scope_of,
)
from reporting.services import Parts, Report
from reporting.services.rows import dutch_table

from . import behind, course, figures, summaries, words
from .filters import Asked, asked_in

_CHARTS = ("groups", "years", "changes")


@may(access.REPORT_READ)
def organisation(request: HttpRequest) -> HttpResponse:
    """Promise, to date and forecast of an organisation and those below it."""
    return render(request, "reporting/dashboard.html", organisation_context(request))


def national(request: HttpRequest) -> HttpResponse:
    """The same for all organisations, as far as they share (open to all: what is public)."""
    return render(request, "reporting/dashboard.html", national_context(request))


def organisation_context(request: HttpRequest) -> dict[str, Any]:
    """What the page of an organisation shows."""
    asked = asked_in(request, "reporting:organisation")
    scope = scope_of(actor_of(request), asked.organisation, predecessors=asked.predecessors)
    if scope.organisation is None:
        raise not_found()
    context = _context(request, scope, asked, str(scope.organisation.name), "productGroup")
    context |= {
        **_files(request, "reporting:csv"),
        "eyebrow": scope.organisation.name,
        "predecessors_url": _predecessors_url(scope, asked),
    }
    return context | _to_explore(request, context, "reporting:figure")


def _predecessors_url(scope: Scope, asked: Asked) -> str:
    """The same page with what went up in the organisation, where there is something and it is not shown yet."""
    if not scope.predecessors or asked.predecessors:
        return ""
    return asked.found.address(predecessors=next(iter(PREDECESSORS)))


def national_context(request: HttpRequest) -> dict[str, Any]:
    """What the page of the country shows."""
    asked = asked_in(request, "reporting:national")
    key = "productGroup" if asked.narrows else "cluster"
    context = _context(request, _national_scope(request, asked), asked, "Nederland", key)
    context |= {
        **_files(request, "reporting:national-csv"),
        "eyebrow": "Nederland",
        "is_national": True,
        "part": _part_of_the_country(request, context),
    }
    return context | _to_explore(request, context, "reporting:national-figure")


def charts_in(context: Mapping[str, Any]) -> dict[str, Chart]:
    """The charts of a page, by the name that they have in addresses."""
    return {chart.id: chart for name in _CHARTS if (chart := context.get(name)) is not None}


def _to_explore(request: HttpRequest, context: Mapping[str, Any], page: str) -> dict[str, Chart]:
    """The charts of a page, each with the address where it can be explored."""
    return {
        name: replace(chart, explore_url=_address(request, page, chart.id))
        for name in _CHARTS
        if (chart := context.get(name)) is not None
    }


def _part_of_the_country(request: HttpRequest, context: dict[str, Any]) -> str:
    report = context["report"]
    left = report.left.of(_main_keys(report.scope), context["asked"].year)
    return words.part_of_the_country(actor_of(request), report, left)


@may(access.REPORT_READ)
def figures_csv(request: HttpRequest) -> HttpResponseBase:
    """The numbers behind the organisation's page, for a spreadsheet."""
    asked = asked_in(request, "reporting:csv")
    scope = scope_of(actor_of(request), asked.organisation, predecessors=asked.predecessors)
    return _csv(request, scope, asked, "organisatie")


def national_csv(request: HttpRequest) -> HttpResponseBase:
    """The numbers behind the national page."""
    asked = asked_in(request, "reporting:national-csv")
    return _csv(request, _national_scope(request, asked), asked, "landelijk")


def _national_scope(request: HttpRequest, asked: Asked) -> Scope:
    if asked.organisation:
        return scope_of(actor_of(request), asked.organisation, predecessors=asked.predecessors)
    return national_scope(actor_of(request))


def _main_keys(scope: Scope) -> tuple[str, ...]:
    """What has to be told of contracts to count on the page and in its file: then rows add up to the total."""
    return ("productGroup",) if scope.totals else ()


def _csv(request: HttpRequest, scope: Scope, asked: Asked, page: str) -> HttpResponseBase:
    take_export(request)
    report = services.read_effects(scope, asked.question)
    asked = asked.in_its_year(report.frame, words.year_of(report))
    keys = ("cluster", *_main_keys(scope)) if scope.totals else report.question.group_by
    rows = report.frame.in_year(asked.year).by(keys)
    heads, lines = dutch_table(rows, keys, words.about(report, asked))
    return sent_as_file(wanted_file(request) or "csv", f"effecten-{page}", f"Effecten, {page}", heads, lines)


def _files(request: HttpRequest, name: str) -> dict[str, str]:
    """Where the numbers behind this page are, as CSV and as XLSX."""
    address = _address(request, name)
    return {"csv_url": address, "xlsx_url": f"{address}{'&' if '?' in address else '?'}{AS_FILE}=xlsx"}


def _context(request: HttpRequest, scope: Scope, asked: Asked, who: str, key: str) -> dict[str, Any]:
    report = services.read_effects(scope, asked.question, award_year=asked.award_year)
    asked = asked.in_its_year(report.frame, words.year_of(report))
    main = _main_keys(scope)
    rows = report.frame.in_year(asked.year).told(main)
    whole = rows.total()
    indicators = services.read_indicators(report, asked.year, main)
    filters = asked.form(_options(report, indicators))
    common = {"asked": asked, "report": report, "scope": scope, "as_of": words.as_of(report), **filters}
    if whole is None:
        left = report.left.of(main, asked.year)
        said = words.nothing(actor_of(request), who, asked, report, left)
        return {**common, "title": said.title, "lead": said.lead, "empty": True}
    tons = figures.in_tons(whole, indicators)
    scale = figures.scale_for(whole, tons=tons)
    now = words.year_of(report)
    every = report.frame.told(main).total() if asked.year and not report.question.by_award_year else None
    said = summaries.headline(whole, every, scale, who, asked, now, recorded=report.promises.known > 0)
    common |= {"title": said.title, "lead": said.lead, "whole": whole}
    common |= {"indicators": summaries.other_indicators(indicators, tons=tons)}
    if summaries.is_unknown(whole):
        return {**common, "unknown": True}
    parts = services.contract_parts(report, asked.year, behind.MOST_CONTRACTS)
    years = report.frame.told(main).by(["year"])
    # What is divided most is rounded first: a sum of many has room for what was shown of each.
    contracts = behind.contracts_behind(request, report, asked.year, whole, scale, parts)
    return {
        **common,
        "basis_said": words.basis(asked, scale.unit),
        "promise_kept": summaries.promise_kept(report.promises),
        "nothing_promised": summaries.nothing_promised(report.promises),
        "kpis": summaries.key_figures(whole, scale, asked, now),
        "notes": _notes(report, asked, rows, whole, parts, scale),
        "quality": summaries.quality(whole, report.promises),
        "groups": _groups(asked, rows, whole, scale, key, report),
        "years": course.by_year(
            "jaren", years, scale, whole=None if asked.year else whole, withheld=bool(scope.totals),
            by_award=report.question.by_award_year, now=now,
            title=_years_title(asked), source=words.source(report, years),
        ),
        "years_mean": course.MEANS[asked.view],
        "years_note": _also_left_out(report, "year", None),
        "changes": _changes(report, scale),
        "themes": _themes(asked, rows, scale),
        "themes_note": _also_left_out(report, "theme", asked.year),
        "contracts": contracts,
    }  # fmt: skip


def _notes(report: Report, asked: Asked, rows: Frame, whole: Row, parts: Parts, scale: figures.Scale) -> list[str]:
    """What somebody has to know before using these numbers."""
    left = report.left.of(_main_keys(report.scope), asked.year)
    found = [
        summaries.incomplete_note(whole),
        summaries.bounds_note(whole, scale),
        behind.outlier(parts, whole) or _one_group(report, rows, whole),
        words.left_out(left, report),
        summaries.without_forecast_note(whole),
        words.FEW_HAVE_IT if report.scope.totals else "",
    ]
    return [note for note in found if note]


def _one_group(report: Report, rows: Frame, whole: Row) -> str:
    """Where single contracts are not shared, at least the group that makes most of what is avoided is said."""
    return behind.one_group(rows.by(["productGroup"]), whole) if report.scope.totals else ""


def _also_left_out(report: Report, key: str, year: int | None) -> str:
    """What a table leaves out beyond the page; empty when it is the same."""
    main = _main_keys(report.scope)
    left = report.left.of((*main, key), year)
    return words.left_out(left, report) if left != report.left.of(main, year) else ""


def _groups(asked: Asked, rows: Frame, whole: Row, scale: figures.Scale, key: str, report: Report) -> Bars:
    pair = figures.TO_DATE if report.question.by_award_year else figures.FORECAST
    found = largest_first(rows.by([key]), pair.actual)
    name = "group" if key == "productGroup" else "cluster"
    return figures.groups_chart(
        "groepen", found, whole, key, pair, scale,
        label=REPORT[name].label, links=_links(asked, found, key, name),
        title=_groups_title(found, key), source=words.source(report, found),
    )  # fmt: skip


def _links(asked: Asked, rows: list[Row], key: str, name: str) -> list[str]:
    """Per row the same page about it alone."""
    return [asked.found.address(**{name: str(row.keys[key][0])}) for row in rows]


def _groups_title(rows: list[Row], key: str) -> str:
    known = [row for row in rows if row.values["forecast"]]
    if not known:
        return "Per groep"
    first = max(known, key=lambda row: abs(row.values["forecast"] or 0.0))
    return f"{figures.label_of(first, key)} weegt het zwaarst"


def _changes(report: Report, scale: figures.Scale) -> Years | None:
    """What the newest factors did to the numbers; None when nothing was calculated anew."""
    found = [row for row in services.read_factor_changes(report) if row.differs]
    if not found:
        return None
    return figures.changes_by_year(
        "factorwijziging", found, scale,
        title="Zoveel scheelt het alleen door nieuwe factoren of een nieuwe methode",
        unit=f"Prognose van de contracten die er toen waren, {scale.unit}",
        source=f"De laatste stap die iets veranderde: naar {found[0].basis}.",
    )  # fmt: skip


def _years_title(asked: Asked) -> str:
    return f"Beloofd en prognose per jaar ({YEAR_VIEWS[asked.view].lower()})"


def _themes(asked: Asked, rows: Frame, scale: figures.Scale) -> dict[str, Any]:
    rows = rows.told(["theme"])
    found = largest_first(rows.by(["theme"]), "forecast")
    links = _links(asked, found, "theme", "theme")
    return figures.group_table(found, rows.total(), "theme", scale, "Hoofdthema", links)


def _options(report: Report, indicators: list[Row]) -> dict[str, list[tuple[str, str]]]:
    years = sorted(report.frame.options("year"), reverse=True)
    return {
        "indicator": [(row.indicator, row.name) for row in indicators],
        "year": years,
        "cluster": report.frame.options("cluster"),
        "group": report.frame.options("productGroup"),
        "theme": report.frame.options("theme"),
        "year_view": list(YEAR_VIEWS.items()),
    }


def _address(request: HttpRequest, name: str, *which: str) -> str:
    query = request.GET.urlencode()
    place = reverse(name, args=which)
    return f"{place}?{query}" if query else place
