"""What a product line looks like in a document: one definition for assessment, bid and recorded history.

The texts are those of the general delivery protocol; which material or strategy exists is checked beside it.
"""

from __future__ import annotations

from mvi_dashboard.ground.shapes import (
    CONFIRMATIONS,
    Boolean,
    Choice,
    Date,
    Fraction,
    Integer,
    ListOf,
    Number,
    Object,
    Text,
)

from .line import BomRow, DeclaredProduction, Line, UseRow

LARGEST_COUNT = 999_999_999
MOST_LINES = 500
MOST_ROWS = 500

_TOO_HEAVY = "Dit is te groot voor de massa van een product, in kg."
_NO_CREDIT = "Dit veld kent de dienst niet: het effect volgt uit de methode."

BILL_ROW = Object(
    {
        "component": Text(100, required=False, default="", label="Onderdeel", help="Alleen als u ze apart noemt."),
        "material": Text(80, label="Materiaal", help="Kies een materiaal uit de lijst."),
        "share": Fraction(
            exclusive_min=True,
            required=False,
            label="Aandeel",
            help="Het deel van de massa. Alle regels samen zijn 100 %.",
        ),
        "mass_kg": Number(
            min=0, exclusive_min=True, required=False, unit="kg", label="Massa", help="In plaats van een aandeel."
        ),
        "recycled": Fraction(
            label="Gerecycled",
            help="Welk deel van dit materiaal gerecycled is.",
            messages={"null": "Onbekend? Vul 0 in: dan rekenen wij met nieuw materiaal."},
        ),
        "added": Boolean(
            required=False,
            default=False,
            label="Nieuw toegevoegd",
            help="Alleen bij hergebruikte producten: dit deel is nieuw.",
        ),
    },
    refused={"rCredit": _NO_CREDIT},
    becomes=BomRow.of,
)

USE_ROW = Object(
    {
        "flow": Text(80, label="Verbruik", help="Wat het product verbruikt."),
        "quantity": Number(min=0, label="Hoeveelheid", help="Per stuk, in de eenheid van de stroom."),
        "unit": Text(20, label="Eenheid"),
        "basis": Choice(
            ("item-year", "item-once"), label="Hoe vaak", help="Per stuk per jaar, of eenmalig per stuk."
        ),
        "role": Choice(("use", "repair"), required=False, default="use", label="Soort"),
        "supplied_under": Text(100, required=False, default="", label="Geleverd onder contract"),
    },
    becomes=UseRow.of,
)

BOUNDARIES = {
    "cradle-to-gate": "van grondstof tot fabriekspoort",
    "cradle-to-grave": "van grondstof tot en met afdanken",
    "gate-to-gate": "alleen in de fabriek",
    "other": "iets anders",
}
DECLARED_PRODUCTION = Object(
    {
        "indicator": Text(80, label="Indicator", help="Een van onze indicatoren, bijvoorbeeld climate."),
        "value": Number(min=0, label="Waarde", help="Wat het maken van één stuk doet, volgens de maker."),
        "unit": Text(40, label="Eenheid", help="Die van de indicator, bijvoorbeeld kg CO2-eq."),
        "per": Choice(
            ("item", "bid"),
            names={"item": "per stuk", "bid": "voor alles samen"},
            required=False,
            default="item",
            label="Waarvoor",
            help="Per stuk; niet voor alles samen.",
        ),
        "boundary": Choice(
            list(BOUNDARIES), names=BOUNDARIES, label="Grens", help="Welk deel van de keten dit getal omvat."
        ),
        "method": Text(100, label="Methode", help="De norm of het rekenprogramma."),
        "year": Integer(min=1990, max=2100, label="Jaar", help="Het jaar van de gegevens."),
        "verified": Boolean(required=False, default=False, label="Getoetst", help="Door een ander dan de maker."),
        "file": Text(300, required=False, default="", label="Document", help="De naam van het document."),
    },
    label="Eigen getal van de maker",
    becomes=DeclaredProduction.of,
)

_FIELDS = {
    "reference": Text(100, label="Kenmerk", help="Uw eigen code voor dit product."),
    "name": Text(200, required=False, default="", label="Naam", help="Hoe het product heet."),
    "role": Choice(("main", "accessory"), required=False, default="main", label="Rol"),
    "product_type": Text(
        80, required=False, label="Soort product", help="Bijvoorbeeld laptop of beeldscherm; kies uit de lijst."
    ),
    "mass_kg": Number(
        min=0,
        exclusive_min=True,
        required=False,
        unit="kg",
        label="Massa per stuk",
        help="Wat één stuk weegt, in kg.",
        messages={"max_value": _TOO_HEAVY},
    ),
    "lifetime_years": Number(
        min=0,
        exclusive_min=True,
        unit="jaar",
        label="Levensduur",
        help="Hoe lang één stuk meegaat, in jaren.",
    ),
    "circular_strategy": Text(60, label="Circulaire strategie", help="Hoe het product tot stand komt."),
    "end_of_life_plan": Text(60, label="Einde levensduur", help="Wat er na gebruik gebeurt."),
    "bill_of_materials": ListOf(
        BILL_ROW, min_items=1, max_items=MOST_ROWS, label="Materialen", help="Waaruit één stuk bestaat."
    ),
    "use": ListOf(USE_ROW, max_items=MOST_ROWS, required=False, default=(), label="Verbruik"),
    "declared_production": ListOf(
        DECLARED_PRODUCTION,
        max_items=20,
        required=False,
        default=(),
        label="Eigen getal van de maker",
        help="Wat het maken van één stuk doet volgens de maker. Alleen als het protocol dit toelaat.",
    ),
    "planned_delivery": Date(required=False, label="Geplande levering"),
    "promise_survives": Boolean(
        required=False,
        default=False,
        label="Toezegging geldt na het contract",
        help="Alleen als u dit kunt aantonen.",
    ),
    "warranty_years": Number(min=0, max=100, required=False, unit="jaar", label="Garantie"),
}

DURABLE_LINE = Object(
    _FIELDS | {"count": Integer(min=1, max=LARGEST_COUNT, label="Aantal", help="Hoeveel stuks u levert.")},
    becomes=Line.of,
)
CONSUMED_BILL_ROW = BILL_ROW.with_fields(
    {
        "share": Fraction(
            exclusive_min=True,
            required=False,
            label="Aandeel",
            help="Het deel van de hoeveelheid per eenheid. Alle regels samen zijn 100 %.",
        ),
        "mass_kg": Number(
            min=0,
            exclusive_min=True,
            required=False,
            label="Hoeveelheid",
            help="Hoeveel hiervan in één eenheid zit, in de eenheid van de lijst. In plaats van een aandeel.",
        ),
    }
)
CONSUMED_LINE = Object(
    _FIELDS
    | {
        "bill_of_materials": ListOf(
            CONSUMED_BILL_ROW,
            min_items=1,
            max_items=MOST_ROWS,
            label="Materialen",
            help="Waaruit één eenheid bestaat: materialen, voedsel, energie of vervoer. Alles in één eenheid.",
        ),
        "count": Number(min=0, exclusive_min=True, label="Aantal per jaar", help="Hoeveel u per jaar levert."),
        "mass_kg": Number(
            min=0,
            exclusive_min=True,
            required=False,
            label="Hoeveelheid per eenheid",
            help="Hoeveel er in één eenheid zit, in de eenheid van de lijst. Is dat dezelfde eenheid? Vul 1 in.",
            messages={"max_value": _TOO_HEAVY},
        ),
    },
    becomes=Line.of,
)

DECLARED_KINDS = {
    "mki": "MKI",
    "mpg": "MPG",
    "epd": "EPD",
    "energy-label": "Energielabel",
    "co2-footprint": "CO2-voetafdruk",
    "other": "Iets anders",
}
DECLARED = Object(
    {
        "line": Text(100, label="Kenmerk van het product", help="Hetzelfde kenmerk als bij het product."),
        "kind": Choice(
            list(DECLARED_KINDS),
            names=DECLARED_KINDS,
            required=False,
            default="other",
            label="Soort",
            help="Wat u zelf heeft laten berekenen of toetsen.",
        ),
        "indicator": Text(80, required=False, label="Indicator", help="Als dit een van onze indicatoren is."),
        "name": Text(100, required=False, default="", label="Naam", help="Hoe het resultaat heet."),
        "value": Number(required=False, label="Waarde", help="Het getal. Bij een klasse laat u dit leeg."),
        "grade": Text(20, required=False, default="", label="Klasse", help="Bijvoorbeeld A bij een energielabel."),
        "unit": Text(
            40, required=False, default="", label="Eenheid", help="Per stuk, bijvoorbeeld: euro per stuk."
        ),
        "method": Text(100, required=False, default="", label="Methode", help="De norm of bepalingsmethode."),
        "method_version": Text(60, required=False, default="", label="Versie van de methode"),
        "tool": Text(100, required=False, default="", label="Rekenprogramma"),
        "verification": Text(
            200, required=False, default="", label="Getoetst door", help="Wie het onafhankelijk toetste."
        ),
        "valid_until": Date(required=False, label="Geldig tot en met"),
        "document": Text(300, required=False, default="", label="Bewijs", help="De naam van het document."),
    },
    label="Eigen resultaat",
)


def line_shape(*, consumed: bool) -> Object:
    """The shape of a line: whole items of a durable group, any amount per year of a consumed one."""
    return CONSUMED_LINE if consumed else DURABLE_LINE


def assessment_shape(*, consumed: bool) -> Object:
    """The shape of a request to assess without storing."""
    return Object(
        {
            "product_group": Text(80, label="Productgroep"),
            "factor_set": Text(80, required=False, label="Factorset"),
            "factor_set_version": Text(40, required=False, label="Versie van de factorset"),
            "method": Text(80, required=False, label="Methode"),
            "weighting_set": Text(80, required=False, label="Weegset"),
            "lines": ListOf(line_shape(consumed=consumed), min_items=1, max_items=MOST_LINES, label="Regels"),
            "confirmations": CONFIRMATIONS,
        }
    )
