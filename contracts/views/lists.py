"""The list of contracts: what was promised and what is expected of each, with filters in the address."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from contracts import selectors
from contracts.models import ENDS, Contract, ContractEffect, bound_of
from contracts.selectors.asking import CONTRACTS, STATES
from indicators.models import CLIMATE, ProductGroup
from indicators.selectors import current_basis
from mvi_dashboard.ground import access, formats, wording
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.filters import Options
from mvi_dashboard.ground.models import Organisation, Supplier
from mvi_dashboard.ground.pages import actor_of, next_page, signed_in
from mvi_dashboard.ground.problems import forbidden

from .headlines import DEVIATES


@signed_in
def contracts(request: HttpRequest) -> HttpResponse:
    """The contracts that this person may see, latest start first."""
    actor = actor_of(request)
    if actor.supplier_id is None and not actor.may(access.CONTRACT_READ):
        raise forbidden()
    asked = CONTRACTS.asked_in(request)
    visible = selectors.visible_contracts(actor)
    found, next_url = next_page(request, CONTRACTS.narrowed(visible, asked.values), order=("-start", "id"))
    options = _options(actor, visible)
    several = {key: found for key, found in options.items() if len(found) > 1}
    context = {
        "rows": _rows(found),
        "next_url": next_url,
        "first_url": asked.first_url,
        "show_organisation": "organisation" in several,
        "is_supplier": actor.supplier_id is not None,
        "is_filtered": asked.is_filtered,
        **asked.form(several, options),
        "crumbs": [{"label": "Start", "url": "/"}, {"label": "Contracten"}],
    }
    return render(request, "contracts/list.html", context)


def _rows(found: Iterable[Contract]) -> list[dict[str, Any]]:
    """Each contract with its effect on climate, read in one go."""
    contracts_here = list(found)
    if not contracts_here:
        return []
    effects = list(
        ContractEffect.objects.filter(contract__in=contracts_here, basis=current_basis(), indicator__code=CLIMATE)
    )
    by_contract = {effect.contract_id: effect for effect in effects}
    amounts = [amount for effect in effects for amount in _amounts(effect)]
    decimals = formats.decimals_of(amounts)
    return [_row(each, by_contract.get(each.pk), decimals) for each in contracts_here]


def _row(contract: Contract, effect: ContractEffect | None, decimals: int) -> dict[str, Any]:
    if effect is None:
        return {"contract": contract, "effect": None, "tag": "", "amounts": [formats.UNKNOWN] * 2, "off": ""}
    off = selectors.effect_off_promise(effect)
    said = "niets beloofd" if math.isinf(off) else formats.percentage_change(off)
    return {
        "contract": contract,
        "effect": effect,
        "tag": DEVIATES if off > selectors.KEPT else "",
        "amounts": [formats.number(amount, decimals) for amount in _amounts(effect)],
        "between": _between(effect, decimals),
        "off": said if effect.recorded else "nog niets gemeten",
    }


def _between(effect: ContractEffect, decimals: int) -> str:
    """Between what the forecast lies; empty where that is one value."""
    low, high = (getattr(effect, bound_of("function_forecast", end)) for end in ENDS)
    return "" if low is None else wording.between(low, high, decimals)


def _amounts(effect: ContractEffect) -> tuple[float | None, float | None]:
    """Promise and forecast on the basis of the tag: for what is bought now, over the promised time."""
    if effect.estimated is None:
        return None, effect.function_forecast
    return effect.estimated + (effect.function_quantity or 0.0), effect.function_forecast


def _options(actor: Actor, visible: QuerySet[Contract]) -> Options:
    """What can be chosen: only what occurs among the contracts that this person sees."""
    plain = visible.select_related(None).order_by()
    groups = ProductGroup.objects.filter(pk__in=plain.values("award__lot__group")).order_by("name_nl")
    options = {"group": list(groups.values_list("code", "name_nl"))}
    if actor.supplier_id is None:
        suppliers = Supplier.objects.filter(pk__in=plain.values("supplier")).order_by("name")
        options["supplier"] = list(suppliers.values_list("code", "name"))
    places = Organisation.objects.filter(pk__in=plain.values("organisation")).order_by("name")
    return options | {"organisation": list(places.values_list("code", "name")), "state": list(STATES.items())}
