"""/reports/effects: totals as asked."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground import cursors
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import operation
from mvi_dashboard.ground.rest.parameters import PAGE, CommaList
from reporting import services
from reporting.resources import EffectsReport, EffectTotal, NotTold
from reporting.selectors import GROUPINGS, REPORT, question_of, scope_of
from reporting.services.rows import as_csv

_PLACE = "reports.effects"
QUERY = {**REPORT.parameters, "group_by": CommaList(GROUPINGS, required=False, default=()), **PAGE}


class Effects(Endpoint):
    """Totals of contracts: per organisation, group, theme, supplier, contract or year.

    The rows are the whole of an answer: what may not be told apart is in none of them, and `leftOut` counts it.
    """

    @operation(
        "Effecten van contracten",
        query=QUERY,
        answers={200: EffectsReport},
        files=("text/csv",),
        name="reports_effects",
        tags=("rapporten",),
    )
    def get(self, request: Request) -> HttpResponse:
        """One page of rows, or all of them as CSV."""
        asked = self.parameters
        wanted = REPORT.of_parameters(asked)
        before = wanted["predecessors"] is not None
        scope = scope_of(self.actor, wanted["organisation"] or "", predecessors=before)
        question = question_of(wanted, group_by=tuple(asked["group_by"] or ()))
        as_file = "text/csv" in request.headers.get("Accept", "")
        if as_file:
            self.count_export()
        report = services.read_effects(scope, question)
        if as_file:
            about = {
                "yearBasis": question.year_view,
                "basis": report.basis.code,
                "asOf": "" if report.as_of is None else report.as_of.isoformat(),
                "scope": "national" if scope.organisation is None else scope.organisation.code,
            }
            text = as_csv(report.rows, report.largest_shares(report.rows), question.group_by, about)
            return HttpResponse(text, content_type="text/csv; charset=utf-8")
        start = self._start()
        limit = asked["limit"]
        following = start + limit if start + limit < len(report.rows) else None
        shown = report.rows[start : start + limit]
        shares = report.largest_shares(shown)
        return self.answer(
            EffectsReport(
                basis=report.basis.code,
                as_of=report.as_of,
                year_basis=question.year_view,
                left_out=NotTold.of(report.left_out),
                results=[EffectTotal.of(row, share) for row, share in zip(shown, shares, strict=True)],
                next=self._address_of(None if following is None else cursors.seal(b"%d" % following, _PLACE)),
            )
        )

    def _start(self) -> int:
        """Where the page begins: rows are sums in a fixed order, so their number is their place."""
        cursor = self.parameters["cursor"]
        if cursor is None:
            return 0
        return int(cursors.unseal(cursor, _PLACE))
