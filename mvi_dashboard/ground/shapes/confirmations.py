"""Implausible but possible: the sender confirms with a reason, and the reason is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mvi_dashboard.ground.problems import Problem

from .objects import ListOf, Object
from .scalars import Text, says_something

CONFIRMATIONS = ListOf(
    Object(
        {
            "attr": Text(200, label="Veld", help="Het veld uit de melding.", required=False),
            "code": Text(60, label="Code", help="De code uit de melding."),
            "reason": Text(1000, multiline=True, label="Reden", help="Waarom het toch klopt."),
        }
    ),
    max_items=200,
    required=False,
    default=(),
    label="Bevestigingen",
    help="Bevestig hier met een reden wat ongewoon is maar wel klopt.",
)
CONFIRMED = Object({"confirmations": CONFIRMATIONS})
"""for an act that asks nothing else"""


def lift_confirmed(
    problems: Iterable[Problem], confirmations: Iterable[Mapping[str, Any]] | None
) -> tuple[list[Problem], list[dict[str, Any]]]:
    """The problems that still stand, and the confirmations that were needed (to store and show).

    A problem is lifted when it is confirmable and a confirmation names its `attr` and `code`, with a reason in
    words. A confirmation for which there is no problem is left out: nothing was confirmed.
    """
    given = {
        (item.get("attr"), item.get("code")): dict(item)
        for item in confirmations or ()
        if says_something(str(item.get("reason", "")))
    }
    standing: list[Problem] = []
    used: dict[tuple[Any, Any], dict[str, Any]] = {}
    for problem in problems:
        key = (problem.attr, problem.code)
        if problem.confirmable and key in given:
            used[key] = given[key]
        else:
            standing.append(problem)
    return standing, list(used.values())
