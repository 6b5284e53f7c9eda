"""Declarations of products in the import of factors: what asks for a reason, and what is kept with the factors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from indicators.factors.exchange import Factors
from indicators.models import Declaration, Source
from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.problems import Problem, Problems
from mvi_dashboard.ground.shapes import lift_confirmed

from .factor_checks import Codes

_UNIT = "kg"


def material_of(code: str, problems: list[Problem], *, asked: bool) -> str:
    """The material that the sender named for the whole file; empty when none was, or when it cannot be this one.

    Noted: one that is not known or is not counted in kg, and a name for a kind of file that needs none.
    """
    if not code:
        return ""
    codes = Codes()
    if not asked:
        text = "Dit soort bestand noemt zelf zijn materialen: laat dit leeg."
        problems.append(Problem(("material",), "not_applicable", text))
    elif code not in codes.materials:
        problems.append(Problem(("material",), "unknown_material", codes.unknown("material", code)))
    elif codes.materials[code][1] != _UNIT:
        text = f"Dit materiaal telt in {codes.materials[code][1]}; een milieuverklaring rekenen wij naar {_UNIT}."
        problems.append(Problem(("material",), "invalid_unit", text))
    else:
        return code
    return ""


def warnings_of(found: Factors) -> list[Problem]:
    """What is unusual and can be confirmed with a reason: a declaration that is past its date, and high values."""
    today = clock.today()
    past = [
        Problem(
            ("declarations", place, "validUntil"),
            "expired",
            f"De verklaring {document['name']} gold tot en met {formats.day(date.fromisoformat(until))}.",
            confirmable=True,
        )
        for place, document in enumerate(found.declarations.values())
        if (until := document["valid_until"]) and date.fromisoformat(until) < today
    ]
    return past + found.warnings


def summary_of(found: Factors) -> dict[str, Any]:
    """What a preview keeps of declarations and warnings, as plain values."""
    return {
        "declarations": [{**document, "source": code} for code, document in found.declarations.items()],
        "warnings": [
            {"attr": warning.attr, "path": list(warning.path), "code": warning.code, "detail": warning.detail}
            for warning in warnings_of(found)
        ],
    }


def problems_in(summary: Mapping[str, Any]) -> list[Problem]:
    """The warnings of a preview, as the problems that they are until somebody gives a reason."""
    return [
        Problem(tuple(row["path"]), row["code"], row["detail"], confirmable=True)
        for row in summary.get("warnings", ())
    ]


def confirmed(summary: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The reasons that were given (in what was sent) for the warnings of a preview, as one text.

    Raises Refused with every warning that nobody gave a reason for.
    """
    standing, used = lift_confirmed(problems_in(summary), data.get("confirmations"))
    Problems(standing).refuse()
    return "; ".join(f"{row['attr']} {row['code']}: {row['reason']}" for row in used)


def store_declarations(documents: Iterable[Mapping[str, Any]]) -> None:
    """Keeps each declaration with its source, once: the same content has the same source."""
    rows = {row["source"]: row for row in documents}
    sources = dict(Source.objects.filter(code__in=rows, declaration=None).values_list("code", "pk"))
    Declaration.objects.bulk_create(
        Declaration(
            source_id=pk,
            key=rows[code]["key"][:80],
            registration=rows[code]["registration"][:100],
            standard=rows[code]["standard"],
            valid_until=rows[code]["valid_until"],
            content={name: value for name, value in rows[code].items() if name != "source"},
        )
        for code, pk in sources.items()
    )
