"""GET /audit: who did what, for those who may read the trail."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground import access, audit
from mvi_dashboard.ground.resources import TrailEntry
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation
from mvi_dashboard.ground.shapes import Moment, Text

FILTERS = {
    "organisation": Text(60, required=False),
    "actor": Text(64, required=False),
    "verb": Text(60, required=False),
    "object": Text(64, required=False),
    "object_type": Text(60, required=False),
    "since": Moment(required=False),
    "until": Moment(required=False),
}
_LOOKUPS = {
    "organisation": "organisation__code",
    "actor": "actor_key",
    "verb": "verb",
    "object": "object_id",
    "object_type": "object_type",
    "since": "moment__gte",
    "until": "moment__lt",
}


class Audit(Endpoint):
    """The trail. Its numbering is not shown: gaps would tell how much is still sealed."""

    @operation(
        "Logboek", query=FILTERS, paged=True, answers={200: TrailEntry}, name="audit_list", tags=("logboek",)
    )
    def get(self, request: Request) -> HttpResponse:
        """One page of entries, newest first."""
        access.require(self.actor, access.AUDIT_READ)
        wanted = {
            _LOOKUPS[name]: value
            for name, value in self.parameters.items()
            if name in _LOOKUPS and value is not None
        }
        entries = audit.entries_visible_to(self.actor).filter(**wanted).select_related("organisation")
        return self.page(entries, order=("-moment", "hash"), row=TrailEntry.of)
