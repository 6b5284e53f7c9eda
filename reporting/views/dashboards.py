"""The dashboards of an organisation and of the country: the same page over another scope."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from contracts.models import ContractEffect
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.pages import may
from mvi_dashboard.ground.problems import not_found
from reporting import services
from reporting.selectors import Row, Scope, by_keys, in_year, largest_first, national_scope, scope_of, total
from reporting.services import Report
from reporting.services.rows import as_csv

from . import figures, summaries
from .filters import VIEW_LABELS, Asked, asked_in, filter_context, options_in

MOST_CONTRACTS = 50


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
    scope = national_scope(request.actor)  # type: ignore[attr-defined]
    if asked.values["organisatie"]:
        scope = scope_of(request.actor, asked.values["organisatie"])  # type: ignore[attr-defined]
    context = _context(request, scope, asked, "Nederland", "cluster")
    context |= {
        "csv_url": _address("reporting:national-csv", request),
        "eyebrow": "Nederland",
        "is_national": True,
    }
    return render(request, "reporting/dashboard.html", context)


@may(access.REPORT_READ)
def figures_csv(request: HttpRequest) -> HttpResponse:
    """The numbers behind the organisation's page, for a spreadsheet."""
    asked = asked_in(request)
    return _csv(scope_of(request.actor, asked.values["organisatie"]), asked)  # type: ignore[attr-defined]


def national_csv(request: HttpRequest) -> HttpResponse:
    """The numbers behind the national page."""
    return _csv(national_scope(request.actor), asked_in(request))  # type: ignore[attr-defined]


def _csv(scope: Scope, asked: Asked) -> HttpResponse:
    report = services.read_effects(scope, asked.question)
    rows = by_keys(in_year(report.frame, asked.year), report.question.group_by)
    response = HttpResponse(as_csv(rows, asked.question.group_by), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="effecten.csv"'
    return response


def _context(request: HttpRequest, scope: Scope, asked: Asked, who: str, key: str) -> dict[str, Any]:
    report = services.read_effects(scope, asked.question)
    rows = in_year(report.frame, asked.year)
    whole = total(rows)
    indicators = services.read_indicators(report, asked.year)
    options = _options(report, indicators)
    common = {"asked": asked, "report": report, "scope": scope, **filter_context(request, asked, options)}
    if whole is None:
        return {**common, "title": f"{who}: nog geen contracten", "empty": True}
    scale = figures.scale_for(whole.unit, [whole])
    said = summaries.headline(whole, scale, who)
    return {
        **common,
        "title": said.title,
        "lead": said.lead,
        "view_label": VIEW_LABELS[asked.question.year_view],
        "kpis": summaries.key_figures(whole, scale),
        "whole": whole,
        "incomplete_note": summaries.incomplete_note(whole),
        "quality": summaries.quality(whole),
        "groups": _groups(request, rows, whole, scale, key, report),
        "years": figures.lines_by_year(
            "jaren", by_keys(report.frame, ("year",)), scale,
            title=_years_title(asked), unit=scale.unit, source=_source(report),
        ),
        "themes": _themes(request, rows, whole, scale),
        "indicators": summaries.other_indicators(indicators),
        "contracts": _contracts(request, report, scope, asked, scale),
    }  # fmt: skip


def _groups(
    request: HttpRequest, rows: list[Row], whole: Row, scale: Any, key: str, report: Report
) -> dict[str, Any]:
    pair = figures.TO_DATE if report.question.year_view == "purchase" else figures.FORECAST
    found = largest_first(by_keys(rows, (key,)), pair.actual)
    label = "Productgroep" if key == "productGroup" else "Cluster"

    def url(code: str) -> str:
        return _address_with(request, "productgroep", code) if key == "productGroup" else ""

    return {
        "figure": figures.bars(
            "groepen", found, key, pair, scale,
            title=_groups_title(found, key),
            unit=f"{pair.promised_label} en {pair.actual_label.lower()}, {scale.unit}",
            source=_source(report),
        ),
        "table": figures.group_table(found, whole, key, scale, label, url),
    }  # fmt: skip


def _groups_title(rows: list[Row], key: str) -> str:
    known = [row for row in rows if row.values["forecast"] and not row.withheld]
    if not known:
        return "Per groep"
    first = max(known, key=lambda row: abs(row.values["forecast"] or 0.0))
    return f"{figures.label_of(first, key)} weegt het zwaarst"


def _years_title(asked: Asked) -> str:
    return f"Geschat en prognose per jaar ({VIEW_LABELS[asked.question.year_view].lower()})"


def _themes(request: HttpRequest, rows: list[Row], whole: Row, scale: Any) -> dict[str, Any]:
    found = largest_first(by_keys(rows, ("theme",)), "forecast")
    return figures.group_table(
        found, whole, "theme", scale, "Hoofdthema", lambda code: _address_with(request, "thema", code)
    )


def _options(report: Report, indicators: list[Row]) -> dict[str, list[tuple[str, str]]]:
    years = sorted(options_in(report.frame, "year"), reverse=True)
    return {
        "indicator": [(row.indicator, row.name) for row in indicators],
        "jaar": years,
        "productgroep": options_in(report.frame, "productGroup"),
        "thema": options_in(report.frame, "theme"),
        "jaren": list(VIEW_LABELS.items()),
    }


def _contracts(request: HttpRequest, report: Report, scope: Scope, asked: Asked, scale: Any) -> dict[str, Any]:
    """The contracts behind the total, as far as they may be seen one by one; a fixed number of rows."""
    found = list(services.contract_effects(report, asked.year)[:MOST_CONTRACTS])
    opened = request.actor.organisations_for(access.CONTRACT_READ)  # type: ignore[attr-defined]
    return {
        "columns": ["Contract", "Geschat", "Prognose", "Tot nu", "Geleverd"],
        "unit": scale.unit,
        "rows": [
            {
                "url": _url_of(effect) if effect.organisation_id in opened else "",
                "name": f"{effect.contract.reference} {effect.contract.award.lot.title}",
                "sub": f"{effect.organisation.name}, {effect.group.name_nl}",
                "estimated": scale.said(effect.estimated),
                "forecast": scale.said(effect.forecast),
                "realised": scale.said(effect.realised_to_date),
                "coverage": _coverage(effect),
            }
            for effect in found
        ],
        "more": len(found) == MOST_CONTRACTS,
    }


def _url_of(effect: ContractEffect) -> str:
    address = reverse("contracts:contract", args=[effect.contract.public_id])
    return f"{address}?{urlencode({'indicator': effect.indicator.code})}"


def _coverage(effect: ContractEffect) -> str:
    return "n.v.t." if effect.coverage_delivered is None else formats.percentage(effect.coverage_delivered)


def _source(report: Report) -> str:
    when = f"peildatum {formats.day(report.as_of)}" if report.as_of else "nog niets gemeten"
    return f"Bron: contracten, {when}. Grondslag: {report.basis.name_nl}."


def _address(name: str, request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return f"{reverse(name)}?{query}" if query else reverse(name)


def _address_with(request: HttpRequest, name: str, value: str) -> str:
    query = {key: found for key, found in request.GET.items() if key != name} | {name: value}
    return f"{request.path}?{urlencode(query)}"
