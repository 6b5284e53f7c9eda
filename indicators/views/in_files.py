"""What is wrong with a file that was sent in: at its input, and in a table by row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import Object, camel


def told_of_file(shape: Object, problems: Iterable[Problem], place_of: Callable[[Problem], str]) -> dict[str, Any]:
    """`problems` at the inputs of this form, and `in_file` with the others by their place; for `in_file.html`."""
    fields = {camel(name) for name in shape.fields} | {"file"}
    found: Sequence[Problem] = list(problems)
    at_fields = [problem for problem in found if problem.attr in fields]
    in_file = [problem for problem in found if problem.attr not in fields]
    if in_file:
        many = formats.counted(len(in_file), "ding klopt", "dingen kloppen")
        text = f"In het bestand: {many} niet. Zie de tabel. Er is niets opgeslagen."
        at_fields.append(Problem(("file",), "invalid", text))
    rows = [{"place": place_of(problem), "detail": problem.detail} for problem in in_file]
    return {"problems": at_fields, "in_file": rows}


def place_in(problem: Problem, labels: Mapping[str, str]) -> str:
    """Where in a file this is, in words; `labels` are the names of its columns.

    >>> place_in(Problem(("rows", 3, "value"), "x", ""), {"value": "Waarde"})
    'Rij 3, kolom Waarde'
    >>> place_in(Problem(("cells", "B3"), "x", ""), {})
    'Cel B3'
    """
    kind, *rest = problem.path or ("",)
    if not rest:
        return "Kolommen" if kind == "columns" else "Het bestand"
    label = labels.get(str(rest[-1]), str(rest[-1]))
    if kind == "rows":
        return f"Rij {rest[0]}, kolom {label}" if len(rest) > 1 else f"Rij {rest[0]}"
    if kind == "cells":
        return f"Cel {rest[0]}"
    return f"Kolom {label}" if kind == "columns" else "Het bestand"
