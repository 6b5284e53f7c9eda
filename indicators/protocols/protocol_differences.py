"""What the concept of a protocol says otherwise than what holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .protocol_concepts import Place
from .questions import document_of, questions_in, same


def differs(place: Place) -> bool:
    """Whether the concept says anything else than what holds."""
    return place.concept is not None and bool(differences(place) or changed_protocol(place))


@dataclass(frozen=True)
class Difference:
    """One question that differs between the concept and what holds."""

    key: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    moved: bool = False
    """whether only its place in the list differs"""


def differences(place: Place) -> list[Difference]:
    """The questions that the concept adds, changes, drops or moves, in the order in which they are asked."""
    old, new = place.held.definition, place.shown.definition
    keys = [*questions_in(new), *(key for key in questions_in(old) if key not in questions_in(new))]
    moved = _moved(list(questions_in(old)), list(questions_in(new)))
    found = [Difference(key, document_of(old, key), document_of(new, key), key in moved) for key in keys]
    return [each for each in found if not same(each.before, each.after) or each.moved]


def _moved(old: list[str], new: list[str]) -> set[str]:
    """The questions that stand elsewhere among those that both have: as few as explain the new order.

    >>> sorted(_moved(["a", "b", "c"], ["c", "a", "b", "d"]))
    ['c']
    """
    both = [key for key in new if key in old]
    best: list[list[str]] = []
    for key in both:  # the longest run that kept its order stays; the rest moved
        runs = [run for run in best if old.index(run[-1]) < old.index(key)]
        best.append([*_longest(runs), key])
    stayed = set(_longest(best))
    return {key for key in both if key not in stayed}


def _longest(runs: list[list[str]]) -> list[str]:
    return max(runs, key=len) if runs else []


def changed_protocol(place: Place) -> dict[str, tuple[Any, Any]]:
    """What differs beside the questions: its name, and what may be declared; before and after."""
    old, new = place.held, place.shown
    declared = [list(each.definition.get("declared_production") or ()) for each in (old, new)]
    found: dict[str, tuple[Any, Any]] = {}
    if declared[0] != declared[1]:
        found["declaredProduction"] = (declared[0], declared[1])
    if place.own and old.name_nl != new.name_nl:
        found["nameNl"] = (old.name_nl, new.name_nl)
    return found


def shown_questions(place: Place) -> list[tuple[str, dict[str, Any] | None, dict[str, Any] | None]]:
    """Every question with its key, as the concept has it and as it holds; those that it drops come last."""
    new, old = place.shown.definition, place.held.definition
    keys = [*questions_in(new), *(key for key in questions_in(old) if key not in questions_in(new))]
    return [(key, document_of(new, key), document_of(old, key)) for key in keys]
