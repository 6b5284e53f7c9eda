"""GET /me, /organisations and /suppliers: who asks, and who takes part."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground import resources
from mvi_dashboard.ground.models import REAL, Organisation
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation
from mvi_dashboard.ground.suppliers import listing


class Me(Endpoint):
    """Who this token or session is."""

    @operation("Wie ben ik, met welke rollen", answers={200: resources.Me}, name="me", tags=("wie",))
    def get(self, request: Request) -> HttpResponse:
        """Name, roles with their place, and the acts that follow from them."""
        return self.answer(resources.Me.of(self.actor))


class Organisations(Endpoint):
    """Public bodies, which everybody may know."""

    @operation(
        "Organisaties",
        paged=True,
        answers={200: resources.OrganisationRow},
        name="organisations_list",
        tags=("wie",),
    )
    def get(self, request: Request) -> HttpResponse:
        """One page of organisations."""
        rows = Organisation.objects.filter(REAL).select_related("parent")
        return self.page(rows, order=("code",), row=resources.OrganisationRow.of)


class Suppliers(Endpoint):
    """Market parties, for who works at an organisation; a supplier sees itself and nothing of others."""

    @operation(
        "Leveranciers", paged=True, answers={200: resources.SupplierRow}, name="suppliers_list", tags=("wie",)
    )
    def get(self, request: Request) -> HttpResponse:
        """One page of suppliers."""
        rows = listing.visible_to(self.actor).select_related("merged_into")
        return self.page(rows, order=("code",), row=resources.SupplierRow.of)
