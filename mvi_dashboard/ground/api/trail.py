"""GET /audit: who did what, for those who may read the trail."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground import access
from mvi_dashboard.ground.resources import TrailEntry
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation
from mvi_dashboard.ground.trail.asking import ORDER, TRAIL, entries


class Audit(Endpoint):
    """The trail. Its numbering is not shown: gaps would tell how much is still sealed."""

    @operation(
        "Logboek",
        query=TRAIL.parameters,
        paged=True,
        answers={200: TrailEntry},
        name="audit_list",
        tags=("logboek",),
    )
    def get(self, request: Request) -> HttpResponse:
        """One page of entries, newest first."""
        access.require(self.actor, access.AUDIT_READ)
        found = entries(self.actor, TRAIL.of_parameters(self.parameters))
        return self.page(found, order=ORDER, row=TrailEntry.of)
