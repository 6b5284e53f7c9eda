"""/factor-sets: factors with their sources, and new versions by the reference manager."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from indicators import selectors
from indicators.factors import bases, factor_drafts, factor_file
from indicators.factors.acting import stamp_of
from indicators.factors.version_diff import diff_versions
from indicators.models import FactorSetVersion
from indicators.resources import factors
from indicators.selectors.orders import FACTORS_ORDER
from mvi_dashboard.ground import access
from mvi_dashboard.ground.resources import JobRow
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.shapes import Object, Text

TAG = ("referentie",)
_NOTHING = Object({})


class FactorSets(Endpoint):
    """Factor sets."""

    open_to_all = True

    @operation("Factorsets", paged=True, answers={200: factors.FactorSetRow}, name="factor_sets_list", tags=TAG)
    def get(self, request: Request) -> HttpResponse:
        """With their versions."""
        drafts = self.actor.may(access.REFERENCE_EDIT)
        return self.page(
            selectors.factor_sets(),
            order=("code",),
            row=lambda row: factors.FactorSetRow.with_versions(row, drafts=drafts),
        )


class Factors(Endpoint):
    """The factors of one version."""

    open_to_all = True

    @operation(
        "Factoren van een factorset",
        query={
            "version": Text(40, required=False, help="Zonder versie: de nieuwste die is vastgesteld."),
            "indicator": Text(80, required=False, help="Alleen deze indicator."),
        },
        paged=True,
        orders=FACTORS_ORDER,
        answers={200: factors.FactorRow},
        files=("text/csv",),
        name="factors_list",
        tags=TAG,
    )
    def get(self, request: Request, code: str) -> HttpResponseBase:
        """Each with its source; with `Accept: text/csv` all of them as a file that can be read in again."""
        version = selectors.get_factor_version(self.actor, code, self.parameters["version"] or "")
        if self.wants_whole_file():
            self.count_export()
            return StreamingHttpResponse(factor_file.file_of(version), content_type="text/csv; charset=utf-8")
        found = selectors.factors_in(version, indicator=self.parameters["indicator"] or "")
        order = ("material__code", "indicator__code", "module", "id")
        return self.page(found, order=order, row=factors.FactorRow.of)


class _Versions(Endpoint):
    def version_answer(self, version: FactorSetVersion) -> Response:
        """One version with its ETag and place."""
        place = f"/api/v1/factor-sets/{version.factor_set.code}/versions/{version.version}"
        stamp = stamp_of(version)
        return self.answer(factors.FactorSetVersionRow.of(version), version=stamp, location=place)


class Versions(_Versions):
    """The versions of a factor set."""

    open_to_all = True

    @operation(
        "Versies", paged=True, answers={200: factors.FactorSetVersionRow}, name="factor_versions_list", tags=TAG
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """Concepts only for who makes them."""
        found = selectors.versions_visible_to(self.actor).filter(factor_set__code=code)
        return self.page(found, order=("id",), row=factors.FactorSetVersionRow.of)

    @acting(
        factor_drafts.create_draft,
        answers={201: factors.FactorSetVersionRow},
        name="factor_versions_create",
        tags=TAG,
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        """A concept with all its factors; nothing is calculated with it yet."""
        return self.carry_out(factor_drafts.create_draft, answer=self.version_answer, owner=code)


class OneVersion(_Versions):
    """One version of a factor set."""

    open_to_all = True

    @operation("Een versie", answers={200: factors.FactorSetVersionRow}, name="factor_versions_get", tags=TAG)
    def get(self, request: Request, code: str, version: str) -> HttpResponse:
        """With its state and content hash."""
        return self.version_answer(selectors.get_factor_version(self.actor, code, version))


class Differences(Endpoint):
    """What changed between two versions of a factor set."""

    open_to_all = True

    @operation(
        "Verschillen tussen twee versies",
        query={"from": Text(40, label="Van"), "to": Text(40, label="Naar")},
        answers={200: factors.Differences},
        name="factor_differences",
        tags=TAG,
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        """Added, removed and changed, each with its values."""
        before, after = (
            selectors.get_factor_version(self.actor, code, self.parameters[name]) for name in ("from", "to")
        )
        return self.answer(factors.Differences.of(diff_versions(before, after)))


class Recalculations(Endpoint):
    """Building a basis on the newest versions, beside the current one."""

    @acting(
        bases.recalculate,
        answers={202: JobRow},
        name="recalculations_start",
        tags=TAG,
    )
    def post(self, request: Request) -> HttpResponse:
        """202 with the job; the old basis stays current until everything is done."""
        return self.carry_out(bases.recalculate, answer=JobRow.of)


class PublishVersion(_Versions):
    """_publish."""

    @acting(
        factor_drafts.publish_draft,
        answers={200: factors.FactorSetVersionRow},
        name="factor_versions_publish",
        tags=TAG,
    )
    def post(self, request: Request, code: str, version: str) -> HttpResponse:
        """By somebody else than who made it. From now on it never changes; 409 asks about what disappears."""
        return self.carry_out(factor_drafts.publish_draft, answer=self.version_answer, owner=code, version=version)
