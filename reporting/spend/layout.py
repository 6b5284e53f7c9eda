"""What a file of spend may hold."""

from __future__ import annotations

from mvi_dashboard.ground.access import REPORT_READ, SPEND_EDIT
from mvi_dashboard.ground.columns.fields import Field, Layout, Value

SPEND = Layout(
    code="spend",
    label="Uitgaven",
    permission=SPEND_EDIT,
    reads=REPORT_READ,
    fields=(
        Field(
            code="supplier",
            label="Leverancier",
            synonyms=(
                "crediteur",
                "crediteurnaam",
                "naam leverancier",
                "naam crediteur",
                "vendor",
                "supplier name",
            ),
            example="Bouw Model B.V.",
        ),
        Field(
            code="date",
            label="Datum",
            value=Value.DATE,
            synonyms=("boekdatum", "factuurdatum", "posting date", "invoice date"),
            example="03-11-2025",
        ),
        Field(
            code="category",
            label="Categorie",
            synonyms=(
                "grootboek",
                "grootboekrekening",
                "rekening",
                "kostensoort",
                "inkoopcategorie",
                "inkooppakket",
                "ledger account",
                "gl account",
                "cost category",
            ),
            example="434000 Onderhoud",
        ),
        Field(
            code="cpv",
            label="CPV-code",
            synonyms=("cpv", "cpv code"),
            most=40,
            example="45233000",
        ),
        Field(
            code="amount",
            label="Bedrag zonder btw",
            value=Value.MONEY,
            synonyms=(
                "bedrag",
                "bedrag excl btw",
                "bedrag exclusief btw",
                "netto bedrag",
                "nettobedrag",
                "uitgaven",
                "net amount",
                "amount excl vat",
                "spend",
            ),
            example="1250,00",
        ),
        Field(
            code="gross",
            label="Bedrag met btw",
            value=Value.MONEY,
            synonyms=(
                "bedrag incl btw",
                "bedrag inclusief btw",
                "bruto bedrag",
                "brutobedrag",
                "gross amount",
                "amount incl vat",
            ),
        ),
        Field(
            code="vat",
            label="Btw-tarief",
            value=Value.WHOLE,
            synonyms=("btw", "btw percentage", "btw tarief", "vat rate"),
            help="21, 9 of 0.",
        ),
        Field(
            code="band",
            label="Klasse van het bedrag",
            value=Value.WHOLE,
            synonyms=("klasse", "bedragklasse", "bandbreedte", "spend band"),
            help="1 tot en met 13.",
        ),
        Field(code="currency", label="Valuta", synonyms=("munt", "muntsoort", "currency"), most=40, example="EUR"),
        Field(
            code="contract",
            label="Nummer van het contract",
            synonyms=("contract", "contractnr", "contractnummer", "contract number", "contract reference"),
            example="C-2023-002",
        ),
    ),
    one_of=(("amount", "gross", "band"), ("category", "cpv", "supplier")),
)
"""A file of amounts, or of bands; with a category, a CPV code, or else the supplier to say what was bought"""
