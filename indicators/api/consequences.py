"""What publishing a concept would take away and change, before somebody does it."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from indicators import selectors
from indicators.services import factor_drafts, method_drafts, trials
from indicators.services.publishing import problems_of_losses
from indicators.services.trials import Effect
from indicators.services.version_losses import Losses, losses_between, method_losses
from mvi_dashboard.ground import access
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation

from . import schemas
from .rows import Row

TAG = ("referentie",)


class Consequences(Endpoint):
    """What publishing a version would take away and change."""

    @operation(
        "Gevolgen van vaststellen",
        answers={200: schemas.CONSEQUENCES},
        name="factor_versions_consequences",
        tags=TAG,
    )
    def get(self, request: Request, code: str, version: str) -> HttpResponse:
        """What disappears and jumps, and an estimate of the totals: the largest contracts, calculated again."""
        access.require(self.actor, access.REFERENCE_EDIT)
        found = selectors.get_factor_version(self.actor, code, version)
        losses = losses_between(factor_drafts.newest_published(found.factor_set), found)
        return self.answer(_row(losses, trials.effect_of(found)))


class MethodConsequences(Endpoint):
    """What publishing a version of a method would change."""

    @operation(
        "Gevolgen van vaststellen",
        answers={200: schemas.CONSEQUENCES},
        name="method_versions_consequences",
        tags=TAG,
    )
    def get(self, request: Request, code: str, version: str) -> HttpResponse:
        """Which assumptions jump, and an estimate of the totals: the largest contracts, calculated again."""
        access.require(self.actor, access.REFERENCE_EDIT)
        found = selectors.method_versions(self.actor).filter(method__code=code, version=version).first()
        if found is None:
            raise not_found()
        losses = method_losses(method_drafts.newest_published(found.method), found)
        return self.answer(_row(losses, trials.effect_of(found)))


def _row(losses: Losses, effect: Effect | None) -> Row:
    """What publishing takes away, what has to be confirmed, and the estimate; null when nothing rests on it."""
    return {
        "factors": losses.before,
        "removed": losses.removed,
        "recycledLost": losses.recycled_lost,
        "materialsRemoved": losses.material_count,
        "jumps": losses.jump_count,
        "firstJumps": [
            {"name": each.name, "before": each.before, "after": each.after, "unit": each.unit}
            for each in losses.jumps
        ],
        "toConfirm": [
            {"attr": each.attr, "code": each.code, "detail": each.detail} for each in problems_of_losses(losses)
        ],
        "effect": None if effect is None else _effect_row(effect),
    }


def _effect_row(effect: Effect) -> Row:
    return {
        "contracts": effect.contracts,
        "counted": effect.counted,
        "incomplete": effect.incomplete,
        "failed": effect.failed,
        "totals": [
            {
                "indicator": each.indicator,
                "unit": each.unit,
                "contracts": each.contracts,
                "estimated": {"before": each.estimated[0], "after": each.estimated[1]},
                "forecast": {"before": each.forecast[0], "after": each.forecast[1]},
            }
            for each in effect.totals
        ],
    }
