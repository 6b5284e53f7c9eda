"""The shape of a product line as its delivery protocol asks for it: one definition for form, schema and workbook.

The fields that the calculation needs keep their shape; the protocol gives them its words, and adds `answers` (what
else is asked) and `evidence` (which document proves an answer). A request level decides what is required.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from indicators.lines import Line
from indicators.lines.shapes import line_shape
from indicators.selectors import AskedField, Protocol
from indicators.selectors.protocols import LIGHT, STANDARD
from mvi_dashboard.ground import numbers
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import (
    Boolean,
    Choice,
    Date,
    Field,
    Fraction,
    Integer,
    ListOf,
    Number,
    Object,
    Scalar,
    Text,
    camel,
    snake,
)

ANSWERS, EVIDENCE = "answers", "evidence"
BESIDE = (ANSWERS, EVIDENCE)
"""Parts of a line that say more about a product and are never part of the calculation."""
LONGEST_ANSWER = 500
_LONGEST_DOCUMENT = 300
_MOST_DECIMALS = 6
_ANSWERS_HELP = "Dit verandert ons getal niet. Wat u leeg laat, blijft onbekend en telt niet als nul."
_ROUNDED = Decimal("0.005")
_OF_GOODS = {
    "Massa per stuk",
    "Massa van dit materiaal",
    "Welk deel van de massa dit materiaal is. In het formulier een percentage.",
    "Van welke materialen het product is gemaakt. Vul op elke rij een aandeel in, of op elke rij de kilo’s. "
    "Samen is dat 100%.",
}
"""Words of the general protocol that say nothing about a kWh, a meal or a kilometre."""
_NESTED = {"bill_of_materials": "material", "use": "use"}


def asked_line(protocol: Protocol | None, *, consumed: bool, level: str = STANDARD) -> Object:
    """The shape of one line for a group of this kind at this request level, in the words of the protocol."""
    shape = line_shape(consumed=consumed)
    if protocol is None:
        return shape
    kind = "consumed" if consumed else "durable"
    asked = {
        place: {field.code: field for field in protocol.of(place, kind)} for place in ("line", "material", "use")
    }
    if consumed:
        asked = {place: _of_services(fields) for place, fields in asked.items()}
    fields = _in_words(shape.fields, asked["line"], level)
    for name, place in _NESTED.items():
        fields[name] = _list_in_words(fields[name], asked[place], level)
    answers = protocol.answers(kind)
    if answers:
        fields[ANSWERS] = _answers(answers, level)
    evidence = protocol.with_evidence(kind)
    if evidence:
        fields[EVIDENCE] = _evidence(evidence)
    return shape.with_fields(fields)


def _of_services(fields: Mapping[str, AskedField]) -> dict[str, AskedField]:
    """Without the words of the general protocol that speak of goods: the mass of a piece, in kg.

    What is used up has words of ours there, unless its own protocol has some.
    """
    return {code: field for code, field in fields.items() if not _OF_GOODS & {field.label, field.help}}


def asked_row(shape: Object, place: str, protocol: Protocol | None) -> Object:
    """Any other row of a bid (a declared result) in the words of the protocol."""
    if protocol is None:
        return shape
    asked = {field.code: field for field in protocol.fields if field.place == place}
    return shape.with_fields(_in_words(shape.fields, asked, LIGHT))


def check_answers(lines: Iterable[Line], protocol: Protocol | None) -> list[Problem]:
    """Groups of fractions that are the whole: complete they are 1, and never more.

    Half a percent is left for rounding, as the shares are typed as whole percentages.
    """
    problems = []
    for number, line in enumerate(lines):
        given = line.answers or {}
        for label, codes in protocol.sums if protocol else ():
            parts = [given[code] for code in codes if given.get(code) is not None]
            total = sum(parts, Decimal(0))
            whole = len(parts) == len(codes)
            if total - 1 > _ROUNDED or (whole and 1 - total > _ROUNDED):
                shown = numbers.written(Decimal(f"{(total * 100).normalize():f}"))
                text = worded("{label} zijn samen 100 %; nu is het {shown} %.", label=worded(label), shown=shown)
                problems.append(Problem(("lines", number, ANSWERS, codes[0]), "sum", text))
    return problems


def unanswered(lines: Iterable[Line], protocol: Protocol | None, *, consumed: bool, level: str) -> list[Problem]:
    """A remark per line about what was asked and not given: that stays unknown, and is never counted as 0."""
    if protocol is None:
        return []
    kind = "consumed" if consumed else "durable"
    asked = [field for field in protocol.answers(kind) if field.asked_at(level)]
    proof = [field for field in protocol.with_evidence(kind) if field.evidence_at(level)]
    remarks = []
    for number, line in enumerate(lines):
        answers, evidence = line.answers or {}, line.evidence or {}
        missing = [field.label for field in asked if answers.get(field.code) is None]
        unproven = [field.label for field in proof if _is_given(field, line) and not evidence.get(field.code)]
        if missing:
            text = worded(
                "Gevraagd en niet ingevuld bij {reference}: {missing}.",
                reference=line.reference,
                missing=", ".join(map(worded, missing)),
            )
            remarks.append(Problem(("lines", number, ANSWERS), "not_answered", text))
        if unproven:
            text = worded(
                "Bewijs gevraagd bij {reference}: {unproven}.",
                reference=line.reference,
                unproven=", ".join(map(worded, unproven)),
            )
            remarks.append(Problem(("lines", number, EVIDENCE), "no_evidence", text))
    return remarks


def without_answers(line: Line) -> Line:
    """The part of a line that the calculation knows: answers and evidence change no number."""
    return replace(line, answers=None, evidence=None, absent=line.absent | set(BESIDE))


def _is_given(field: AskedField, line: Line) -> bool:
    if field.place == "answers":
        return (line.answers or {}).get(field.code) is not None
    if field.place == "material":
        return any(getattr(row, field.code, None) for row in line.bill_of_materials)
    name = snake(field.code)
    return line.has(name) and getattr(line, name, None) not in (None, "", (), [], False)


def _in_words(fields: Mapping[str, Field], asked: Mapping[str, AskedField], level: str) -> dict[str, Field]:
    """The fields with the label and help of the protocol, required where it asks so at this level."""
    return {name: _said(field, asked.get(camel(name)), level) for name, field in fields.items()}


def _said(field: Field, asked: AskedField | None, level: str) -> Field:
    if asked is None:
        return field
    said = copy.copy(field)
    said.label, said.help = asked.label, asked.help
    if isinstance(said, Number) and not said.unit:
        said.unit = asked.unit
    # What the calculation cannot do without is in the shape; the protocol only adds to that.
    if asked.required_from not in (None, LIGHT) and asked.required_at(level):
        said.required = True
    return said


def _list_in_words(field: Field, asked: Mapping[str, AskedField], level: str) -> Field:
    assert isinstance(field, ListOf)
    assert isinstance(field.item, Object)
    said = copy.copy(field)
    said.item = field.item.with_fields(_in_words(field.item.fields, asked, level))
    return said


def _answers(fields: Iterable[AskedField], level: str) -> Object:
    scalars = {field.code: _scalar(field, level) for field in fields}
    needed = [scalar.label for scalar in scalars.values() if scalar.required]
    text = worded("Geef de gegevens die gevraagd zijn: {needed}.", needed=", ".join(map(worded, needed)))
    return Object(
        scalars,
        required=bool(needed),
        label="Meer over het product",
        help=_ANSWERS_HELP,
        messages={"required": text},
    )


def _evidence(fields: Iterable[AskedField]) -> Object:
    help_text = "De naam van het document en de plaats erin, bijvoorbeeld: garantiebewijs, bladzijde 2."
    scalars = {
        field.code: Text(
            _LONGEST_DOCUMENT,
            required=False,
            label=worded("Bewijs: {label}", label=worded(field.label)),
            help=help_text,
        )
        for field in fields
    }
    return Object(scalars, required=False, label="Bewijs", help="Welk document een antwoord aantoont.")


def _scalar(field: AskedField, level: str) -> Scalar:
    common = {"required": field.required_at(level), "label": field.label, "help": field.help}
    return _SCALARS[field.type](field, common)


def _integer(field: AskedField, common: Mapping[str, Any]) -> Scalar:
    limits = {"min": int(field.minimum or 0)} | ({"max": int(field.maximum)} if field.maximum else {})
    return Integer(unit=field.unit, **limits, **common)


def _number(field: AskedField, common: Mapping[str, Any]) -> Scalar:
    decimals = _MOST_DECIMALS if field.decimals is None else field.decimals
    return Number(min=field.minimum, max=field.maximum, decimals=decimals, unit=field.unit, **common)


def _choice(field: AskedField, common: Mapping[str, Any]) -> Scalar:
    return Choice([code for code, _ in field.choices], names=dict(field.choices), **common)


_SCALARS: Mapping[str, Callable[[AskedField, Mapping[str, Any]], Scalar]] = {
    "decimal": _number,
    "integer": _integer,
    "fraction": lambda field, common: Fraction(**common),
    "choice": _choice,
    "yes-no": lambda field, common: Boolean(**common),
    "text": lambda field, common: Text(LONGEST_ANSWER, **common),
    "date": lambda field, common: Date(**common),
}
