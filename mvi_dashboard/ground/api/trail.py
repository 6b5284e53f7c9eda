"""GET /audit: who did what, for those who may read the trail."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground import access, audit
from mvi_dashboard.ground.filters import Filter, Filters
from mvi_dashboard.ground.resources import TrailEntry
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation
from mvi_dashboard.ground.shapes import Moment, Text

TRAIL = Filters(
    organisation=Filter("", where="organisation__code", shape=Text(60, required=False)),
    actor=Filter("", where="actor_key", shape=Text(64, required=False)),
    verb=Filter("", where="verb", shape=Text(60, required=False)),
    object=Filter("", where="object_id", shape=Text(64, required=False)),
    object_type=Filter("", where="object_type", shape=Text(60, required=False)),
    since=Filter("", where="moment__gte", shape=Moment(required=False)),
    until=Filter("", where="moment__lt", shape=Moment(required=False)),
)


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
        visible = audit.entries_visible_to(self.actor).select_related("organisation")
        entries = TRAIL.narrowed(visible, TRAIL.of_parameters(self.parameters))
        return self.page(entries, order=("-moment", "hash"), row=TrailEntry.of)
