"""What JSON may not say, in a request or in a file: a field twice, a number that is none, endless depth."""

from __future__ import annotations

from typing import Any, NoReturn

from mvi_dashboard.ground.languages import worded

from .problems import refuse
from .shapes import quoted


def no_field_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object with these fields, for `object_pairs_hook`. Raises Refused `duplicate_key`: which one counts?"""
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        double = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise refuse(
            "duplicate_key",
            worded("Het veld {double} staat er dubbel in: stuur het één keer.", double=quoted(double)),
        )
    return found


def no_constant(name: str) -> NoReturn:
    """For `parse_constant`: NaN and Infinity, which Python reads and JSON does not have. Raises Refused."""
    raise refuse("parse_error", worded("{name} is geen JSON: laat het veld weg of stuur null.", name=name))


def deeper_than(document: Any, deepest: int) -> bool:
    """Whether objects and lists stand in each other more than so many levels; walks no further than that.

    >>> deeper_than({"a": [1]}, 2), deeper_than({"a": [[]]}, 2)
    (False, True)
    """
    level = [document] if isinstance(document, dict | list) else []
    for _ in range(deepest):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
