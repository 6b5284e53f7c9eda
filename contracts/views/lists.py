"""The list of contracts: what was promised and what is expected of each, with filters in the address."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from contracts import selectors
from contracts.models import Contract, ContractEffect
from indicators.models import ProductGroup
from indicators.selectors import current_basis
from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Organisation, Supplier
from mvi_dashboard.ground.pages import next_page, signed_in
from mvi_dashboard.ground.problems import forbidden, refuse

from .headlines import DEVIATES

CLIMATE = "climate"
NAMES = {
    "zoek": "Nummer of titel",
    "productgroep": "Productgroep",
    "leverancier": "Leverancier",
    "organisatie": "Organisatie",
    "stand": "Stand",
}
STATES = {"lopend": "Loopt nu", "straks": "Begint nog", "voorbij": "Is afgelopen"}
Options = Mapping[str, list[tuple[str, str]]]


@signed_in
def contracts(request: HttpRequest) -> HttpResponse:
    """The contracts that this person may see, latest start first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.supplier_id is None and not actor.may(access.CONTRACT_READ):
        raise forbidden()
    asked = _asked(request)
    visible = selectors.visible_contracts(actor)
    found, next_url = next_page(request, _filtered(visible, asked), order=("-start", "id"))
    options = _options(actor, visible)
    context = {
        "rows": _rows(found),
        "next_url": next_url,
        "first_url": _without(request, "cursor") if request.GET.get("cursor") else "",
        "show_organisation": len(options.get("organisatie", ())) > 1,
        "is_supplier": actor.supplier_id is not None,
        "is_filtered": any(asked.values()),
        **_filters(request, asked, options),
        "crumbs": [{"label": "Start", "url": "/"}, {"label": "Contracten"}],
    }
    return render(request, "contracts/list.html", context)


def _asked(request: HttpRequest) -> dict[str, str]:
    asked = {name: request.GET.get(name, "").strip()[:100] for name in NAMES}
    if "\x00" in "".join(asked.values()):
        raise refuse("invalid", "Kies de filters uit de lijst.")
    if asked["stand"] and asked["stand"] not in STATES:
        raise refuse("invalid_choice", "Kies de stand uit de lijst.", "stand")
    return asked


def _filtered(found: QuerySet[Contract], asked: Mapping[str, str]) -> QuerySet[Contract]:
    if asked["zoek"]:
        text = asked["zoek"]
        found = found.filter(Q(reference__icontains=text) | Q(award__lot__title__icontains=text))
    if asked["productgroep"]:
        found = found.filter(award__lot__group__code=asked["productgroep"])
    if asked["leverancier"]:
        found = found.filter(supplier__code=asked["leverancier"])
    if asked["organisatie"]:
        found = found.filter(organisation__code=asked["organisatie"])
    today = clock.today()
    in_state = {
        "lopend": Q(start__lte=today, end__gte=today),
        "straks": Q(start__gt=today),
        "voorbij": Q(end__lt=today),
    }
    return found.filter(in_state[asked["stand"]]) if asked["stand"] else found


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
        "off": said if effect.recorded else "nog niets gemeten",
    }


def _amounts(effect: ContractEffect) -> tuple[float | None, float | None]:
    """Promise and forecast on the basis of the tag: for what is bought now, over the promised time."""
    if effect.estimated is None:
        return None, effect.function_forecast
    return effect.estimated + (effect.function_quantity or 0.0), effect.function_forecast


def _options(actor: Actor, visible: QuerySet[Contract]) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen: only what occurs among the contracts that this person sees."""
    plain = visible.select_related(None).order_by()
    groups = ProductGroup.objects.filter(pk__in=plain.values("award__lot__group")).order_by("name_nl")
    options = {"productgroep": list(groups.values_list("code", "name_nl"))}
    if actor.supplier_id is None:
        suppliers = Supplier.objects.filter(pk__in=plain.values("supplier")).order_by("name")
        options["leverancier"] = list(suppliers.values_list("code", "name"))
    places = Organisation.objects.filter(pk__in=plain.values("organisation")).order_by("name")
    return options | {"organisatie": list(places.values_list("code", "name")), "stand": list(STATES.items())}


def _filters(request: HttpRequest, asked: Mapping[str, str], options: Options) -> dict[str, Any]:
    """Chips and fields for parts/filters.html."""
    labels = {name: dict(found) for name, found in options.items()}
    chips = [
        {"label": f"{NAMES[name]}: {labels.get(name, {}).get(value, value)}", "url": _without(request, name)}
        for name, value in asked.items()
        if value
    ]
    fields = [
        {"name": name, "label": label, "options": options.get(name), "value": asked[name]}
        for name, label in NAMES.items()
        if name == "zoek" or len(options.get(name, ())) > 1
    ]
    return {"chips": chips, "filter_fields": fields, "clear_url": request.path, "filter_action": request.path}


def _without(request: HttpRequest, name: str) -> str:
    """This address without one filter; back on its first page."""
    query = request.GET.copy()
    query.pop(name, None)
    query.pop("cursor", None)
    return f"{request.path}?{query.urlencode()}" if query else request.path
