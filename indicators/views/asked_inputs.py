"""The inputs for what a delivery protocol asks beside what the calculation needs, drawn from its shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from indicators.lines.shapes import BOUNDARIES
from indicators.protocols.asked_shapes import ANSWERS, EVIDENCE
from indicators.selectors import AskedField, Protocol
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import Boolean, Choice, Date, Field, Fraction, Object, Text

FIGURES = "declaredProduction"
_YES_NO = (("true", "ja"), ("false", "nee"))
FOLDED = ("role", "plannedDelivery", "warrantyYears", "promiseSurvives")
"""Fields of a line that stand folded away, unless they are filled in, wrong or required."""


@dataclass(frozen=True)
class AskedInputs:
    """What a protocol asks of a product at one request level; the rest may be given too."""

    protocol: Protocol
    kind: str
    level: str
    use: bool


def asked_of(protocol: Protocol | None, *, consumed: bool, level: str) -> AskedInputs | None:
    """What this protocol asks for goods of this kind; None without a protocol."""
    if protocol is None:
        return None
    kind = "consumed" if consumed else "durable"
    use = next((field for field in protocol.of("line", kind) if field.code == "use"), None)
    return AskedInputs(protocol, kind, level, use is None or use.asked_at(level))


def asked_inputs(
    asked: AskedInputs | None, number: int, line: Mapping[str, Any], problems: Sequence[Problem]
) -> dict[str, Any]:
    """The inputs of one line: those that are asked, those that may be given, and the evidence of both."""
    if asked is None:
        return {}
    fields, proofs = asked.protocol.answers(asked.kind), asked.protocol.with_evidence(asked.kind)
    name = f"lines.{number}"
    now = [field for field in fields if field.asked_at(asked.level)]
    later = [field for field in fields if not field.asked_at(asked.level)]
    wanted = [field for field in proofs if field.evidence_at(asked.level)]
    extra = [field for field in proofs if not field.evidence_at(asked.level)]
    evidence = [f"{name}.{EVIDENCE}.{field.code}" for field in extra]
    rest = [_answer(f"{name}.{ANSWERS}", field) for field in later]
    given = {each["name"] for each in rest} | set(evidence)
    folded = [field for field in asked.protocol.of("line", asked.kind) if field.code in FOLDED]
    opened = {"more": True} if any(field.required_at(asked.level) for field in folded) else {}
    return (
        opened
        | _figures(asked.protocol, name, line, problems)
        | {
            "answers": [_answer(f"{name}.{ANSWERS}", field) for field in now],
            "evidence": [f"{name}.{EVIDENCE}.{field.code}" for field in wanted],
            "may_answer": rest,
            "may_prove": evidence,
            "shows_more": _has_any(line, later, extra) or any(problem.attr in given for problem in problems),
            "answer_problems": [
                each for each in problems if each.attr in (f"{name}.{ANSWERS}", f"{name}.{EVIDENCE}")
            ],
        }
    )


def _figures(
    protocol: Protocol, name: str, line: Mapping[str, Any], problems: Sequence[Problem]
) -> dict[str, Any]:
    """A row of inputs per figure that the maker may give for making one item; none where none may be given."""
    if not protocol.may_declare:
        return {}
    given = line.get(FIGURES)
    rows = max(len(given) if isinstance(given, list) else 0, len(protocol.may_declare))
    place = f"{name}.{FIGURES}"
    return {
        "figures": [f"{place}.{number}" for number in range(rows)],
        "figure_indicators": [(code, code) for code in protocol.may_declare],
        "boundaries": list(BOUNDARIES.items()),
        "shows_figures": bool(given) or any((each.attr or "").startswith(place) for each in problems),
    }


def typed_answers(shape: Object | None, line: Mapping[str, Any]) -> dict[str, Any]:
    """Answers and evidence of a line as REST spells them, in the words of the form."""
    found: dict[str, Any] = {}
    for part in (ANSWERS, EVIDENCE):
        given, fields = line.get(part), shape.fields.get(part) if shape else None
        if isinstance(given, Mapping) and isinstance(fields, Object):
            found[part] = {code: typed_value(fields.fields.get(code), value) for code, value in given.items()}
    return found


def typed_value(field: Field | None, value: Any) -> str:
    """One value as REST spells it, as a person would type it in this field."""
    if value is None:
        return ""
    if isinstance(field, Boolean) or isinstance(value, bool):
        return "true" if value in (True, "true") else "false"
    if field is None or isinstance(field, Text | Choice):
        return str(value)
    try:
        if isinstance(field, Date):
            return formats.short_day(date.fromisoformat(str(value)))
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return str(value)
    return formats.field_percentage(number) if isinstance(field, Fraction) else formats.field_value(number)


def _answer(prefix: str, field: AskedField) -> dict[str, Any]:
    label = field.label if field.weighs else worded("{label} (alleen om te volgen)", label=field.label)
    kind = "select" if field.type in ("yes-no", "choice") else ""
    options = _YES_NO if field.type == "yes-no" else field.choices
    return {"name": f"{prefix}.{field.code}", "kind": kind, "options": options, "label": label}


def _has_any(line: Mapping[str, Any], later: Sequence[AskedField], extra: Sequence[AskedField]) -> bool:
    parts = ((ANSWERS, later), (EVIDENCE, extra))
    return any((line.get(part) or {}).get(field.code) for part, fields in parts for field in fields)
