"""How a problem looks to a client: in a refusal under `errors`, in a success under `warnings`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Self

from mvi_dashboard.ground.described import LEFT_OUT, Described, Form, LeftOut
from mvi_dashboard.ground.problems import Problem


class Remark(Described):
    """One problem; `suggestions` only where there is something to choose from."""

    attr: Annotated[str | None, "De plaats in het document, zoals lines.0.massKg; null voor het geheel"]
    code: Annotated[str, "De soort, die niet verandert"]
    detail: Annotated[str, "Wat er mis is en wat u kunt doen"]
    confirmable: Annotated[bool, "Onwaarschijnlijk maar mogelijk: bevestig het met een reden"]
    suggestions: Annotated[list[str] | LeftOut, "Codes die u misschien bedoelt; wij vullen niets in"] = LEFT_OUT

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """The problem in the words of REST."""
        return cls(
            attr=problem.attr,
            code=problem.code,
            detail=problem.detail,
            confirmable=problem.confirmable,
            suggestions=list(problem.choices) or LEFT_OUT,
        )


class ProblemDocument(Described):
    """What every refusal answers (RFC 9457), with all problems at once."""

    type: Annotated[str, Form("uri-reference")]
    title: Annotated[str, "De soort van het antwoord"]
    status: Annotated[int, "De HTTP-status"]
    detail: Annotated[str, "Het probleem, of hoeveel het er zijn"]
    instance: Annotated[str, "Het adres dat werd gevraagd", Form("uri-reference")]
    reference: Annotated[str | LeftOut, "Bij een fout van ons: noem dit nummer"] = LEFT_OUT
    errors: Annotated[list[Remark], "Alle problemen"]


def remarks_of(problems: Iterable[Problem]) -> list[Remark]:
    """The `warnings` of an answer that succeeded, in the same form as `errors`."""
    return [Remark.of(each) for each in problems]
