"""What can be asked of the list of contracts, declared once for page, REST and rows."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from contracts.models import Contract
from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.filters import Filter, Filters
from mvi_dashboard.ground.shapes import Date, Text

STATES = {"lopend": "Loopt nu", "straks": "Begint nog", "voorbij": "Is afgelopen"}


def _named(found: QuerySet[Contract], text: str) -> QuerySet[Contract]:
    return found.filter(Q(reference__icontains=text) | Q(award__lot__title__icontains=text))


def _in_state(found: QuerySet[Contract], state: str) -> QuerySet[Contract]:
    today = clock.today()
    in_state = {
        "lopend": Q(start__lte=today, end__gte=today),
        "straks": Q(start__gt=today),
        "voorbij": Q(end__lt=today),
    }
    return found.filter(in_state[state])


CONTRACTS = Filters(
    search=Filter("zoek", "Nummer of titel", _named, Text(100, required=False), parameter="", typed=True),
    group=Filter("productgroep", "Productgroep", "award__lot__group__code", parameter="product_group"),
    supplier=Filter("leverancier", "Leverancier", "supplier__code", parameter=""),
    organisation=Filter("organisatie", "Organisatie", "organisation__code", Text(60, required=False)),
    state=Filter("stand", "Stand", _in_state, choices=STATES, parameter=""),
)
ONE_CONTRACT = Filters(
    indicator=Filter("indicator", "Indicator"),
    as_of=Filter(
        "peildatum",
        "Stand op",
        shape=Date(required=False),
        typed=True,
        said=lambda day: f"Stand op {formats.day(day)}",
        hint="dd-mm-jjjj",
    ),
)
"""What the page of one contract is about"""
