"""The questions of a protocol as documents: the same fields for screen, REST and file, and back into its rows.

A question of one's own (beside the calculation) is known by its code, a field of the calculation by its place and
code: `drive`, `line.massKg`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indicators.groups.row_shapes import canonical
from indicators.models import ProductGroup
from indicators.selectors.protocols import LEVELS, PLACES, fields_of
from mvi_dashboard.ground.shapes import (
    Boolean,
    Choice,
    Code,
    Integer,
    ListOf,
    Number,
    Object,
    Text,
    camel,
    read,
    snake,
)

Data = Mapping[str, Any]
Row = dict[str, Any]
ANSWERS = "answers"
SHOWN = tuple(place for place in PLACES if place != "bid")
"""places whose rows are questions about a product; the bid itself is asked by us"""
TYPES = {
    "decimal": "getal",
    "integer": "geheel getal",
    "fraction": "percentage",
    "choice": "keuze uit een lijst",
    "yes-no": "ja of nee",
    "text": "tekst",
    "date": "datum",
}
BOTH = "both"
KINDS = {"durable": "gebruiksgoed", "consumed": "verbruik", BOTH: "beide"}
MOST_OPTIONS, MOST_DECIMALS = 100, 6

QUESTION = Object(
    {
        "label_nl": Text(80, label="Vraag", help="Kort: dit staat boven het veld en boven de kolom."),
        "help_nl": Text(
            400, multiline=True, label="Uitleg", help="Wat u bedoelt, en waar de leverancier het vindt."
        ),
        "type": Choice(list(TYPES), names=TYPES, label="Soort antwoord"),
        "unit": Text(
            40, required=False, default="", label="Eenheid", help="Bij een getal, bijvoorbeeld: kWh per jas."
        ),
        "min": Number(required=False, digits=12, label="Minstens"),
        "max": Number(required=False, digits=12, label="Hoogstens"),
        "decimals": Integer(min=0, max=MOST_DECIMALS, required=False, label="Cijfers achter de komma"),
        "choices": ListOf(
            Object({"code": Code(40, label="Code"), "name_nl": Text(100, label="Wat de leverancier leest")}),
            max_items=MOST_OPTIONS,
            required=False,
            default=(),
            label="Keuzes",
        ),
        "applies_to": Choice(list(KINDS), names=KINDS, required=False, default=BOTH, label="Voor"),
        "asked_from": Choice(list(LEVELS), names=LEVELS, label="Gevraagd vanaf niveau"),
        "required_from": Choice(
            list(LEVELS),
            names=LEVELS,
            required=False,
            label="Nodig vanaf niveau",
            help="Zonder antwoord weigeren wij de inschrijving: die is niet volledig. Leeg: het mag leeg blijven.",
        ),
        "evidence_from": Choice(
            list(LEVELS),
            names=LEVELS,
            required=False,
            label="Bewijs gevraagd vanaf niveau",
            help="Bewijs dat ontbreekt, melden wij. Wij weigeren er niets om.",
        ),
        "follow_only": Boolean(required=False, default=False, label="Alleen om te volgen, telt nooit bij gunnen"),
        "source": Text(300, required=False, default="", label="Waar de vraag vandaan komt"),
        "position": Integer(
            min=1, max=999, required=False, label="Plaats in de lijst", help="1 is bovenaan. Leeg: achteraan."
        ),
    }
)
_FIXED = "Dit is een veld van de berekening: alleen de woorden, de niveaus en de plaats kunt u wijzigen."
_WORDS = (
    *("label_nl", "help_nl", "asked_from", "required_from", "evidence_from", "follow_only", "source"),
    "position",
)
WORDS = Object(
    {name: QUESTION.fields[name] for name in _WORDS},
    refused={camel(name): _FIXED for name in QUESTION.fields if name not in _WORDS},
)
"""What can be changed of a field of the calculation"""


def shape_of(key: str) -> Object:
    """The shape of the question with this key."""
    return WORDS if "." in key else QUESTION


def key_of(row: Data) -> str:
    """By what a question is known.

    >>> key_of({"place": "answers", "code": "drive"}), key_of({"place": "line", "code": "massKg"})
    ('drive', 'line.massKg')
    """
    return row["code"] if row["place"] == ANSWERS else f"{row['place']}.{row['code']}"


def questions_in(definition: Data | None) -> dict[str, Row]:
    """The rows of a definition that are questions about a product, by key, in their order."""
    if definition is None:
        return {}
    return {key_of(row): row for place in SHOWN for row in fields_of(definition) if row["place"] == place}


def document_of(definition: Data | None, key: str) -> dict[str, Any] | None:
    """One question in the words of REST, without what is empty; None when there is none."""
    rows = questions_in(definition)
    if key not in rows:
        return None
    row, shape = rows[key], shape_of(key)
    said = {name: value for name, value in canonical(data_of(row)).items() if snake(name) in shape.fields}
    beside = [each for each, other in rows.items() if other["place"] == row["place"]]
    return canonical(read(shape, said)[0] | {"position": beside.index(key) + 1})


def documents_in(definition: Data) -> list[dict[str, Any] | None]:
    """All its questions, as documents in their order."""
    return [document_of(definition, key) for key in questions_in(definition)]


def data_of(row: Data) -> dict[str, Any]:
    """What a row says, by the names of the shape."""
    kinds = row.get("applies_to") or []
    return {
        "label_nl": row.get("label_nl"),
        "help_nl": row.get("help_nl"),
        "type": row.get("type"),
        "unit": row.get("unit") or "",
        "min": row.get("min"),
        "max": row.get("max"),
        "decimals": row.get("decimals"),
        "choices": [{"code": each["code"], "name_nl": each["label_nl"]} for each in row.get("choices") or ()],
        "applies_to": BOTH if len(kinds) != 1 else kinds[0],
        "asked_from": row.get("asked_from"),
        "required_from": row.get("required_from"),
        "evidence_from": row.get("evidence_from"),
        "follow_only": row.get("weighs") is False,
        "source": row.get("source") or "",
    }


def row_of(data: Data, code: str, before: Data | None) -> Row:
    """A row of a definition with what a document says; what only a release says of it stays."""
    kinds = data.get("applies_to") or BOTH
    options = [{"code": each["code"], "label_nl": each["name_nl"]} for each in data.get("choices") or ()]
    said = {
        "place": ANSWERS,
        "code": code,
        "label_nl": data["label_nl"],
        "help_nl": data["help_nl"],
        "type": data.get("type"),
        "unit": data.get("unit") or None,
        "min": _plain(data.get("min")),
        "max": _plain(data.get("max")),
        "decimals": data.get("decimals"),
        "choices": options or None,
        "applies_to": ["durable", "consumed"] if kinds == BOTH else [kinds],
        "asked_from": data["asked_from"],
        "required_from": data.get("required_from"),
        "evidence_from": data.get("evidence_from"),
        "weighs": not data.get("follow_only"),
        "source": data.get("source") or "",
    }
    if before is None:
        return said
    if before["place"] == ANSWERS:
        return {**before, **said}
    # A field of the calculation keeps what it is: only its words and levels are of the protocol.
    kept = ("label_nl", "help_nl", "asked_from", "required_from", "evidence_from", "source", "weighs")
    return {**before, **{name: said[name] for name in kept}}


def _plain(value: Any) -> str | None:
    return None if value is None else format(value.normalize() + 0, "f")


def with_question(definition: Data, key: str, row: Row | None, position: int | None) -> dict[str, Any]:
    """The definition with this row under this key, at its place among those beside it; None takes it away."""
    rows = fields_of(definition)
    at = next((number for number, each in enumerate(rows) if key_of(each) == key), len(rows))
    others = [each for each in rows if key_of(each) != key]
    if row is None:
        return {**definition, "fields": others, "sums": _sums_without(definition.get("sums") or (), key)}
    if position is None and at < len(rows):
        return {**definition, "fields": [*others[:at], row, *others[at:]]}
    beside = [number for number, each in enumerate(others) if each["place"] == row["place"]]
    place = (
        beside[position - 1] if position is not None and position <= len(beside) else (beside or [at - 1])[-1] + 1
    )
    return {**definition, "fields": [*others[:place], row, *others[place:]]}


def _sums_without(sums: Sequence[Data], key: str) -> list[Row]:
    """What together is the whole, without this question: two parts at least are a sum."""
    found = [{**each, "fields": [code for code in each["fields"] if code != key]} for each in sums]
    return [each for each in found if len(each["fields"]) > 1]


def same(first: Data | None, second: Data | None) -> bool:
    """Whether two documents ask the same, wherever they stand in the list."""
    one, other = ({k: v for k, v in (each or {}).items() if k != "position"} for each in (first, second))
    return one == other and (first is None) == (second is None)


def kinds_of(group: ProductGroup | None) -> list[str]:
    """The kinds of goods that a protocol asks about: that of its group, of the general one both."""
    return [kind for kind in KINDS if kind != BOTH] if group is None else [group.kind]
