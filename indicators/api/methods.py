"""How it is calculated: methods, their assumed factors, weighting sets and bases."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpResponse
from rest_framework.request import Request

from indicators import selectors
from indicators.models import CircularStrategy, Destination, EndOfLifePlan
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation

from . import rows, schemas

TAG = ("referentie",)


class Methods(Endpoint):
    """Methods."""

    @operation("Methoden", paged=True, answers={200: schemas.METHOD}, name="methods_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """Every version with its formula and parameters."""
        return self.page(selectors.method_versions(self.actor), order=("id",), row=rows.method_row)


class WeightingSets(Endpoint):
    """Weighting sets."""

    @operation("Weegsets", paged=True, answers={200: schemas.WEIGHTING}, name="weighting_sets_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """Every version with its prices."""
        return self.page(selectors.weighting_sets(self.actor), order=("id",), row=rows.weighting_row)


class _Assumed(Endpoint):
    """Codes with the factor that the method of the current basis assumes for them."""

    model: ClassVar[type[Model]]

    def assumed(self) -> HttpResponse:
        """One page of them."""
        factors: dict[int, Any] = selectors.assumed_factors(self.model)
        found = self.model._default_manager.all()
        return self.page(found, order=("id",), row=rows.assumed_row(factors))


class Strategies(_Assumed):
    """Circular strategies."""

    model = CircularStrategy

    @operation(
        "Circulaire strategieën", paged=True, answers={200: schemas.ASSUMED}, name="strategies_list", tags=TAG
    )
    def get(self, request: Request) -> HttpResponse:
        """With factor R of the current basis."""
        return self.assumed()


class Plans(_Assumed):
    """End-of-life plans."""

    model = EndOfLifePlan

    @operation(
        "Plannen voor einde levensduur", paged=True, answers={200: schemas.ASSUMED}, name="plans_list", tags=TAG
    )
    def get(self, request: Request) -> HttpResponse:
        """With factor E of the current basis."""
        return self.assumed()


class Destinations(_Assumed):
    """Real destinations."""

    model = Destination

    @operation("Bestemmingen", paged=True, answers={200: schemas.ASSUMED}, name="destinations_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """With factor E of the current basis; null = follows the plan."""
        return self.assumed()


class Bases(Endpoint):
    """Bases."""

    @operation("Grondslagen", paged=True, answers={200: schemas.BASIS}, name="bases_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """With method, factor sets and indicators."""
        return self.page(selectors.bases(), order=("id",), row=rows.basis_row)
