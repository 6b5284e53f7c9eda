"""POST /assessments: the effect of lines without storing anything."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from indicators import services
from mvi_dashboard.ground.rest.answers import warnings_of
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation

from . import schemas

_KINDS = (("Gebruiksgoed", False), ("Verbruik", True))


class Assessments(Endpoint):
    """Calculating without storing."""

    @operation(
        "Reken het effect uit zonder iets op te slaan",
        body={kind: services.assessment_shape(consumed=used_up) for kind, used_up in _KINDS},
        answers={200: schemas.ASSESSMENT},
        name="assessments",
        tags=("rekenen",),
    )
    def post(self, request: Request) -> HttpResponse:
        """Impacts per line with their trace, and the totals."""
        assessed = services.assess_document(self.actor, document=self.body)
        answer = services.assessment_answer(assessed)
        return self.answer(answer | {"warnings": warnings_of(assessed.notices)})
