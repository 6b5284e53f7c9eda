"""Files with rows of reference data: first a preview, then into one's own proposal."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from indicators.factors.kept_previews import own_row_preview
from indicators.groups import row_imports
from indicators.models import RowPreview
from indicators.resources import proposals as answered
from indicators.resources.row_imports import RowsImport
from mvi_dashboard.ground.problems import refuse
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.sent_files import Upload

from .proposals import TAG, OfProposals


class ImportRows(Endpoint):
    """_import."""

    takes_file = True

    @operation(
        "Lees een bestand met rijen in: eerst een voorbeeld",
        form=row_imports.FILE,
        answers={200: RowsImport},
        once=True,
        name="reference_rows_import",
        tags=TAG,
    )
    def post(self, request: Request, kind: str) -> HttpResponse:
        """What differs from what holds; nothing is in your proposal yet."""
        file = self.file
        if file is None:
            raise refuse("required", "Stuur één bestand mee, in het veld `file`.", "file")
        upload = Upload(file.name, file.content)
        return self.once(
            lambda once: row_imports.preview_rows(
                self.actor, kind=kind, document=file.fields, upload=upload, once=once
            ),
            answer=self._came_of,
        )

    def _came_of(self, preview: RowPreview) -> HttpResponse:
        place = f"/api/v1/imports/reference-rows/{preview.public_id}"
        return self.answer(row_imports.answer_of(preview), location=place)


class OneRowsImport(Endpoint):
    """A preview."""

    @operation("Een voorbeeld", answers={200: RowsImport}, name="imports_reference_rows_get", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """For who made it, for a day."""
        return self.answer(row_imports.answer_of(own_row_preview(self.actor, public_id)))


class ConfirmRowsImport(OfProposals):
    """_confirm."""

    @acting(
        row_imports.confirm_rows,
        answers={201: answered.ProposalWhole},
        name="imports_reference_rows_confirm",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """All of it or nothing, into your own concept, which is made when there is none."""
        return self.carry_out(row_imports.confirm_rows, answer=self.whole, public_id=public_id)
