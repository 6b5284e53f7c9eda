"""What a row of reference data looks like in a proposal: the same fields for screen, REST and file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from indicators.lines.shapes import BILL_ROW, CONSUMED_BILL_ROW, CONSUMED_LINE, DURABLE_LINE, MOST_ROWS, USE_ROW
from indicators.models import BaselineProduct, Material, ProductGroup
from indicators.models.groups import LIMITS
from mvi_dashboard.ground.shapes import (
    CONFIRMATIONS,
    Boolean,
    Choice,
    Code,
    Date,
    Field,
    Fraction,
    ListOf,
    Number,
    Object,
    Reason,
    Text,
    UnknownObject,
    camel,
    spelled,
)

LANGUAGES = {"nl": "Nederlands", "en": "Engels", "de": "Duits"}
MOST_NAMES = 100
QUALITIES = {
    "good": "goed",
    "fair": "redelijk",
    "poor": "matig",
    "measured": "gemeten",
    "verified": "getoetst (EPD)",
    "supplier": "van leverancier",
    "average": "gemiddelde",
    "assumption": "aanname",
}
_LABELS = {
    "mass_min_kg": "Gewone massa van",
    "mass_max_kg": "Gewone massa tot en met",
    "lifetime_min_years": "Levensduur: vanaf hier vragen wij niets",
    "lifetime_max_years": "Levensduur: tot en met hier vragen wij niets",
    "lifetime_usual_min_years": "Gewone levensduur van",
    "lifetime_usual_max_years": "Gewone levensduur tot en met",
    "lifetime_limit_years": "Langer dan dit weigeren wij",
    "lifetime_cap_years": "Telt hoogstens mee",
}
_HELP = {
    "mass_min_kg": "Per stuk. Wie minder invult, vragen wij om een reden.",
    "mass_max_kg": "Per stuk. Wie meer invult, vragen wij om een reden.",
    "lifetime_cap_years": "Wie meer belooft zonder garantie, krijgt dit.",
}


def _limits(names: tuple[str, ...] = LIMITS) -> dict[str, Field]:
    return {
        name: Number(
            min=0,
            digits=9,
            decimals=9,
            required=False,
            unit="kg" if name.endswith("kg") else "jaar",
            label=_LABELS[name],
            help=_HELP.get(name, ""),
        )
        for name in names
    }


_NAMES: dict[str, Field] = {
    "name_nl": Text(200, label="Naam"),
    "name_en": Text(200, required=False, default="", label="Naam in het Engels"),
}
_VALID: dict[str, Field] = {
    "valid_from": Date(required=False, label="Geldig vanaf"),
    "valid_to": Date(required=False, label="Geldig tot en met", help="Vul dit in als u deze rij beëindigt."),
    "successor": Text(80, required=False, label="Opvolger", help="De code van wat ervoor in de plaats komt."),
    "note": Text(4000, required=False, default="", multiline=True, label="Toelichting"),
}
_FUNCTIONAL = Text(200, required=False, default="", label="Wij tellen per", help="Bijvoorbeeld: 1 stuk.")
_KIND = "Gebruiksgoed of verbruik"

GROUP = Object(
    {
        **_NAMES,
        "cluster": Text(80, label="Cluster", help="De code van het cluster."),
        "kind": Choice(ProductGroup.Kind.values, names=dict(ProductGroup.Kind.choices), label=_KIND),
        "amount_unit": Text(20, label="Eenheid van wat u koopt", help="item voor stuks, of bijvoorbeeld kWh."),
        "bill_unit": Text(20, required=False, default="", label="Eenheid van de stuklijst"),
        "bill_kind": Choice(
            [str(kind) for kind in Material.Kind.values if kind != Material.Kind.SPEND],
            names=dict(Material.Kind.choices),
            required=False,
            default="",
            label="Waaruit de stuklijst bestaat",
        ),
        "functional_unit_nl": _FUNCTIONAL,
        "high_impact": Boolean(required=False, default=False, label="Grote impact"),
        **_limits(),
        "recycled_min": Fraction(required=False, label="Gewoon gerecycled deel van"),
        "recycled_max": Fraction(required=False, label="Gewoon gerecycled deel tot en met"),
        **_VALID,
    }
)
TYPE = Object(
    {
        **_NAMES,
        "group": Text(80, label="Productgroep", help="De code van de productgroep."),
        "functional_unit_nl": _FUNCTIONAL,
        **_limits(),
        "search_words": ListOf(
            Text(60),
            max_items=MOST_NAMES,
            required=False,
            default=(),
            label="Woorden waaraan u het herkent",
        ),
        **_VALID,
    }
)
PREFIX = Object(
    {
        "group": Text(80, label="Productgroep", help="De code van de productgroep."),
        "product_type": Text(80, required=False, label="Soort product", help="De code van de soort."),
        "note": Text(200, required=False, default="", label="Toelichting"),
    }
)
MATERIAL = Object(
    {
        **_NAMES,
        "names": ListOf(
            Object(
                {
                    "language": Choice(list(LANGUAGES), names=LANGUAGES, label="Taal"),
                    "name": Text(200, label="Ook wel"),
                }
            ),
            max_items=MOST_NAMES,
            required=False,
            default=(),
            label="Hoe mensen het ook noemen",
        ),
    }
)


_BASIS = {"item-year": "per jaar", "item-once": "eenmalig"}
_ROLE = {"use": "gebruik", "repair": "reparatie"}


def product_shape(*, consumed: bool) -> Object:
    """A baseline or reference product with its bill and use, per item or per unit of what is consumed."""
    line = (CONSUMED_LINE if consumed else DURABLE_LINE).fields
    bill = CONSUMED_BILL_ROW if consumed else BILL_ROW
    rows = Object({name: each for name, each in bill.fields.items() if name != "added"})
    use = {name: each for name, each in USE_ROW.fields.items() if name != "supplied_under"}
    use["unit"] = Text(20, required=False, label="Eenheid", help="Leeg: de eenheid van de stroom.")
    use["basis"] = Choice(list(_BASIS), names=_BASIS, label="Hoe vaak")
    use["role"] = Choice(list(_ROLE), names=_ROLE, required=False, default="use", label="Soort")
    return Object(
        {
            **_NAMES,
            "group": Text(80, label="Productgroep", help="De code van de productgroep."),
            "product_type": Text(80, required=False, label="Soort product", help="De code van de soort."),
            "kind": Choice(
                BaselineProduct.Kind.values, names=dict(BaselineProduct.Kind.choices), label="Basis of referentie"
            ),
            "valid_from": Date(label="Geldig vanaf"),
            "description_nl": Text(4000, required=False, default="", multiline=True, label="Omschrijving"),
            "mass_kg": line["mass_kg"],
            "lifetime_years": line["lifetime_years"],
            "circular_strategy": line["circular_strategy"],
            "end_of_life_plan": line["end_of_life_plan"],
            "bill_of_materials": ListOf(rows, min_items=1, max_items=MOST_ROWS, label="Materialen"),
            "use": ListOf(Object(use), max_items=MOST_ROWS, required=False, default=(), label="Verbruik"),
            "quality": Choice(list(QUALITIES), names=QUALITIES, label="Kwaliteit van de gegevens"),
            "source": Text(80, label="Bron", help="De code van de bron."),
            "to_verify": Boolean(required=False, default=False, label="Nog te verifiëren"),
            "note": Text(4000, required=False, default="", multiline=True, label="Toelichting"),
            "new_code": Code(
                80,
                required=False,
                label="Code van het nieuwe product",
                help="Een product zelf verandert nooit: dit komt ervoor in de plaats. Leeg: wij kiezen een code.",
            ),
        }
    )


CHANGE = Object({"values": UnknownObject(label="De rij"), "confirmations": CONFIRMATIONS})
ADDITION = Object(
    {
        "code": Code(80, label="Code", help="Kort en blijvend, bijvoorbeeld bureaustoel."),
        "values": UnknownObject(label="De rij"),
        "confirmations": CONFIRMATIONS,
    }
)
CLOSING = Object({"reason": Reason(2000, multiline=True, label="Waarom?")})


def canonical(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was read in the words of REST, without what is empty, so that two that say the same are equal.

    >>> canonical({"mass_kg": Decimal("5.0"), "note": "", "product_type": None})
    {'massKg': '5'}
    """
    found = {camel(name): _plain(value) for name, value in data.items() if not _is_empty(value)}
    if "names" in found:  # a set, whatever the order in which somebody gives them
        found["names"] = sorted(found["names"], key=lambda row: (row.get("language", ""), row.get("name", "")))
    return found


def typed_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was read in the words of REST, with numbers and dates as such: what a form shows.

    >>> typed_values({"mass_kg": Decimal("5.0"), "use": [{"flow": "electricity"}]})
    {'massKg': Decimal('5.0'), 'use': [{'flow': 'electricity'}]}
    """
    return {camel(name): _with_names(value) for name, value in data.items()}


def _with_names(value: Any) -> Any:
    if isinstance(value, Mapping):
        return typed_values(value)
    return [_with_names(each) for each in value] if isinstance(value, list | tuple) else value


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value == "" or value == [] or value == ()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return canonical(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")
    return spelled(value) if isinstance(value, date | Decimal) else value
