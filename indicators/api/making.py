"""Rows of a concept: the making of groups and types, one factor, and the concept that nobody wants any more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from indicators import selectors
from indicators.factors import making_file, making_imports, previews, row_changes, throwing_away
from indicators.models import FactorSet, FactorSetVersion, Method
from indicators.resources.factors import FactorSetRow, FactorSetVersionRow
from indicators.resources.making import MakingImport, MakingRow
from indicators.resources.methods import ThrownAway
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.sent_files import Upload
from mvi_dashboard.ground.shapes import Text

TAG = ("referentie",)


class _Changed(Endpoint):
    def version_answer(self, version: FactorSetVersion) -> HttpResponse:
        """The concept and its place."""
        place = f"/api/v1/factor-sets/{version.factor_set.code}/versions/{version.version}"
        return self.answer(FactorSetVersionRow.of(version), location=place)


class Making(_Changed):
    """The making in one version of a factor set."""

    open_to_all = True

    @operation(
        "Het maken in een versie",
        query={
            "product_group": Text(80, required=False, help="Alleen deze productgroep."),
            "indicator": Text(80, required=False, help="Alleen deze indicator."),
        },
        paged=True,
        answers={200: MakingRow},
        files=("text/csv",),
        name="processing_list",
        tags=TAG,
    )
    def get(self, request: Request, code: str, version: str) -> HttpResponseBase:
        """Per group or type; with `Accept: text/csv` all of it as a file that can be read in again."""
        found = selectors.get_factor_version(self.actor, code, version)
        if self.wants_whole_file():
            self.count_export()
            return StreamingHttpResponse(making_file.file_of(found), content_type="text/csv; charset=utf-8")
        rows = selectors.rows_of_making(
            found, group=self.parameters["product_group"] or "", indicator=self.parameters["indicator"] or ""
        )
        return self.page(rows, order=("id",), row=MakingRow.of)

    @acting(row_changes.change_making, answers={200: FactorSetVersionRow}, name="processing_change", tags=TAG)
    def patch(self, request: Request, code: str, version: str) -> HttpResponse:
        """One row of a concept, in the place of the one of the same group or type and indicator."""
        return self.carry_out(row_changes.change_making, answer=self.version_answer, owner=code, version=version)


class OneFactor(_Changed):
    """One factor of a concept."""

    @acting(row_changes.change_factor, answers={200: FactorSetVersionRow}, name="factors_change", tags=TAG)
    def patch(self, request: Request, code: str, version: str) -> HttpResponse:
        """One factor, in the place of the one of the same material, indicator and module."""
        return self.carry_out(row_changes.change_factor, answer=self.version_answer, owner=code, version=version)


class ThrowAwayVersion(Endpoint):
    """_throw-away."""

    @acting(
        throwing_away.throw_away_factors, answers={200: FactorSetRow}, name="factor_versions_throw_away", tags=TAG
    )
    def post(self, request: Request, code: str, version: str) -> HttpResponse:
        """The set without this concept; what was published is never thrown away."""
        act = throwing_away.throw_away_factors
        return self.carry_out(act, answer=self._set, owner=code, version=version)

    def _set(self, row: FactorSet) -> FactorSetRow:
        return FactorSetRow.with_versions(row, drafts=True)


class ThrowAwayMethod(Endpoint):
    """_throw-away."""

    @acting(
        throwing_away.throw_away_method, answers={200: ThrownAway}, name="method_versions_throw_away", tags=TAG
    )
    def post(self, request: Request, code: str, version: str) -> HttpResponse:
        """The method without this concept; what was published is never thrown away."""
        act = throwing_away.throw_away_method
        return self.carry_out(act, answer=self._method, owner=code, version=version)

    def _method(self, row: Method) -> ThrownAway:
        return ThrownAway(
            code=row.code, versions=list(row.versions.order_by("id").values_list("version", flat=True))
        )


class _Imports(Endpoint):
    def came_of(self, preview: Any) -> HttpResponse:
        """The preview, with its place."""
        place = f"/api/v1/imports/processing/{preview.public_id}"
        return self.answer(previews.making_answer_of(preview), location=place)


class MakingImports(_Imports):
    """Making to be brought in."""

    takes_file = True

    @operation(
        "Lees het maken in: eerst een voorbeeld",
        body=making_imports.LIST,
        form=making_imports.FILE,
        answers={200: MakingImport},
        once=True,
        name="imports_processing",
        tags=TAG,
    )
    def post(self, request: Request) -> HttpResponse:
        """What would change."""
        given: dict[str, Any] = {"document": self.body}
        if self.file:
            given = {"document": self.file.fields, "upload": Upload(self.file.name, self.file.content)}
        return self.once(
            lambda once: making_imports.preview_making(self.actor, **given, once=once), answer=self.came_of
        )


class OneMakingImport(_Imports):
    """A preview."""

    @operation("Een voorbeeld", answers={200: MakingImport}, name="imports_processing_get", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """For who made it, for a day."""
        return self.answer(previews.making_answer_of(making_imports.get_making_preview(self.actor, public_id)))


class ConfirmMakingImport(_Changed):
    """_confirm."""

    @acting(
        making_imports.confirm_making,
        answers={201: FactorSetVersionRow},
        name="imports_processing_confirm",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """All of it or nothing, into the open concept; that is published apart."""
        return self.carry_out(making_imports.confirm_making, answer=self.version_answer, public_id=public_id)
