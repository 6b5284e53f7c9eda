"""The contracts behind a total, as far as they may be seen one by one, with amounts that add up to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.pages import actor_of
from reporting.selectors import Row
from reporting.services import Part, Parts, Report
from reporting.services.reading import PART_MEASURES

from .figures import Scale

MOST_CONTRACTS = 50
_MOSTLY = 0.5
"""From this part on one contract makes the number"""


def contracts_behind(
    request: HttpRequest, report: Report, year: int | None, whole: Row, scale: Scale, parts: Parts
) -> dict[str, Any]:
    """A fixed number of rows, what is not among them, and the total."""
    opened = actor_of(request).organisations_for(access.CONTRACT_READ)
    others = int(whole.values["contracts"] or 0) - len(parts.largest)
    columns = [_column(whole, parts.largest, name, scale, others) for name in PART_MEASURES]
    shown = [_shown(part, opened=part.contract["organisation_id"] in opened) for part in parts.largest]
    for place, row in enumerate(shown):
        row["amounts"] = [texts[place] for texts, _total in columns]
    return {
        "unit": scale.unit,
        "rows": shown,
        "rest": [texts[-1] for texts, _total in columns] if others > 0 else None,
        "others": others,
        "total": [total for _texts, total in columns],
        "caption": _caption(report, year),
    }


def _column(whole: Row, found: list[Part], name: str, scale: Scale, others: int) -> tuple[list[str], str]:
    """One measure of the contracts that are listed, of the others together, and the total of both."""
    amounts = [part.values[name] for part in found]
    total = whole.values[name]
    if others > 0:
        amounts.append(None if total is None else total - sum(amount or 0.0 for amount in amounts))
    return scale.column(amounts, total)


def outlier(parts: Parts, whole: Row) -> str:
    """A remark when one contract makes most of what is avoided; empty otherwise."""
    avoided, most = whole.values["avoided_forecast"] or 0.0, parts.most_avoided or 0.0
    if avoided <= 0 or most <= _MOSTLY * avoided or (whole.values["contracts_with_reference"] or 0) < 2:
        return ""
    share = most / avoided
    said = formats.percentage(share) if share <= 1 else "meer dan alles"
    group = parts.most_avoided_group
    return f"Let op: {said} van wat is vermeden (prognose) komt van één contract, in de groep {group}."


def one_group(groups: Sequence[Row], whole: Row) -> str:
    """The same of a product group: where single contracts are not shared this is what can be said."""
    avoided = whole.values["avoided_forecast"] or 0.0
    if avoided <= 0 or len(groups) < 2:
        return ""
    first = max(groups, key=lambda row: row.values["avoided_forecast"] or 0.0)
    share = (first.values["avoided_forecast"] or 0.0) / avoided
    if share <= _MOSTLY:
        return ""
    said = formats.percentage(share) if share <= 1 else "meer dan alles"
    name = first.keys["productGroup"][1]
    return f"Let op: {said} van wat is vermeden (prognose) komt van één productgroep: {name}."


def _shown(part: Part, *, opened: bool) -> dict[str, Any]:
    row = part.contract
    address = reverse("contracts:contract", args=[row["contract__public_id"]])
    delivered = row["coverage_delivered"]
    return {
        "url": f"{address}?{urlencode({'indicator': row['indicator__code']})}" if opened else "",
        "name": f"{row['contract__reference']} {row['contract__title']}",
        "sub": f"{row['organisation__name']}, {row['group__name_nl']}",
        "coverage": "n.v.t." if delivered is None else formats.percentage(delivered),
    }


def _caption(report: Report, year: int | None) -> str:
    if year is None or report.question.by_award_year:
        return "Contracten, grootste eerst: hun hele levensduur"
    return f"Contracten, grootste eerst: alleen wat in {year} valt"
