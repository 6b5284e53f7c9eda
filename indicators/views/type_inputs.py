"""The product type in a line form: chosen in a calculation; in a bid that of the demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indicators.models import ProductGroup
from indicators.protocols.asked_types import types_of
from mvi_dashboard.ground.problems import Problem

AskedTypes = Mapping[str, str | None]
"""By the number of a demand item: the name of the product type that it asks, None where it asks none"""
_STRANGE = "niet van deze productgroep"


def type_inputs(
    line: Mapping[str, Any],
    number: int,
    group: ProductGroup | None,
    asked: AskedTypes | None,
    problems: Sequence[Problem],
) -> dict[str, Any]:
    """What the form of one line shows of its product type.

    `types` are the options, with what was typed and is none of them; `asked_type` is the name of the type that a
    main line of a bid is held to: then it is said, and the choice stands folded away for accessories.
    """
    name = f"lines.{number}.productType"
    typed = str(line.get("productType") or "")
    options = list(types_of(group).items()) if group is not None else []
    if typed and typed not in dict(options):
        options.append((typed, f"{typed} ({_STRANGE})"))
    wrong = any(problem.attr == name for problem in problems)
    found: dict[str, Any] = {"types": options, "asked_type": _asked_type(line, asked) if options else None}
    found["folds_type"] = found["asked_type"] is not None or (bool(options) and line.get("role") == "accessory")
    # What cannot be seen cannot be corrected.
    return found | ({"more": True} if wrong or (typed and found["folds_type"]) else {})


def _asked_type(line: Mapping[str, Any], asked: AskedTypes | None) -> str | None:
    if asked is None or line.get("role") == "accessory":
        return None
    answered = str(line.get("item") or "").strip() or (next(iter(asked)) if len(asked) == 1 else "")
    return asked.get(answered)
