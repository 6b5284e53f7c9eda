"""What contracts look like as documents, and what all their records have: one definition for form and REST."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from indicators.lines.shapes import MOST_LINES, line_shape
from mvi_dashboard.ground.shapes import (
    CONFIRMATIONS,
    Boolean,
    Choice,
    Date,
    Integer,
    ListOf,
    Money,
    Number,
    Object,
    Reason,
    Text,
    Uuid,
)

_ONE_CENT = Decimal("0.01")
_NO_CREDIT = "Het effect komt uit de methode: dat stuurt u niet mee."
_REFUSED = {"rCredit": _NO_CREDIT}

FINALISE = Object(
    {
        "lot": Uuid(required=False, label="Perceel"),
        "reference": Text(60, label="Contractnummer", help="Uw eigen nummer van dit contract."),
    }
)
LONGEST_NAME = 150
_NOTICE_MONTHS = 120
_OWN = {
    "manager": Text(LONGEST_NAME, required=False, label="Contractmanager", help="De gebruikersnaam."),
    "category_manager": Text(LONGEST_NAME, required=False, label="Categoriemanager", help="De gebruikersnaam."),
    "commissioner": Text(
        LONGEST_NAME, required=False, label="Opdrachtgever", help="De gebruikersnaam van wie het betaalt."
    ),
    "department": Text(100, required=False, label="Afdeling"),
    "category": Text(100, required=False, label="Categorie", help="In uw eigen woorden."),
    "value": Money(
        required=False, label="Waarde zonder btw", help="In euro, voor de hele looptijd zonder verlenging."
    ),
    "options": Text(200, required=False, label="Verlengen", help="Bijvoorbeeld: 2 keer 1 jaar."),
    "notice_months": Integer(
        max=_NOTICE_MONTHS, required=False, unit="maanden", label="Opzegtermijn", help="In maanden."
    ),
    "place": Text(200, required=False, label="Plaats van levering"),
}
"""What an organisation keeps of any contract for itself"""
_LOT = {
    "title": Text(200, label="Onderwerp"),
    "product_group": Text(
        80,
        required=False,
        label="Productgroep",
        help="Leeg: dit valt buiten de productgroepen. Dan krijgt het contract geen effect.",
    ),
    "theme": Text(80, label="Hoofdthema", help="Waar dit contract het meest over gaat."),
}
"""What an awarded contract has of its lot"""
CONTRACT = Object(
    {
        "reference": Text(60, label="Contractnummer"),
        **_LOT,
        "start": Date(label="Begin"),
        "end": Date(label="Einde"),
        "parent": Uuid(required=False, label="Valt onder contract"),
        **_OWN,
    }
)
REGISTER = Object(
    {
        "reference": Text(60, label="Contractnummer", help="Uw eigen nummer van dit contract."),
        "supplier": Text(200, label="Leverancier", help="De code, het nummer of de naam."),
        **_LOT,
        "start": Date(label="Begin"),
        "end": Date(
            label="Einde", help="Loopt het door tot opzegging? Kies de dag waarop u er weer over beslist."
        ),
        "amount_per_year": Money(
            min=_ONE_CENT,
            required=False,
            label="Bedrag per jaar zonder btw",
            help="In euro. Hiermee is er een schatting, tot u meer weet.",
        ),
        **_OWN,
    }
)
_MONEY = {"amount_per_year": Money(min=_ONE_CENT, label="Bedrag per jaar zonder btw", help="In euro.")}
_REPLACED = {
    "replaces": Uuid(required=False, label="Vervangt", help="De regel die hiermee beter wordt."),
    "reason": Reason(2000, multiline=True, required=False, default="", label="Reden"),
}
MONEY_LINE = Object({"basis_kind": Choice(("money",), label="Soort"), **_MONEY, **_REPLACED})
AVERAGE_LINE = Object(
    {
        "basis_kind": Choice(("average",), label="Soort"),
        "product": Text(80, label="Gemiddeld product", help="De code uit de lijst van de productgroep."),
        "count": Number(
            min=0, exclusive_min=True, label="Aantal", help="Zoveel stuks; van wat wordt verbruikt: per jaar."
        ),
        "planned_delivery": Date(required=False, label="Geleverd op of vanaf"),
        **_REPLACED,
    }
)
WITHDRAWAL = Object(
    {"line": Uuid(label="Regel"), "reason": Reason(2000, multiline=True, label="Waarom haalt u dit weg?")}
)


def bill_lines(*, consumed: bool) -> Object:
    """Products by what their supplier says: as in a bid."""
    lines = ListOf(line_shape(consumed=consumed), min_items=1, max_items=MOST_LINES, label="Producten")
    fields = {"basis_kind": Choice(("bill",), label="Soort"), "lines": lines}
    return Object({**fields, **_REPLACED, "confirmations": CONFIRMATIONS})


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
