"""What can be asked of the list of contracts, declared once for page, REST and rows."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from contracts.models import Contract, ContractEffect
from indicators.models import CLIMATE
from indicators.selectors import current_basis
from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.filters import Filter, Filters
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.ordering import Order, Orders
from mvi_dashboard.ground.shapes import Date, Text

STATES = {"lopend": "Loopt nu", "straks": "Begint nog", "voorbij": "Is afgelopen"}


def _named(found: QuerySet[Contract], text: str) -> QuerySet[Contract]:
    return found.filter(Q(reference__icontains=text) | Q(title__icontains=text))


def _in_state(found: QuerySet[Contract], state: str) -> QuerySet[Contract]:
    today = clock.today()
    in_state = {
        "lopend": Q(start__lte=today, end__gte=today),
        "straks": Q(start__gt=today),
        "voorbij": Q(end__lt=today),
    }
    return found.filter(in_state[state])


def _of_supplier(found: QuerySet[Contract], code: str) -> QuerySet[Contract]:
    return found.filter(Q(supplier__code=code) | Q(supplier__merged_into__code=code))


CONTRACTS = Filters(
    search=Filter("zoek", "Nummer of titel", _named, Text(100, required=False), parameter="", typed=True),
    group=Filter("productgroep", "Productgroep", "group__code", parameter="product_group"),
    supplier=Filter("leverancier", "Leverancier", _of_supplier, parameter=""),
    organisation=Filter("organisatie", "Organisatie", "organisation__code", Text(60, required=False)),
    state=Filter("stand", "Stand", _in_state, choices=STATES, parameter=""),
)


def _forecast() -> Any:
    """The forecast on climate on the basis of now."""
    effects = ContractEffect.objects.filter(
        contract=OuterRef("pk"), basis=current_basis(), indicator__code=CLIMATE
    )
    return Subquery(effects.values("function_forecast")[:1])


CONTRACTS_ORDER = Orders(
    "-begin",
    reference=Order("nummer", "Contract", "reference"),
    supplier=Order("leverancier", "Leverancier", "supplier__name"),
    group=Order("productgroep", "Productgroep", "group__name_nl", parameter="productGroup"),
    start=Order("begin", "Begin", "start"),
    end=Order("einde", "Einde", "end"),
    forecast=Order("prognose", "Prognose", _forecast, 0.0),
)
ONE_CONTRACT = Filters(
    indicator=Filter("indicator", "Indicator"),
    as_of=Filter(
        "peildatum",
        "Stand op",
        shape=Date(required=False),
        typed=True,
        said=lambda day: worded("Stand op {day}", day=formats.day(day)),
        hint="dd-mm-jjjj",
    ),
)
"""What the page of one contract is about"""
