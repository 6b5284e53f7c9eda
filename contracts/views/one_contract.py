"""One contract: the answer first, then the numbers, why they differ, each product and what was recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from contracts import selectors, services
from contracts.attached import CONTRACT, files_of_records
from contracts.kinds import record_rows
from contracts.models import BOUNDED, Contract
from contracts.resources import Promise
from contracts.selectors.asking import ONE_CONTRACT
from contracts.services import Assessment, as_of_day, as_of_said, function_reference, quality_of
from contracts.services.assessing import assess_core
from contracts.services.core_lines import core_contract
from contracts.services.energy import use_on_both
from contracts.services.reading import note_read
from indicators.models import CLIMATE
from indicators.selectors import basis_arrays, current_basis
from indicators.views.quality_words import quality_sentence
from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.files.pages import listed
from mvi_dashboard.ground.filters import Asked
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.listing import file_links, wanted_file
from mvi_dashboard.ground.pages import actor_of, signed_in
from mvi_dashboard.ground.throttling import take_export
from tenders.models import LotItem
from tenders.selectors import declared_of
from tenders.views.declared import shown
from tenders.views.energy import energy_sentences

from .bridges import bridge_of
from .changes import contract_changes
from .contract_parts import as_file, counting, items_of, own_data, to_record
from .figures import TO_DATE, coverage_of, measures_of, other_indicators, promise_of, use_rows
from .happenings import Rows, happenings_of, newest_first
from .headlines import headline, whole_time
from .key_figures import decimals_for, is_lower_bound, key_figures, other_basis, reference_of
from .product_lines import products_of
from .registered import registered
from .year_tables import year_tables


@signed_in
def contract(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """What this contract does on one indicator, at one date."""
    actor = actor_of(request)
    found = selectors.get_contract(actor, public_id)
    asked, kind = ONE_CONTRACT.asked_in(request), wanted_file(request)
    if kind:
        take_export(request)
    as_of = as_of_day(asked.values["as_of"], "peildatum")
    if found.origin == Contract.Origin.REGISTER:
        return registered(request, found, asked, as_of, kind)
    rows = record_rows(found)
    arrays = basis_arrays(current_basis())
    place = arrays.position(asked.values["indicator"] or CLIMATE)
    core = core_contract(found, arrays, found=counting(rows))
    context = _context(request, asked, assess_core(core, as_of), place, rows)
    assert found.award is not None
    version = found.award.bid_version_id
    context |= to_record(found, context["coverage"]) | {
        "contract": found,
        "listing": {"files": file_links(request)},
        "declared": [shown(row) for row in declared_of([version])[version]],
        "may_log": actor.may(access.CONTRACT_LOG, found.organisation_id),
        "list": listed(actor, CONTRACT, found),
        "own_data": own_data(actor, found),
        "may_edit": services.change_contract.may(actor, found.organisation_id),
        "crumbs": [
            {"label": "Start", "url": "/"},
            {"label": "Contracten", "url": "/contracten/"},
            {"label": found.reference},
        ],
        **asked.form(
            {"indicator": [(each.code, formats.capital(worded(each.name))) for each in arrays.indicators]},
            shown={"indicator": arrays.indicators[place].code},
        ),
    }
    page = as_file(kind, found, context) if kind else render(request, "contracts/contract.html", context)
    note_read(actor, found)
    return page


def _context(request: HttpRequest, asked: Asked, found: Assessment, place: int, rows: Rows) -> dict[str, Any]:
    arrays, whole = found.core.arrays, found.whole
    info, items = arrays.indicators[place], items_of(found.core.contract)
    happened = happenings_of(rows, items, found.as_of, name_lines=len(found.lines) > 1)
    actor = actor_of(request)
    attached = files_of_records(actor, found.core.contract, rows)
    happened = [replace(each, files=attached.get(each.id, [])) for each in happened]
    changes = contract_changes(actor, found.core.contract, found.core.rows)
    products, quality = products_of(found, place, info, items), quality_of(found.wide, found.core.rows, place)
    decimals = decimals_for(whole, place)
    function = bridge_of(whole, place, info.unit, function=True, items=items, decimals=decimals)
    return {
        "headline": headline(found, place, info, items, function, decimals),
        "whole_time": whole_time(found),
        "runs": worded("Loopt" if found.core.contract.end >= clock.today() else "Liep"),
        "key_figures": key_figures(found, place, info, items, function, decimals),
        "other_basis": other_basis(found, place, info, decimals),
        "lower_bound": is_lower_bound(whole),
        "info": info,
        "indicator_name": formats.capital(worded(info.name)),
        "as_of": as_of_said(found.as_of),
        "basis": arrays.name,
        "method": arrays.method,
        "measured": whole.recorded,
        "complete": bool(whole.complete[place]),
        "to_date": measures_of(whole, found.wide, place, info.unit, decimals, TO_DATE),
        "bounded": any(found.wide.between(name, place) for name in BOUNDED),
        "coverage": coverage_of(whole.coverage, items),
        "function_bridge": function,
        "account_bridge": bridge_of(whole, place, info.unit, function=False, items=items, decimals=decimals),
        "reference": reference_of(
            whole, found.reference, float(function_reference(found)[place]), place, info.unit, found.wide
        ),
        "energy": energy_sentences(_demands(found).values()),
        "use_rows": use_rows(use_on_both(found.core, found.as_of), place, decimals),
        "promise": promise_of(Promise.of(found.core.contract.promised_effect or {}), info, arrays.code),
        "quality": quality,
        "quality_said": quality_sentence(quality, assumed=any(product["assumed"] for product in products)),
        "products": products,
        "years": year_tables(found, place, info.unit, decimals),
        "others": other_indicators(found, info.code, lambda code: asked.address(indicator=code)),
        "happenings": newest_first(happened + changes),
        "is_consumed": found.core.terms.group.is_consumed,
    }


def _demands(found: Assessment) -> dict[int, LotItem]:
    return {item.pk: item for row in found.core.rows if (item := row.offered.item) is not None}
