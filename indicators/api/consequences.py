"""What publishing a concept would take away and change, before somebody does it."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from indicators import selectors
from indicators.factors.bases import released_bases
from indicators.factors.publishing import problems_of_losses
from indicators.factors.version_losses import losses_between, method_losses
from indicators.methods import trials
from indicators.models.coded import newest_published
from indicators.resources import consequences as answered
from mvi_dashboard.ground import access
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation

TAG = ("referentie",)


class Consequences(Endpoint):
    """What publishing a version would take away and change."""

    @operation(
        "Gevolgen van vaststellen",
        answers={200: answered.Consequences},
        name="factor_versions_consequences",
        tags=TAG,
    )
    def get(self, request: Request, code: str, version: str) -> HttpResponse:
        """What disappears and jumps, and an estimate of the totals: the largest contracts, calculated again."""
        access.require(self.actor, access.REFERENCE_EDIT)
        found = selectors.get_factor_version(self.actor, code, version)
        losses = losses_between(newest_published(found.factor_set.versions.all()), found)
        return self.answer(
            answered.Consequences.of(
                losses,
                problems_of_losses(losses),
                trials.effect_of(found),
                trials.tenders_beside(self.actor, found),
            )
        )


class BasisConsequences(Endpoint):
    """What making a basis of a release the current one would change."""

    @operation(
        "Gevolgen van een andere rekenbasis",
        answers={200: answered.BasisConsequences},
        name="bases_consequences",
        tags=TAG,
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """An estimate of the totals: the largest contracts, calculated again."""
        access.require(self.actor, access.REFERENCE_EDIT)
        found = next((each for each in released_bases() if each.code == code), None)
        if found is None:
            raise not_found()
        return self.answer(
            answered.BasisConsequences.of(selectors.current_basis(), found, trials.effect_of_basis(found))
        )


class MethodConsequences(Endpoint):
    """What publishing a version of a method would change."""

    @operation(
        "Gevolgen van vaststellen",
        answers={200: answered.Consequences},
        name="method_versions_consequences",
        tags=TAG,
    )
    def get(self, request: Request, code: str, version: str) -> HttpResponse:
        """Which assumptions jump, and an estimate of the totals: the largest contracts, calculated again."""
        access.require(self.actor, access.REFERENCE_EDIT)
        found = selectors.get_method_version(self.actor, code, version)
        losses = method_losses(newest_published(found.method.versions.all()), found)
        return self.answer(
            answered.Consequences.of(
                losses,
                problems_of_losses(losses),
                trials.effect_of(found),
                trials.tenders_beside(self.actor, found),
            )
        )
