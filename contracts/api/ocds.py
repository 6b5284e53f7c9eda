"""A contract as OCDS: its tender and the decision when it has them, and beside the standard what it does."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from contracts import selectors
from contracts.services.ocds import release_with_contract
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation
from tenders.exchange.ocds_out import package_of
from tenders.resources import OcdsPackage

from .contracts import TAG


class Ocds(Endpoint):
    """A contract as OCDS."""

    @operation("Een contract als OCDS", answers={200: OcdsPackage}, name="contracts_ocds", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """A release package of OCDS 1.1, with the effect of the contract under `effects`."""
        found = selectors.get_contract(self.actor, public_id)
        return self.answer(
            package_of(found.organisation, release_with_contract(found), request.build_absolute_uri())
        )
