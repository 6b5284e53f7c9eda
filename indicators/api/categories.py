"""/category-schemes: how an organisation itself divides what it buys, and which product group each part is."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from indicators.groups import category_schemes
from indicators.models import CategoryScheme
from indicators.resources.catalogue import GroupSuggestions as Suggested
from indicators.resources.categories import Scheme, SchemeRow
from indicators.selectors.categories import get_scheme, groups_meant, schemes_visible_to
from indicators.selectors.cpv import cpv_prefixes
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.shapes import Text

TAG = ("eigen-indelingen",)


class _Schemes(Endpoint):
    def scheme(self, found: CategoryScheme) -> HttpResponse:
        """The whole scheme, with its version and place."""
        whole = get_scheme(self.actor, found.public_id)
        place = f"/api/v1/category-schemes/{whole.public_id}"
        return self.answer(Scheme.of(whole), version=whole.version, location=place)


class CategorySchemes(_Schemes):
    """Schemes of the organisations that one reads."""

    @operation("Eigen indelingen", paged=True, answers={200: SchemeRow}, name="category_schemes_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """With how many of their categories have a product group."""
        return self.page(schemes_visible_to(self.actor), order=("name", "id"), row=SchemeRow.of)

    @acting(
        category_schemes.create_scheme,
        answers={201: Scheme},
        name="category_schemes_create",
        tags=TAG,
    )
    def post(self, request: Request) -> HttpResponse:
        """For the own organisation; a category without a group is not mapped yet."""
        return self.carry_out(category_schemes.create_scheme, answer=self.scheme)


class OneCategoryScheme(_Schemes):
    """One scheme."""

    @operation("Een eigen indeling", answers={200: Scheme}, name="category_schemes_get", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """With all its categories."""
        return self.scheme(get_scheme(self.actor, public_id))

    @acting(
        category_schemes.change_scheme,
        answers={200: Scheme},
        name="category_schemes_change",
        tags=TAG,
    )
    def put(self, request: Request, public_id: UUID) -> HttpResponse:
        """The fields and categories of this document instead of what there was."""
        return self.carry_out(category_schemes.change_scheme, answer=self.scheme, public_id=public_id)


class GroupSuggestions(Endpoint):
    """Which product group a category may be."""

    open_to_all = True

    @operation(
        "Productgroepen die u misschien bedoelt",
        description="Hoogstens drie, de beste eerst. Alleen om uit te kiezen: wij koppelen nooit zelf.",
        query={
            "name": Text(200, help="De naam van de categorie."),
            "code": Text(40, required=False, help="De code van de categorie; een CPV-code helpt."),
        },
        answers={200: Suggested},
        name="product_groups_suggestions",
        tags=TAG,
    )
    def get(self, request: Request) -> HttpResponse:
        """By CPV code first, then by words."""
        name, code = self.parameters["name"], self.parameters["code"] or ""
        return self.answer(Suggested(name=name, suggestions=groups_meant(code, name, cpv_prefixes())))
