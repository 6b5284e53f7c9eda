"""The page before a version is published: what it takes away, what it does to totals, and who may do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from indicators.factors import publishing
from indicators.factors.version_losses import Losses
from indicators.methods import trials
from indicators.methods.trials import Effect
from indicators.models import FactorSetVersion, MethodVersion
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.inputs import with_reasons_only
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import document_of

_BESIDE = {"csrfmiddlewaretoken", "version"}


def posted_reasons(request: HttpRequest) -> dict[str, Any]:
    """The reasons that were typed for what is asked."""
    sent = ((name, str(value)) for name, value in request.POST.items() if name not in _BESIDE)
    return with_reasons_only(document_of(sent))


def publish_context(
    actor: Actor,
    version: FactorSetVersion | MethodVersion,
    losses: Losses,
    *,
    problems: list[Problem],
    document: Mapping[str, Any],
) -> dict[str, Any]:
    """What the page shows of any version."""
    effect = trials.effect_of(version)
    return {
        "losses": losses,
        "asked": publishing.problems_of_losses(losses),
        "own": publishing.made_by(actor, version),
        "effect": effect,
        "totals": [] if effect is None else totals_of(effect),
        "problems": problems,
        "document": document,
    }


def totals_of(effect: Effect) -> list[dict[str, Any]]:
    """The totals now and then, as rows of a table."""
    found = []
    for each in effect.totals:
        if not each.contracts:
            continue
        for label, (before, after) in (("Beloofd", each.estimated), ("Prognose", each.forecast)):
            ratio = 0.0 if before == after is not None else None
            if before and after is not None:
                ratio = after / before - 1
            found.append(
                {
                    "name": each.name,
                    "unit": each.unit,
                    "label": label,
                    "before": before,
                    "after": after,
                    "percentage": formats.percentage_change(ratio),
                    "contracts": each.contracts,
                }
            )
    return found
