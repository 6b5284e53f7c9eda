"""GET /me, /organisations and /suppliers: who asks, and who takes part."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground.access import Actor, Grant
from mvi_dashboard.ground.models import Organisation, Supplier
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation
from mvi_dashboard.ground.shapes import Boolean, ListOf, Object, Text

ORGANISATION = Object(
    {
        "code": Text(60),
        "name": Text(200),
        "kind": Text(40, required=False),
        "parent": Text(60, required=False),
    }
)
SUPPLIER = Object({"code": Text(60), "name": Text(200)})
ME = Object(
    {
        "name": Text(200),
        "is_person": Boolean(),
        "roles": ListOf(
            Object(
                {
                    "role": Text(40),
                    "organisation": Text(60, required=False),
                    "supplier": Text(60, required=False),
                }
            )
        ),
        "acts": ListOf(Text(40)),
    }
)


class Me(Endpoint):
    """Who this token or session is."""

    @operation("Wie ben ik, met welke rollen", answers={200: ME}, name="me", tags=("wie",))
    def get(self, request: Request) -> HttpResponse:
        """Name, roles with their place, and the acts that follow from them."""
        return self.answer(
            {
                "name": self.actor.label,
                "isPerson": self.actor.is_person,
                "roles": _roles(self.actor),
                "acts": sorted(self.actor.acts),
            }
        )


class Organisations(Endpoint):
    """Public bodies, which everybody may know."""

    @operation("Organisaties", paged=True, answers={200: ORGANISATION}, name="organisations_list", tags=("wie",))
    def get(self, request: Request) -> HttpResponse:
        """One page of organisations."""
        rows = Organisation.objects.select_related("parent")
        return self.page(rows, order=("code",), row=_organisation_row)


class Suppliers(Endpoint):
    """Market parties, which everybody may know; who bids on what is told nowhere here."""

    @operation("Leveranciers", paged=True, answers={200: SUPPLIER}, name="suppliers_list", tags=("wie",))
    def get(self, request: Request) -> HttpResponse:
        """One page of suppliers."""
        return self.page(Supplier.objects.all(), order=("code",), row=_supplier_row)


def _roles(actor: Actor) -> list[dict[str, Any]]:
    places = {grant.organisation_id for grant in actor.grants if grant.organisation_id}
    firms = {grant.supplier_id for grant in actor.grants if grant.supplier_id}
    organisations = dict(Organisation.objects.filter(pk__in=places).values_list("pk", "code"))
    suppliers = dict(Supplier.objects.filter(pk__in=firms).values_list("pk", "code"))

    def row(grant: Grant) -> dict[str, Any]:
        return {
            "role": grant.role,
            "organisation": organisations.get(grant.organisation_id or 0),
            "supplier": suppliers.get(grant.supplier_id or 0),
        }

    return [row(grant) for grant in actor.grants]


def _organisation_row(organisation: Organisation) -> dict[str, Any]:
    return {
        "code": organisation.code,
        "name": organisation.name,
        "kind": organisation.kind or None,
        "parent": organisation.parent.code if organisation.parent else None,
    }


def _supplier_row(supplier: Supplier) -> dict[str, Any]:
    return {"code": supplier.code, "name": supplier.name}
