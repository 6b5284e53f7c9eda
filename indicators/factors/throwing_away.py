"""A concept that nobody wants any more is thrown away: it is deleted, with all its rows, and its number is free.

Nobody ever calculated with it, so nothing rests on it; the audit trail keeps who threw away what, and why. What
was published can never be thrown away: the database refuses that too.
"""

from __future__ import annotations

from indicators.models import FactorSet, FactorSetVersion, ImportPreview, Method, MethodVersion
from indicators.models.coded import State
from mvi_dashboard.ground import access
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.problems import conflict
from mvi_dashboard.ground.shapes import Object, Reason, quoted

from . import telling
from .acting import on_version
from .publishing import maker_of
from .sealed_content import content_hash

REASON = Object({"reason": Reason(1000, multiline=True, label="Waarom gooit u dit concept weg?")})


@on_version(
    FactorSetVersion,
    "factor_set",
    ActDeclaration(
        verb="factor_version.throw_away",
        title="Gooi een concept van een factorset weg",
        permission=access.REFERENCE_EDIT,
        reads=REASON,
        person="Weggooien",
        version=True,
    ),
)
def throw_away_factors(doing: Doing[FactorSetVersion]) -> Done[FactorSet]:
    """The set, without this concept. Raises Refused: absent, stale, or published (409)."""
    row = doing.target
    _require_draft(row)
    doing.problems.refuse()
    said = {
        "version": row.version,
        "madeBy": maker_of(row) or "-",
        "factors": row.factors.count(),
        "processing": row.processing.count(),
        "contentHash": content_hash(row),
    }
    owner = row.factor_set
    telling.concept_thrown_away(doing.actor, row)
    ImportPreview.objects.filter(made=row).delete()
    row.factors.all().delete()
    row.processing.all().delete()
    row.delete()
    return Done(owner, changes=said, reason=doing.data["reason"])


@on_version(
    MethodVersion,
    "method",
    ActDeclaration(
        verb="method.throw_away",
        title="Gooi een concept van een methode weg",
        permission=access.REFERENCE_EDIT,
        reads=REASON,
        person="Weggooien",
        version=True,
    ),
)
def throw_away_method(doing: Doing[MethodVersion]) -> Done[Method]:
    """The method, without this concept. Raises Refused: absent, stale, or published (409)."""
    row = doing.target
    _require_draft(row)
    doing.problems.refuse()
    owner, said = row.method, {"version": row.version, "madeBy": maker_of(row) or "-"}
    telling.concept_thrown_away(doing.actor, row)
    for rows in (row.strategy_factors, row.plan_factors, row.destination_factors, row.material_parameters):
        rows.all().delete()
    row.delete()
    return Done(owner, changes=said, reason=doing.data["reason"])


def _require_draft(row: FactorSetVersion | MethodVersion) -> None:
    """Raises Refused 409 for what is published or was."""
    if row.state != State.DRAFT:
        text = f"Versie {quoted(row.version)} is vastgesteld. Alleen een concept kunt u weggooien."
        raise conflict("frozen_version", text)
