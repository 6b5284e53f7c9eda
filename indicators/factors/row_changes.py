"""Changing one row of a version: a factor, or what is said of making. It goes into the open concept of the set."""

from __future__ import annotations

from typing import Any

from indicators.factors.exchange import FACTOR, factors_of_list
from indicators.models import FactorSetVersion
from mvi_dashboard.ground import access
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import CONFIRMATIONS, Object, camel, lift_confirmed

from . import concepts
from .concepts import Place, concept_change
from .factor_checks import Codes, check_factors, check_shapes
from .factor_jumps import note_jumps
from .factor_outliers import note_outliers
from .factor_store import store_factors
from .made import making_in
from .making import MAKING, Known, alone, check_making, jumps_of, store_making
from .version_losses import values_in

MAKING_ROW = Object({**MAKING.fields, "confirmations": CONFIRMATIONS})
FACTOR_ROW = Object({**FACTOR.fields, "confirmations": CONFIRMATIONS})


@concept_change(
    ActDeclaration(
        verb="making.change",
        title="Wijzig een rij over het maken",
        permission=access.REFERENCE_EDIT,
        reads=MAKING_ROW,
    )
)
def change_making(doing: Doing[Place]) -> Done[FactorSetVersion]:
    """The concept with this row in it, in the place of what it said of the same group or type and indicator.

    Raises Refused: everything that is wrong in the row, and a jump that nobody gave a reason for.
    """
    row, known = doing.data, Known()
    held = concepts.holding(doing.target)
    check_making([row], alone, doing.problems, known)
    jumps = [] if doing.problems else jumps_of([row], alone, known, making_in(held))
    reason = _confirmed(doing, jumps)
    version = concepts.opened(doing.actor, doing.target)
    store_making(version, [row], known)
    said = {"group": row["product_group"], "type": row["product_type"], "indicator": row["indicator"]}
    numbers = {name: row[name] for name in ("state", "low", "value", "high") if row.get(name) is not None}
    return concepts.done(doing, version, {**said, **numbers}, reason)


@concept_change(
    ActDeclaration(
        verb="factor.change",
        title="Wijzig een factor",
        permission=access.REFERENCE_EDIT,
        reads=FACTOR_ROW,
    )
)
def change_factor(doing: Doing[Place]) -> Done[FactorSetVersion]:
    """The concept with this factor in it, in the place of the one of the same material, indicator and module.

    Raises Refused: everything that is wrong with it, and what is unusual and nobody gave a reason for.
    """
    row, codes = doing.data, Codes()
    found = factors_of_list([row])
    found.place = lambda number, name: alone(number, name)
    held = concepts.holding(doing.target)
    check_shapes(found)
    check_factors(found, codes)
    if not found.problems and not doing.problems:
        old = values_in(held) if held is not None else {}
        note_jumps(found, codes, old)
        note_outliers(found, codes, old)
    refused = {camel(name) for name in FACTOR.fields if name not in row}
    doing.problems += [each for each in found.problems if each.attr not in refused]
    reason = _confirmed(doing, found.warnings)
    version = concepts.opened(doing.actor, doing.target)
    key = {"material": codes.materials[row["material"]][0], "indicator": codes.indicators[row["indicator"]][0]}
    version.factors.filter(
        material_id=key["material"], indicator_id=key["indicator"], module=row["module"]
    ).delete()
    store_factors(version, found.cells, codes)
    said: dict[str, Any] = {name: row[name] for name in ("material", "indicator", "module", "value")}
    bounds = {name: row[name] for name in ("low", "high") if row.get(name) is not None}
    return concepts.done(doing, version, {**said, **bounds}, reason)


def _confirmed(doing: Doing[Place], asked: list[Problem]) -> str:
    """The reasons for what is unusual, as one text. Raises Refused with everything that stands."""
    standing, used = lift_confirmed(asked, doing.data.get("confirmations"))
    doing.problems += standing
    doing.problems.refuse()
    return "; ".join(f"{row['attr']} {row['code']}: {row['reason']}" for row in used)
