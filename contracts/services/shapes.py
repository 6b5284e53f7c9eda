"""What contracts look like as documents, and what all their records have: one definition for form and REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mvi_dashboard.ground.shapes import CONFIRMATIONS, Boolean, Date, Object, Reason, Text, Uuid

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
    "reason": Reason(2000, multiline=True, required=False, default="", label="Reden van de correctie"),
    "void": Boolean(required=False, default=False, label="Vervalt zonder nieuwe waarde"),
    "confirmations": CONFIRMATIONS,
}


def record_shape(line: Mapping[str, Any], own: Mapping[str, Any]) -> Object:
    """The document of one kind of record: what it is about, what it says of that, and what all kinds have."""
    return Object({**line, **own, **_COMMON}, refused=_REFUSED)


OF_A_LINE = {"line": Uuid(label="Product")}
"""About one product of the contract"""
OF_A_LINE_OR_ALL = {"line": Uuid(required=False, label="Product", help="Leeg: voor het hele contract.")}
WITHDRAWN = Object(
    {
        "replaces": Uuid(label="Vervangt", help="De regel die vervalt."),
        "void": Boolean(label="Vervalt zonder nieuwe waarde", help="Altijd true."),
        "reason": Reason(2000, multiline=True, label="Reden van de correctie"),
    }
)
"""What is enough to withdraw a record of any kind."""
