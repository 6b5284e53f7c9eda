"""/data-quality: which data are not sure, and what they matter."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from indicators import selectors
from indicators.factors.doubts import KINDS, WHY, doubts_on
from indicators.models import CLIMATE
from indicators.resources.doubts import DataQuality as Answer
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation
from mvi_dashboard.ground.shapes import Choice, Text

MOST_ROWS = 500


class DataQuality(Endpoint):
    """The board of data quality."""

    open_to_all = True

    @operation(
        "Gegevenskwaliteit",
        query={
            "indicator": Text(80, required=False, help="Zonder indicator: klimaat."),
            "why": Choice(list(WHY), required=False, help="Alleen rijen met deze reden."),
            "kind": Choice(list(KINDS), required=False, help="Alleen het maken, of alleen factoren."),
        },
        answers={200: Answer},
        name="data_quality",
        tags=("referentie",),
    )
    def get(self, request: Request) -> HttpResponse:
        """What is to be verified, old, wide or unknown; the widest times the largest first."""
        code = self.parameters["indicator"] or CLIMATE
        indicator = selectors.indicator_rows().filter(code=code).first()
        if indicator is None:
            raise not_found()
        found = doubts_on(indicator, why=self.parameters["why"] or "", kind=self.parameters["kind"] or "")
        return self.answer(Answer.of(code, found, MOST_ROWS))
