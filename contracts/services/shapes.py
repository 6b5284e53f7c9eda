"""What contracts and their records look like as documents: one definition for form and REST."""

from __future__ import annotations

from typing import Any

from indicators.lines.shapes import BILL_ROW
from mvi_dashboard.ground.shapes import (
    CONFIRMATIONS,
    Boolean,
    Date,
    Integer,
    ListOf,
    Number,
    Object,
    Text,
    Uuid,
)

_NO_CREDIT = "Het effect komt uit de methode: dat stuurt u niet mee."
_REFUSED = {"rCredit": _NO_CREDIT}

FINALISE = Object(
    {
        "lot": Uuid(required=False, label="Perceel"),
        "reference": Text(60, label="Contractnummer", help="Uw eigen nummer van dit contract."),
    }
)
CONTRACT = Object(
    {
        "reference": Text(60, label="Contractnummer"),
        "start": Date(label="Begin"),
        "end": Date(label="Einde"),
        "parent": Uuid(required=False, label="Valt onder contract"),
    }
)
CLOSE = Object(
    {
        "line": Uuid(label="Product"),
        "date": Date(required=False, label="Geen leveringen meer na"),
        "reopen": Boolean(
            required=False,
            default=False,
            label="Weer openen",
            help="Er komen toch nog leveringen: laat de dag leeg.",
        ),
    }
)

_COMMON = {
    "source_reference": Text(
        100, required=False, label="Bron", help="Het nummer van de pakbon, werkbon of meterstand."
    ),
    "replaces": Uuid(required=False, label="Vervangt"),
    "reason": Text(2000, multiline=True, required=False, default="", label="Reden van de correctie"),
    "void": Boolean(required=False, default=False, label="Vervalt zonder nieuwe waarde"),
    "confirmations": CONFIRMATIONS,
}
_LINE = {"line": Uuid(label="Product")}


def delivery_shape(*, consumed: bool) -> Object:
    """Items on a day, or units of a consumed group over a period."""
    if consumed:
        count = Number(min=0, exclusive_min=True, label="Geleverd", help="Hoeveel er in de periode is verbruikt.")
        period = {
            "date": Date(required=False, label="Datum"),
            "period_start": Date(label="Eerste dag"),
            "period_end": Date(label="Laatste dag"),
        }
    else:
        count = Integer(min=1, max=999_999_999, label="Aantal geleverd")  # type: ignore[assignment]
        period = {
            "date": Date(label="Geleverd op"),
            "period_start": Date(required=False, label="Eerste dag"),
            "period_end": Date(required=False, label="Laatste dag"),
        }
    fields: dict[str, Any] = {
        **_LINE,
        **period,
        "count": count,
        "mass_kg": Number(
            min=0, exclusive_min=True, required=False, unit="" if consumed else "kg",
            label="Hoeveelheid per eenheid" if consumed else "Massa per stuk",
            help="Alleen als die anders is dan beloofd.",
        ),
        "circular_strategy": Text(60, required=False, label="Circulaire strategie"),
        "location": Text(200, required=False, default="", label="Plaats"),
        "bill_of_materials": ListOf(
            BILL_ROW, max_items=500, required=False, default=(), label="Materialen",
            help="Alleen als die anders zijn dan beloofd.",
        ),
    }  # fmt: skip
    if not consumed:
        fields["received_from"] = Uuid(
            required=False, label="Overgenomen van",
            help="De afvoer waarmee een ander contract deze stuks doorgaf: dan telt wat er van het maken over is.",
        )  # fmt: skip
    return Object({**fields, **_COMMON}, refused=_REFUSED)


WITHDRAWN = Object(
    {
        "replaces": Uuid(label="Vervangt", help="De regel die vervalt."),
        "void": Boolean(label="Vervalt zonder nieuwe waarde", help="Altijd true."),
        "reason": Text(2000, multiline=True, label="Reden van de correctie"),
    }
)
"""What is enough to withdraw a record of any kind."""

USE = Object(
    {
        "line": Uuid(required=False, label="Product", help="Leeg: voor het hele contract."),
        "flow": Text(80, label="Wat is verbruikt"),
        "quantity": Number(min=0, label="Hoeveelheid"),
        "unit": Text(20, label="Eenheid"),
        "period_start": Date(label="Eerste dag"),
        "period_end": Date(label="Laatste dag"),
        "items": Integer(
            min=1, required=False, label="Aantal gemeten stuks", help="Leeg: alles wat in gebruik was."
        ),
        "meter": Text(100, required=False, default="", label="Meter", help="Het nummer van de meter."),
        **_COMMON,
    },
    refused=_REFUSED,
)
REPAIR = Object(
    {
        **_LINE,
        "date": Date(label="Datum"),
        "material": Text(80, label="Materiaal"),
        "mass_kg": Number(min=0, exclusive_min=True, unit="kg", label="Massa"),
        **_COMMON,
    },
    refused=_REFUSED,
)
REPAIR_PERIOD = Object(
    {
        **_LINE,
        "period_start": Date(label="Eerste dag"),
        "period_end": Date(label="Laatste dag"),
        **_COMMON,
    },
    refused=_REFUSED,
)
RETIREMENT = Object(
    {
        **_LINE,
        "delivery": Uuid(required=False, label="Levering", help="Leeg: wij nemen de oudste levering het eerst."),
        "date": Date(label="Datum"),
        "count": Integer(min=1, max=999_999_999, label="Aantal afgevoerd"),
        "destination": Text(60, label="Bestemming"),
        "receiver": Text(200, required=False, default="", label="Ontvanger"),
        **_COMMON,
    },
    refused=_REFUSED,
)
