"""How much goes into one unit of what is consumed: exactly 1 in its own unit, plausible in any other.

Without it impact is typed away: a thousandth of a kWh per kWh, a meal of ten grams. Source: method, section 3.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

from django.conf import settings

from indicators.models import ProductGroup
from indicators.selectors import MaterialInfo
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Path, Problem

_TABLE = "fixtures/checks-2026.1/amounts_per_unit.csv"
_UNITS = {"meal": "maaltijd", "hour": "uur", "item": "stuk"}
_SEVERAL = {"meal": "maaltijden", "hour": "uur", "tkm": "tonkilometer", "pkm": "persoonskilometer"}


def unit_of_bill(group: ProductGroup, codes: Iterable[str], materials: Mapping[str, MaterialInfo]) -> str:
    """The unit that a bill of these materials counts in; empty when none of them says so."""
    found = (materials[code].unit for code in codes if code in materials)
    return group.bill_unit or next(found, "")


def is_one(group: ProductGroup, unit: str) -> bool:
    """Whether one unit of what is bought is 1 in the unit of its bill, as both are the same (kWh per kWh)."""
    return group.is_consumed and unit == group.amount_unit


def check_amount(amount: Decimal, unit: str, group: ProductGroup, place: Path) -> list[Problem]:
    """A problem when this is not what one unit of the group can be made of; `unit` is that of the bill."""
    if not group.is_consumed or not unit:
        return []
    if is_one(group, unit):
        text = worded("Eén {unit} is 1 {unit}: vul hier 1 in.", unit=said_unit(unit))
        return [] if amount == 1 else [Problem(place, "range", text)]
    usual = _usual().get((group.code, unit))
    if usual is not None and usual[0] <= amount <= usual[1]:
        return []
    said = worded(
        "{amount} {unit} per {amount_unit}",
        amount=formats.number(float(amount)),
        unit=unit,
        amount_unit=said_unit(group.amount_unit),
    )
    known = (
        worded(
            "gewoon is {usual} tot en met {usual2}",
            usual=formats.number(float(usual[0])),
            usual2=formats.number(float(usual[1])),
        )
        if usual
        else ("wij weten niet wat gewoon is")
    )
    text = worded(
        "{said} is ongewoon voor deze productgroep ({known}). Klopt het? Bevestig het met een reden.",
        said=said,
        known=known,
    )
    return [Problem(place, "plausibility", text, confirmable=True)]


def said_unit(unit: str) -> str:
    """A unit of what is bought, in Dutch."""
    return _UNITS.get(unit, unit)


def said_units(unit: str) -> str:
    """The unit behind a number, as people say it: `12.100 maaltijden`, `3.890.000 kWh`."""
    return _SEVERAL.get(unit, unit)


@lru_cache(maxsize=1)
def _usual() -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    with (settings.BASE_DIR / _TABLE).open(encoding="utf-8", newline="") as text:
        return {
            (row["group"], row["unit"]): (Decimal(row["least"]), Decimal(row["most"]))
            for row in csv.DictReader(text)
        }
