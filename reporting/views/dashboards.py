"""The dashboards of an organisation and of the country: the same page over another scope."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.pages import may
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.throttling import take_export
from reporting import services
from reporting.selectors import Row, Scope, by_keys, in_year, largest_first, national_scope, scope_of, total
from reporting.services import Parts, Report
from reporting.services.rows import as_dutch_csv

from . import behind, figures, summaries, words
from .filters import VIEW_LABELS, Asked, asked_in, filter_context, options_in


@may(access.REPORT_READ)
def organisation(request: HttpRequest) -> HttpResponse:
    """Promise, to date and forecast of an organisation and those below it."""
    asked = asked_in(request)
    scope = scope_of(request.actor, asked.values["organisatie"])  # type: ignore[attr-defined]
    if scope.organisation is None:
        raise not_found()
    context = _context(request, scope, asked, str(scope.organisation.name), "productGroup")
    context |= {"csv_url": _address("reporting:csv", request), "eyebrow": scope.organisation.name}
    return render(request, "reporting/dashboard.html", context)


def national(request: HttpRequest) -> HttpResponse:
    """The same for all organisations, as far as they share (open to all: what is public)."""
    asked = asked_in(request)
    narrowed = asked.values["cluster"] or asked.values["productgroep"]
    key = "productGroup" if narrowed else "cluster"
    context = _context(request, _national_scope(request, asked), asked, "Nederland", key)
    context |= {
        "csv_url": _address("reporting:national-csv", request),
        "eyebrow": "Nederland",
        "is_national": True,
        "part": words.part_of_the_country(request.actor, context["report"]),  # type: ignore[attr-defined]
    }
    return render(request, "reporting/dashboard.html", context)


@may(access.REPORT_READ)
def figures_csv(request: HttpRequest) -> HttpResponse:
    """The numbers behind the organisation's page, for a spreadsheet."""
    asked = asked_in(request)
    return _csv(request, scope_of(request.actor, asked.values["organisatie"]), asked, "organisatie")  # type: ignore[attr-defined]


def national_csv(request: HttpRequest) -> HttpResponse:
    """The numbers behind the national page."""
    asked = asked_in(request)
    return _csv(request, _national_scope(request, asked), asked, "landelijk")


def _national_scope(request: HttpRequest, asked: Asked) -> Scope:
    if asked.values["organisatie"]:
        return scope_of(request.actor, asked.values["organisatie"])  # type: ignore[attr-defined]
    return national_scope(request.actor)  # type: ignore[attr-defined]


def _csv(request: HttpRequest, scope: Scope, asked: Asked, page: str) -> HttpResponse:
    take_export(request)
    report = services.read_effects(scope, asked.question)
    rows = by_keys(in_year(report.frame, asked.year), report.question.group_by)
    response = HttpResponse(as_dutch_csv(rows, report.question.group_by), content_type="text/csv; charset=utf-8")
    name = f"effecten-{page}-{clock.today():%Y-%m}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _context(request: HttpRequest, scope: Scope, asked: Asked, who: str, key: str) -> dict[str, Any]:
    report = services.read_effects(scope, asked.question)
    rows = in_year(report.frame, asked.year)
    whole = total(rows)
    indicators = [row for row in services.read_indicators(report, asked.year) if not row.withheld]
    filters = filter_context(request, asked, _options(report, indicators))
    common = {"asked": asked, "report": report, "scope": scope, "as_of": words.as_of(report), **filters}
    if whole is None:
        said = words.nothing(who, asked, report, withheld=bool(rows))
        return {**common, "title": said.title, "lead": said.lead, "empty": True}
    scale = figures.scale_for(whole.unit, [whole])
    said = summaries.headline(whole, scale, who)
    common |= {"title": said.title, "lead": said.lead, "whole": whole}
    common |= {"indicators": summaries.other_indicators(indicators)}
    if summaries.is_unknown(whole):
        return {**common, "unknown": True}
    parts = services.contract_parts(report, asked.year, behind.MOST_CONTRACTS)
    return {
        **common,
        "view_label": VIEW_LABELS[asked.question.year_view],
        "kpis": summaries.key_figures(whole, scale),
        "notes": _notes(report, rows, whole, parts),
        "quality": summaries.quality(whole),
        "groups": _groups(request, rows, whole, scale, key, report),
        "years": figures.lines_by_year(
            "jaren", by_keys(report.frame, ("year",)), scale,
            title=_years_title(asked), unit=scale.unit, source=words.source(report),
        ),
        "changes": _changes(report, scale),
        "themes": _themes(request, rows, whole, scale),
        "contracts": behind.contracts_behind(request, report, asked.year, whole, scale, parts),
    }  # fmt: skip


def _notes(report: Report, rows: list[Row], whole: Row, parts: Parts) -> list[str]:
    """What somebody has to know before using these numbers."""
    apart = by_keys(rows, report.question.group_by)
    found = [
        summaries.incomplete_note(whole),
        behind.outlier(parts, whole),
        words.PARTLY_SHARED if any(row.withheld for row in apart) else "",
    ]
    return [note for note in found if note]


def _groups(
    request: HttpRequest, rows: list[Row], whole: Row, scale: figures.Scale, key: str, report: Report
) -> dict[str, Any]:
    pair = figures.TO_DATE if report.question.by_award_year else figures.FORECAST
    found = largest_first(by_keys(rows, (key,)), pair.actual)
    label, name = ("Productgroep", "productgroep") if key == "productGroup" else ("Cluster", "cluster")
    return {
        "figure": figures.bars(
            "groepen", found, key, pair, scale,
            title=_groups_title(found, key),
            unit=f"{pair.promised_label} en {pair.actual_label.lower()}, {scale.unit}",
            source=words.source(report),
        ),
        "table": figures.group_table(
            found, whole, key, scale, label, lambda code: _address_with(request, name, code)
        ),
    }  # fmt: skip


def _groups_title(rows: list[Row], key: str) -> str:
    known = [row for row in rows if row.values["forecast"] and not row.withheld]
    if not known:
        return "Per groep"
    first = max(known, key=lambda row: abs(row.values["forecast"] or 0.0))
    return f"{figures.label_of(first, key)} weegt het zwaarst"


def _changes(report: Report, scale: figures.Scale) -> dict[str, Any] | None:
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
    return f"Geschat en prognose per jaar ({VIEW_LABELS[asked.question.year_view].lower()})"


def _themes(request: HttpRequest, rows: list[Row], whole: Row, scale: figures.Scale) -> dict[str, Any]:
    found = largest_first(by_keys(rows, ("theme",)), "forecast")
    return figures.group_table(
        found, whole, "theme", scale, "Hoofdthema", lambda code: _address_with(request, "thema", code)
    )


def _options(report: Report, indicators: list[Row]) -> dict[str, list[tuple[str, str]]]:
    years = sorted(options_in(report.frame, "year"), reverse=True)
    return {
        "indicator": [(row.indicator, row.name) for row in indicators],
        "jaar": years,
        "cluster": options_in(report.frame, "cluster"),
        "productgroep": options_in(report.frame, "productGroup"),
        "thema": options_in(report.frame, "theme"),
        "jaren": list(VIEW_LABELS.items()),
    }


def _address(name: str, request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return f"{reverse(name)}?{query}" if query else reverse(name)


def _address_with(request: HttpRequest, name: str, value: str) -> str:
    query = {key: found for key, found in request.GET.items() if key != name} | {name: value}
    return f"{request.path}?{urlencode(query)}"
