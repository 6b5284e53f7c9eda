"""The comparison of a lot: bids side by side on one indicator, opened down to their sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from indicators import glossary
from indicators.calculation.comparison import PARTS
from mvi_dashboard.ground import access, clock, formats, table_files
from mvi_dashboard.ground.pages import actor_of, may
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.throttling import take_export
from mvi_dashboard.ground.wording import in_sentence
from tenders import selectors, services
from tenders.models import Lot, Tender
from tenders.services import LotComparison, methods

from . import compared, trust
from .energy import energy_sentences
from .opened import opened_bid
from .order_words import order_said, why_of
from .words import crumbs, may_edit, tag_of, tender_url
from .workbooks import as_file

_MOST_TRACED = 40


@require_safe
@may(access.BID_READ)
def compare(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One lot on one indicator; both stand in the address."""
    comparison = services.compare_tender(
        actor_of(request), tender_id=public_id, lot_id=_lot_id(request.GET.get("perceel", ""))
    )
    place = _place(comparison, request.GET.get("indicator", ""))
    tender, info = comparison.lot.tender, comparison.arrays.indicators[place]
    rows = compared.rows_of(comparison, place)
    _open_bids(rows, place, request.GET.get("inschrijving", ""))
    address = f"{request.path}?perceel={comparison.lot.public_id}"
    context = {
        "tender": tender,
        "lot": comparison.lot,
        "tag": tag_of(tender.status),
        "info": info,
        "name": formats.capital(info.name),
        "name_term": glossary.marked(
            glossary.of_indicator(info.code, info.name, info.definition, info.unit), formats.capital(info.name)
        ),
        "basis": comparison.arrays,
        "rows": rows,
        "set_aside": comparison.set_aside,
        "demand": compared.demand_text(comparison),
        "same_making": compared.same_making(comparison, place),
        "energy": energy_sentences(comparison.items),
        "reference_note": compared.reference_note(comparison),
        "part_labels": [compared.PART_LABELS[part] for part in PARTS],
        "parts": compared.parts_table(rows),
        "address": f"{address}&indicator={info.code}",
        "files": _files(tender, comparison.lot, info.code) if rows else [],
        "crumbs": crumbs((tender.title, tender_url(tender)), ("Vergelijking", "")),
        **_indicators(comparison, place, address),
    }
    context |= _certainty(request, comparison, place, rows, context["address"])
    context["data"] = trust.data_of(rows, place)
    context["by_method"] = _by_method(comparison, place)
    context["decide_url"] = _decide_url(request, tender, comparison.lot)
    context |= compared.sentences(comparison, place, rows, deciding=bool(context["decide_url"]))
    context |= _order(comparison, place, rows, context)
    context["figure"] = compared.chart_of(comparison, place, rows, context.get("order"))
    return render(request, "tenders/compare.html", context)


@require_safe
@may(access.BID_READ)
def compare_csv(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same comparison as a CSV for a Dutch spreadsheet."""
    found = _file(request, public_id, "csv")
    return as_file(found.dutch_csv().encode(), f"{found.name}.csv", f"{table_files.CSV}; charset=utf-8")


@require_safe
@may(access.BID_READ)
def compare_xlsx(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same comparison as a workbook."""
    found = _file(request, public_id, "xlsx")
    return as_file(found.workbook(), f"{found.name}.xlsx")


def _file(request: HttpRequest, public_id: UUID, kind: str) -> services.ComparisonFile:
    take_export(request)
    lot_id = _lot_id(request.GET.get("perceel", ""))
    comparison = services.compare_tender(actor_of(request), tender_id=public_id, lot_id=lot_id, as_file=kind)
    place = _place(comparison, request.GET.get("indicator", ""))
    return services.ComparisonFile(comparison, services.comparison_answer(comparison, place, None, clock.now()))


def _files(tender: Tender, lot: Lot, code: str) -> list[dict[str, str]]:
    """The files of this page, on the same lot and indicator."""
    kinds = {"compare_csv": "CSV", "compare_xlsx": "Excel"}
    return [
        {
            "label": label,
            "url": f"{reverse(f'tenders:{name}', args=[tender.public_id])}"
            f"?perceel={lot.public_id}&indicator={code}",
        }
        for name, label in kinds.items()
    ]


def _certainty(
    request: HttpRequest, comparison: LotComparison, place: int, rows: list[dict[str, Any]], address: str
) -> dict[str, Any]:
    """How sure the ranking is, when that was asked for; else the link that asks for it."""
    if request.GET.get("onzekerheid") != "ja":
        return {"certainty_url": f"{address}&onzekerheid=ja" if rows else ""}
    found = services.certainty_of(actor_of(request), comparison, place)
    compared.add_certainty(rows, found)
    consumed = comparison.lot.group.is_consumed
    return {
        "certainty": found,
        "sure": compared.how_sure(rows, found.not_drawn),
        "hangs_on": trust.hangs_on(rows, found, consumed=consumed),
        "without_url": address,
    }


def _order(
    comparison: LotComparison, place: int, rows: Sequence[dict[str, Any]], told: Mapping[str, Any]
) -> dict[str, Any]:
    """What holds of the order when it rests on ranges; the title never names a bid that may not be the lowest."""
    if not compared.all_placed(rows):
        return {}
    said = order_said(comparison, place, {row["each"].bid.pk: row["supplier"] for row in rows})
    if said is None:
        return {}
    lowest = compared.lowest_of(rows)
    found = {"order": said, "why": why_of(comparison, place, rows, said)}
    if not said.title:
        whatever = said.certain and len(said.ranges) == 1 and len(lowest) == 1
        name = in_sentence(said.ranges[0]["name"])
        return found | ({"title": f"{told['title']}, wat {name} ook is"} if whatever else {})
    # Who may not be the lowest is not called so: the number is said to be that of the value that counts.
    lead = told["lead"].replace(compared.THAT_IS, f"Met de rekenwaarde komt {compared.names_of(lowest)} op", 1)
    return found | {"title": said.title, "lead": f"{said.highest} {lead}".strip()}


def _by_method(comparison: LotComparison, place: int) -> dict[str, Any] | None:
    """The ranking by every method, once it can no longer decide anything."""
    rankings = methods.rank_by_method(comparison, place)
    if len(rankings) < 2:
        return None
    return {
        "methods": rankings,
        "rows": compared.by_method(comparison, rankings),
        "depends": methods.order_depends(rankings),
        "tested": methods.order_is_tested(rankings),
    }


def _lot_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise not_found() from None


def _place(comparison: LotComparison, code: str) -> int:
    """The place of the indicator in the address, of the first one without it."""
    return comparison.arrays.position(code) if code else 0


def _open_bids(rows: list[dict[str, Any]], place: int, chosen: str) -> None:
    """Puts the lines of each bid in its row; of a large comparison only the chosen bid has its traces."""
    versions = [row["each"].version.pk for row in rows]
    confirmations, declared = selectors.confirmations_of(versions), selectors.declared_of(versions)
    few = sum(len(row["each"].lines) for row in rows) <= _MOST_TRACED
    for row in rows:
        each = row["each"]
        row["open"] = str(row["id"]) == chosen
        row["opened"] = opened_bid(
            each,
            place,
            confirmations[each.version.pk],
            declared[each.version.pk],
            with_traces=few or row["open"],
        )


def _indicators(comparison: LotComparison, place: int, address: str) -> dict[str, Any]:
    """Tabs for the core indicators of which something is known; the others stand behind "meer"."""
    tabs, more, unknown = [], [], []
    for number, info in enumerate(comparison.arrays.indicators):
        some = any(not np.isnan(each.comparison.demand_impact[number]) for each in comparison.bids)
        tab = {
            "url": f"{address}&indicator={info.code}",
            "label": formats.capital(info.name),
            "current": number == place,
        }
        if not some and number != place:
            unknown.append(tab)
        elif info.core or number == place:
            tabs.append(tab)
        else:
            more.append(tab)
    return {"tabs": tabs, "more": more, "unknown": unknown}


def _decide_url(request: HttpRequest, tender: Tender, lot: Lot) -> str:
    if not may_edit(actor_of(request), tender) or lot.state != Lot.State.OPEN:
        return ""
    return f"{reverse('tenders:decide', args=[tender.public_id])}?perceel={lot.public_id}"
