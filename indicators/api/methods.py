"""How it is calculated: methods, their assumed factors, weighting sets and bases."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from indicators import selectors
from indicators.factors.acting import stamp_of
from indicators.methods import adoption, method_drafts
from indicators.models import AssumptionAdoption, CircularStrategy, Destination, EndOfLifePlan, MethodVersion
from indicators.resources import methods
from mvi_dashboard.ground import access
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.shapes import Object

TAG = ("referentie",)
_NOTHING = Object({})


class Methods(Endpoint):
    """Methods."""

    open_to_all = True

    @operation("Methoden", paged=True, answers={200: methods.MethodRow}, name="methods_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """Every version with its formula and parameters."""
        return self.page(selectors.method_versions(self.actor), order=("id",), row=methods.MethodRow.of)


class _OneMethod(Endpoint):
    def version_answer(self, version: MethodVersion) -> Response:
        """One version with its factors, its ETag and its place."""
        place = f"/api/v1/methods/{version.method.code}/versions/{version.version}"
        return self.answer(methods.Method.of(version), version=stamp_of(version), location=place)


class MethodVersions(_OneMethod):
    """The versions of a method."""

    @acting(
        method_drafts.create_method_draft,
        answers={201: methods.Method},
        name="method_versions_create",
        tags=TAG,
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        """The newest published version with these factors; what is not sent stays as it is."""
        return self.carry_out(method_drafts.create_method_draft, answer=self.version_answer, owner=code)


class OneMethodVersion(_OneMethod):
    """One version of a method."""

    open_to_all = True

    @operation("Een versie", answers={200: methods.Method}, name="method_versions_get", tags=TAG)
    def get(self, request: Request, code: str, version: str) -> HttpResponse:
        """With its assumed factors."""
        return self.version_answer(selectors.get_method_version(self.actor, code, version))


class PublishMethod(_OneMethod):
    """_publish."""

    @acting(
        method_drafts.publish_method,
        answers={200: methods.Method},
        name="method_versions_publish",
        tags=TAG,
    )
    def post(self, request: Request, code: str, version: str) -> HttpResponse:
        """By somebody else than who made it. 400 with every rule that it breaks: one discount, nothing lost."""
        return self.carry_out(
            method_drafts.publish_method, answer=self.version_answer, owner=code, version=version
        )


class Adoptions(Endpoint):
    """Which assumptions organisations took over."""

    @operation(
        "Overgenomen aannames", paged=True, answers={200: methods.Adoption}, name="adoptions_list", tags=TAG
    )
    def get(self, request: Request) -> HttpResponse:
        """Those of the organisations whose reports you may read."""
        found = AssumptionAdoption.objects.visible_to(self.actor, access.REPORT_READ)
        found = found.select_related("method_version__method", "organisation")
        return self.page(found, order=("id",), row=methods.Adoption.of)

    @acting(
        adoption.adopt_assumptions,
        answers={201: methods.Adoption},
        name="adoptions_create",
        tags=TAG,
    )
    def post(self, request: Request) -> HttpResponse:
        """For your own organisation; publishing a tender does the same when nobody did so before."""
        place = access.own_organisation(self.actor, access.ASSUMPTIONS_ADOPT)
        return self.carry_out(adoption.adopt_assumptions, answer=methods.Adoption.of, organisation=place)


class WeightingSets(Endpoint):
    """Weighting sets."""

    open_to_all = True

    @operation("Weegsets", paged=True, answers={200: methods.WeightingSet}, name="weighting_sets_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """Every version with its prices."""
        return self.page(selectors.weighting_sets(self.actor), order=("id",), row=methods.WeightingSet.of)


class _Assumed(Endpoint):
    """Codes with the factor that the method of the current basis assumes for them."""

    open_to_all = True

    model: ClassVar[type[Model]]

    def assumed(self) -> HttpResponse:
        """One page of them."""
        factors: dict[int, Any] = selectors.assumed_factors(self.model)
        found = self.model._default_manager.all()
        return self.page(found, order=("id",), row=lambda row: methods.AssumedRow.among(row, factors))


class Strategies(_Assumed):
    """Circular strategies."""

    model = CircularStrategy

    @operation(
        "Circulaire strategieën", paged=True, answers={200: methods.AssumedRow}, name="strategies_list", tags=TAG
    )
    def get(self, request: Request) -> HttpResponse:
        """With factor R of the current basis."""
        return self.assumed()


class Plans(_Assumed):
    """End-of-life plans."""

    model = EndOfLifePlan

    @operation(
        "Plannen voor einde levensduur", paged=True, answers={200: methods.AssumedRow}, name="plans_list", tags=TAG
    )
    def get(self, request: Request) -> HttpResponse:
        """With factor E of the current basis."""
        return self.assumed()


class Destinations(_Assumed):
    """Real destinations."""

    model = Destination

    @operation("Bestemmingen", paged=True, answers={200: methods.AssumedRow}, name="destinations_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """With factor E of the current basis; null = follows the plan."""
        return self.assumed()


class Bases(Endpoint):
    """Bases."""

    open_to_all = True

    @operation("Rekenbases", paged=True, answers={200: methods.BasisRow}, name="bases_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """With method, factor sets and indicators."""
        return self.page(selectors.bases(), order=("id",), row=methods.BasisRow.of)
