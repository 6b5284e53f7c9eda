"""One contract that was there already: what it rests on, what follows from that, and what can be made better.

Nothing was promised here, so the page says of each number what it is: an average of the group, or what the
supplier says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from contracts import selectors, services
from contracts.attached import CONTRACT, files_of_records
from contracts.kinds import record_rows
from contracts.models import Contract, ContractLine, ReplacedLine
from contracts.selectors.stated_money import amounts_per_year
from contracts.services import Assessment, quality_of
from contracts.services.as_of import as_of_said
from contracts.services.assessing import assess_core
from contracts.services.core_lines import core_contract
from contracts.services.reading import note_read
from indicators.calculation.known import known
from indicators.models import CLIMATE, SpendFactor
from indicators.selectors import IndicatorInfo, basis_arrays, current_basis
from indicators.selectors.per_euro import per_euro
from indicators.views.quality_words import quality_sentence
from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.files.pages import listed
from mvi_dashboard.ground.filters import Asked
from mvi_dashboard.ground.languages import says_unknown, worded
from mvi_dashboard.ground.listing import file_links
from mvi_dashboard.ground.pages import actor_of

from .changes import contract_changes
from .contract_parts import as_file, counting, items_of, own_data, to_record
from .figures import between_said, coverage_of
from .happenings import happenings_of, newest_first
from .key_figures import decimals_for, other_basis

Document = dict[str, Any]
Kind = ContractLine.BasisKind
_NO_EFFECT = "Van dit contract is nog geen product bekend. Daarom heeft het nog geen effect van zichzelf."


def registered(request: HttpRequest, found: Contract, asked: Asked, as_of: date, kind: str) -> HttpResponseBase:
    """Its page, or what happened under it as a file."""
    actor, rows = actor_of(request), record_rows(found)
    arrays = basis_arrays(current_basis())
    place = arrays.position(asked.values["indicator"] or CLIMATE)
    lines, money = selectors.lines_of(found), selectors.money_lines_of(found)
    attached = files_of_records(actor, found, rows)
    happened = happenings_of(rows, items_of(found), as_of, name_lines=len(lines) > 1)
    happened = [replace(each, files=attached.get(each.id, [])) for each in happened]
    context = {
        "contract": found,
        "runs": "Loopt" if found.end >= clock.today() else "Liep",
        "headline": _headline(found, lines, money),
        "happenings": newest_first(happened + contract_changes(actor, found, lines)),
        "money": _money(found, money),
        "replaced": _earlier(found),
        "own_data": own_data(actor, found),
        "listing": {"files": file_links(request)},
        "list": listed(actor, CONTRACT, found),
        "may_log": bool(lines) and actor.may(access.CONTRACT_LOG, found.organisation_id),
        "may_edit": services.change_contract.may(actor, found.organisation_id),
        "buttons": [],
        "links": [],
        "ways": _ways(found),
        "crumbs": [
            {"label": "Start", "url": "/"},
            {"label": "Contracten", "url": reverse("contracts:list")},
            {"label": found.reference},
        ],
        **asked.form(
            {"indicator": [(each.code, formats.capital(worded(each.name))) for each in arrays.indicators]},
            shown={"indicator": arrays.indicators[place].code},
        ),
    }
    if lines:
        core = core_contract(found, arrays, found=counting(rows))
        context |= _numbers(assess_core(core, as_of), place)
    page = as_file(kind, found, context) if kind else render(request, "contracts/registered.html", context)
    note_read(actor, found)
    return page


def estimate_words(lines: Sequence[ContractLine]) -> str:
    """What the estimate of these lines is called."""
    kinds = {line.basis_kind for line in lines}
    if len(kinds) == 1:
        return str(Kind(kinds.pop()).label)
    return "Schatting (deels volgens leverancier, deels gemiddeld)"


def _headline(found: Contract, lines: Sequence[ContractLine], money: Sequence[ContractLine]) -> Document:
    if lines:
        rough = any(line.basis_kind == Kind.AVERAGE for line in lines)
        title = "Dit contract rekent met een schatting" if rough else "Dit contract rekent met de leverancier"
        lead = (
            "Vraag de leverancier waaruit de producten bestaan. Dat vervangt de schatting."
            if rough
            else "Leg vast wat er wordt geleverd en gebruikt. Dan weet u of het klopt."
        )
        return {"title": title, "lead": lead}
    if found.group is None:
        text = "Kies een productgroep bij dit contract. Zonder groep kunnen wij niets schatten."
        return {"title": "Dit contract heeft nog geen productgroep", "lead": text}
    title = "Van dit contract is alleen een bedrag bekend" if money else "Van dit contract weten wij nog niets"
    return {"title": title, "lead": _NO_EFFECT}


def _numbers(found: Assessment, place: int) -> Document:
    """What follows from the products and from what was recorded, for one indicator."""
    core, whole, wide = found.core, found.whole, found.wide
    info, decimals = core.arrays.indicators[place], decimals_for(whole, place)
    label = estimate_words(core.rows)
    quality = quality_of(wide, core.rows, place)
    kinds = [(label, "estimated"), ("Prognose", "function_forecast"), ("Tot nu", "realised_to_date")]
    figures = [
        _kpi(name, getattr(whole, code)[place], info, decimals, between_said(wide, code, place, decimals))
        for name, code in kinds
    ]
    coverage = coverage_of(whole.coverage, items_of(core.contract))
    return {
        **to_record(core.contract, coverage),
        "info": info,
        "indicator_name": formats.capital(worded(info.name)),
        "as_of": as_of_said(found.as_of),
        "basis": core.arrays.name,
        "method": core.arrays.method,
        "complete": bool(whole.complete[place]),
        "key_figures": figures,
        "other_basis": other_basis(found, place, info, decimals),
        "coverage": coverage,
        "products": [_product(found, number, place, decimals) for number in range(len(found.lines))],
        "quality": quality,
        "quality_said": quality_sentence(quality, assumed=False),
    }


def _kpi(label: str, amount: float, info: IndicatorInfo, decimals: int, between: str) -> Document:
    value = formats.number(known(amount), decimals)
    unit = "" if says_unknown(value) else worded(info.unit)
    return {"label": label, "value": value, "unit": unit, "note": "", "between": between}


def _product(found: Assessment, number: int, place: int, decimals: int) -> Document:
    row, line = found.core.rows[number], found.lines[number]
    contract = found.core.contract
    per_year = " per jaar" if found.core.terms.group.is_consumed else ""
    return {
        "name": str(row.offered),
        "id": row.public_id,
        "kind": Kind(row.basis_kind).label,
        "is_average": row.basis_kind == Kind.AVERAGE,
        "count": f"{formats.number(row.offered.count)} {items_of(contract)}{per_year}",
        "delivered": formats.number(row.delivered_count),
        "estimated": formats.number(known(line.estimated[place]), decimals),
        "forecast": formats.number(known(line.function_forecast[place]), decimals),
        "to_date": formats.number(known(line.realised_to_date[place]), decimals),
    }


def _money(contract: Contract, lines: Sequence[ContractLine]) -> list[Document]:
    factor = per_euro().of(contract.group_id, "") if lines else None
    return [_amount(contract, line, factor) for line in lines]


def _amount(contract: Contract, line: ContractLine, factor: SpendFactor | None) -> Document:
    return {
        "id": line.public_id,
        "amount": formats.euros(line.amount_per_year),
        "years": [
            (year, formats.euros(amount), "" if factor is None else _estimate(amount, factor))
            for year, amount in amounts_per_year(contract, line).items()
        ],
        "without_factor": factor is None,
    }


def _estimate(euros: Decimal, factor: SpendFactor) -> str:
    """What this money does as far as money says."""
    low, high = (formats.number(float(euros) * each, 0) for each in (factor.low, factor.high))
    return f"{low} tot {high} {factor.unit.split('/')[0].strip()}"


def _earlier(contract: Contract) -> list[Document]:
    """What stood there before, newest first."""
    rows = ReplacedLine.objects.filter(line__contract=contract).select_related("bid_line").order_by("-pk")
    return [
        {
            "kind": Kind(row.basis_kind).label,
            "said": formats.euros(row.amount_per_year) + " per jaar"
            if row.bid_line is None
            else f"{formats.number(row.bid_line.count)} x {row.bid_line}",
            "when": formats.day(clock.local_date(row.replaced_at)),
            "reason": row.reason,
        }
        for row in rows
    ]


def _ways(contract: Contract) -> list[Document]:
    """How more can be said of it, from better to worse."""
    ways = [("bill", "Producten volgens de leverancier"), ("average", "Gemiddeld product van de groep")]
    usable = ways if contract.group is not None else []
    return [
        {"label": label, "url": reverse(f"contracts:state_{kind}", args=[contract.public_id])}
        for kind, label in [*usable, ("money", "Alleen een bedrag per jaar")]
    ]
