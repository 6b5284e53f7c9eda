"""From document to data and problems, and from shape to JSON Schema."""

from __future__ import annotations

from typing import Any

from mvi_dashboard.ground.problems import Problems, Refused

from .objects import Object, Reading
from .scalars import Schema


def read(
    shape: Object, document: Any, *, typed: bool = False, stored: Any = None
) -> tuple[dict[str, Any], Problems]:
    """What could be read (snake_case keys) and all problems, each with its path in the document.

    Unreadable fields are left out of the data, so that the caller can go on checking what it does understand.
    `typed`: a person filled it in in a Dutch form, so texts are `1.234,5`, percentages and `dd-mm-jjjj`, and
    an empty box is an absent value. `stored`: the document that filled that form; an input in which still stands
    what was shown for its stored value was not touched, and is read as that value, whole.
    """
    reading = Reading(typed=typed, stored=stored)
    data: dict[str, Any] = shape.read_under(document, (), reading)
    return data, reading.problems


def read_or_refuse(shape: Object, document: Any, *, typed: bool = False) -> dict[str, Any]:
    """What was read, when all of it is readable; raises Refused with every problem."""
    data, problems = read(shape, document, typed=typed)
    if problems:
        raise Refused(problems)
    return data


def schema_of(shape: Object, *, title: str, live: bool = False) -> Schema:
    """A JSON Schema document of its own, as published to those who must deliver the data."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **shape.schema(live=live),
        "title": title,
    }
