"""/data-quality: which data are not sure, and what they matter."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from indicators import selectors
from indicators.factors.doubts import KINDS, WHY, doubts_on
from indicators.factors.doubts_file import file_of
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
            "kind": Choice(list(KINDS), required=False, help="Alleen deze soort."),
        },
        answers={200: Answer},
        files=("text/csv",),
        name="data_quality",
        tags=("referentie",),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """What is to be verified, old, wide or unknown; the widest times the largest first. As CSV: all of it."""
        code = self.parameters["indicator"] or CLIMATE
        indicator = selectors.indicator_rows().filter(code=code).first()
        if indicator is None:
            raise not_found()
        found = doubts_on(indicator, why=self.parameters["why"] or "", kind=self.parameters["kind"] or "")
        if "text/csv" in request.headers.get("Accept", ""):
            self.count_export()
            return StreamingHttpResponse(file_of(found), content_type="text/csv; charset=utf-8")
        return self.answer(Answer.of(code, found, MOST_ROWS))
