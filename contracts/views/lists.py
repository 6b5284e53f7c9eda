"""The list of contracts: what was promised and what is expected of each, with filters in the address."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from contracts import selectors
from contracts.models import ENDS, Contract, ContractEffect, bound_of
from contracts.selectors.asking import CONTRACTS, CONTRACTS_ORDER, STATES
from indicators.models import CLIMATE, ProductGroup
from indicators.selectors import current_basis
from mvi_dashboard.ground import access, formats, wording
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.filters import Options
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.listing import DAY, NUMBER, SHARE, Cell, Column, Listing, Tag
from mvi_dashboard.ground.models import Organisation, Supplier
from mvi_dashboard.ground.pages import actor_of, signed_in
from mvi_dashboard.ground.problems import forbidden
from mvi_dashboard.ground.suppliers.families import among

from .headlines import DEVIATES

_PLACE, _KILOGRAMS = "Organisatie", "kg CO2-eq"


@dataclass(frozen=True)
class Row:
    """A contract with its effect on climate, and from how many decimals its numbers are written."""

    contract: Contract
    effect: ContractEffect | None
    decimals: int

    @property
    def amounts(self) -> tuple[float | None, float | None]:
        """Promise and forecast, as far as they are known; without award nothing was promised."""
        promised, forecast = (None, None) if self.effect is None else _amounts(self.effect)
        return (promised if self.is_promised else None, forecast)

    @property
    def is_promised(self) -> bool:
        """Whether anything was promised."""
        return self.contract.origin == Contract.Origin.AWARD

    @property
    def off(self) -> float | None:
        """The forecast against the promise; infinite where nothing was promised."""
        if self.effect is None or not self.is_promised:
            return None
        return selectors.effect_off_promise(self.effect)


def _reference(row: Row) -> Cell:
    contract, off = row.contract, row.off
    return Cell(
        contract.reference,
        url=reverse("contracts:contract", args=[contract.public_id]),
        tags=(Tag(DEVIATES, "tag-error"),) if off is not None and off > selectors.KEPT else (),
        below=(f"{contract.title}, {contract.organisation.name}",),
    )


def _promised(row: Row) -> Cell:
    return Cell() if row.is_promised else Cell(worded("niets beloofd"))


def _period(row: Row) -> Cell:
    start, end = formats.short_day(row.contract.start), formats.short_day(row.contract.end)
    return Cell(worded("{start} tot en met {end}", start=start, end=end))


def _group(row: Row) -> str:
    group = row.contract.group
    return worded("geen") if group is None else group.name_nl


def _forecast(row: Row) -> Cell:
    if row.effect is None:
        return Cell()
    said = (_between(row.effect, row.decimals), "" if row.effect.complete else worded("niet volledig"))
    return Cell(below=[each for each in said if each])


def _off(row: Row) -> Cell:
    if row.effect is None or row.off is None:
        return Cell("")
    said = worded("niets beloofd") if math.isinf(row.off) else formats.percentage_change(row.off)
    return Cell(said if row.effect.recorded else worded("nog niets gemeten"))


def _measured_off(row: Row) -> float | None:
    """The deviation of what is measured, for a file."""
    known = row.effect is not None and row.effect.recorded and row.off is not None and math.isfinite(row.off)
    return row.off if known else None


LIST = Listing(
    "contracten",
    "Contracten, met het effect op het klimaat over de beloofde levensduur",
    CONTRACTS_ORDER,
    Column("Contract", lambda row: row.contract.reference, order="reference", shown=_reference),
    Column("Onderwerp", lambda row: row.contract.title, on_page=False),
    Column(_PLACE, lambda row: row.contract.organisation.name, on_page=False),
    Column("Leverancier", lambda row: row.contract.supplier.name, order="supplier"),
    Column("Productgroep", _group, order="group"),
    Column("Looptijd", lambda row: "", order="start", shown=_period, in_file=False),
    Column("Begin", lambda row: row.contract.start, DAY, on_page=False),
    Column("Einde", lambda row: row.contract.end, DAY, on_page=False),
    Column("Beloofd", lambda row: row.amounts[0], NUMBER, _KILOGRAMS, term="beloofd", shown=_promised),
    Column(
        "Prognose",
        lambda row: row.amounts[1],
        NUMBER,
        _KILOGRAMS,
        order="forecast",
        term="prognose",
        shown=_forecast,
    ),
    Column("Prognose min beloofd", _measured_off, SHARE, shown=_off, term="prognose-min-beloofd"),
    Column(
        "Geleverd",
        lambda row: None if row.effect is None else row.effect.coverage_delivered,
        SHARE,
        term="ingevuld",
        none="n.v.t.",
    ),
)


@signed_in
def contracts(request: HttpRequest) -> HttpResponseBase:
    """The contracts that this person may see, latest start first."""
    actor = actor_of(request)
    if actor.supplier_id is None and not actor.may(access.CONTRACT_READ):
        raise forbidden()
    asked = CONTRACTS.asked_in(request)
    visible = selectors.visible_contracts(actor)
    found = CONTRACTS.narrowed(visible, asked.values)
    page = LIST.page(request, found, prepare=_rows, about=_about)
    if page.wants_file:
        return page.file()
    options = _options(actor, visible)
    several = {key: found for key, found in options.items() if len(found) > 1}
    context = {
        **page.context(),
        "may_register": bool(actor.own_for(access.CONTRACT_REGISTER)),
        "is_supplier": actor.supplier_id is not None,
        "is_filtered": asked.is_filtered,
        **asked.form(several, options),
        "crumbs": [{"label": worded("Start"), "url": "/"}, {"label": worded("Contracten")}],
    }
    return render(request, "contracts/list.html", context)


def _about() -> dict[str, str]:
    """What every row of a file says of its numbers."""
    return {"Rekenbasis": current_basis().code, "Indicator": worded("Klimaat, over de beloofde levensduur")}


def _rows(found: Sequence[Contract]) -> list[Row]:
    """Each contract with its effect on climate, read in one go."""
    if not found:
        return []
    effects = list(
        ContractEffect.objects.filter(contract__in=found, basis=current_basis(), indicator__code=CLIMATE)
    )
    by_contract = {effect.contract_id: effect for effect in effects}
    decimals = formats.decimals_of([amount for effect in effects for amount in _amounts(effect)])
    return [Row(each, by_contract.get(each.pk), decimals) for each in found]


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
    groups = ProductGroup.objects.filter(pk__in=plain.values("group")).order_by("name_nl")
    options = {"group": list(groups.values_list("code", "name_nl"))}
    if actor.supplier_id is None:
        theirs = Supplier.objects.filter(pk__in=plain.values("supplier"))
        suppliers = Supplier.objects.filter(among(theirs)).order_by("name")
        options["supplier"] = list(suppliers.values_list("code", "name"))
    places = Organisation.objects.filter(pk__in=plain.values("organisation")).order_by("name")
    return options | {"organisation": list(places.values_list("code", "name")), "state": list(STATES.items())}
