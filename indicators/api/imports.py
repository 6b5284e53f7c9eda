"""/imports/factors, /ilcd and /openepd: factors from a file or a list, first shown and then confirmed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from indicators.factors import factor_imports, previews
from indicators.factors.exchange.epd import ILCD, OPENEPD
from indicators.models import FactorSetVersion, ImportPreview
from indicators.resources.factors import FactorSetVersionRow
from indicators.resources.imports import FactorImport
from mvi_dashboard.ground.problems import refuse
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.sent_files import Upload
from mvi_dashboard.ground.shapes import Boolean

TAG = ("referentie",)
_CONFIRM = {"confirm": Boolean(required=False, default=False, help="Maak meteen het concept.")}


class _Imports(Endpoint):
    def came_of(self, outcome: ImportPreview | FactorSetVersion) -> HttpResponse:
        """The preview, or the concept that was made of it."""
        if isinstance(outcome, FactorSetVersion):
            place = f"/api/v1/factor-sets/{outcome.factor_set.code}/versions/{outcome.version}"
            return self.answer(FactorSetVersionRow.of(outcome), location=place)
        return self.answer(previews.answer_of(outcome), location=f"/api/v1/imports/{outcome.public_id}")


class FactorImports(_Imports):
    """Factors to be brought in."""

    takes_file = True

    @operation(
        "Lees factoren in: eerst een voorbeeld",
        body=factor_imports.LIST,
        form=factor_imports.FILE,
        query=_CONFIRM,
        answers={200: FactorImport, 201: FactorSetVersionRow},
        once=True,
        name="imports_factors",
        tags=TAG,
    )
    def post(self, request: Request) -> HttpResponse:
        """What would change; with `confirm=true` the concept itself (201)."""
        given: dict[str, Any] = {"document": self.body}
        if self.file:
            given = {"document": self.file.fields, "upload": Upload(self.file.name, self.file.content)}
        act = factor_imports.import_factors if self.parameters["confirm"] else factor_imports.preview_factors
        return self.once(lambda once: act(self.actor, **given, once=once), answer=self.came_of)


class _Declarations(_Imports):
    takes_file = True
    layout = ""

    def _come_in(self) -> HttpResponse:
        if self.file is None:
            raise refuse("required", "Stuur één bestand mee, in het veld `file`.", "file")
        given: dict[str, Any] = {
            "document": {**self.file.fields, "layout": self.layout},
            "upload": Upload(self.file.name, self.file.content),
        }
        act = factor_imports.import_factors if self.parameters["confirm"] else factor_imports.preview_factors
        return self.once(lambda once: act(self.actor, **given, once=once), answer=self.came_of)


class IlcdImports(_Declarations):
    """Declarations in ILCD+EPD."""

    layout = ILCD

    @operation(
        "Lees een milieuverklaring in (ILCD+EPD: JSON, XML of zip)",
        form=factor_imports.DECLARATION,
        query=_CONFIRM,
        answers={200: FactorImport, 201: FactorSetVersionRow},
        once=True,
        name="imports_ilcd",
        tags=TAG,
    )
    def post(self, request: Request) -> HttpResponse:
        """What would change; with `confirm=true` the concept itself (201)."""
        return self._come_in()


class OpenEpdImports(_Declarations):
    """Declarations in openEPD."""

    layout = OPENEPD

    @operation(
        "Lees een milieuverklaring in (openEPD: JSON of zip)",
        form=factor_imports.DECLARATION,
        query=_CONFIRM,
        answers={200: FactorImport, 201: FactorSetVersionRow},
        once=True,
        name="imports_openepd",
        tags=TAG,
    )
    def post(self, request: Request) -> HttpResponse:
        """What would change; with `confirm=true` the concept itself (201)."""
        return self._come_in()


class OneImport(_Imports):
    """A preview."""

    @operation("Een voorbeeld", answers={200: FactorImport}, name="imports_get", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """For who made it, for a day."""
        return self.answer(previews.answer_of(factor_imports.get_preview(self.actor, public_id)))


class ConfirmImport(_Imports):
    """_confirm."""

    @acting(
        factor_imports.confirm_import,
        answers={201: FactorSetVersionRow},
        name="imports_confirm",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """All of it or nothing, with a reason for every warning; the concept is published apart."""
        return self.carry_out(factor_imports.confirm_import, answer=self.came_of, public_id=public_id)
