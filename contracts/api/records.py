"""The logs of a contract, one endpoint per kind of record: append-only, corrected by a newer record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import URLPattern, path
from rest_framework.request import Request

from contracts import selectors
from contracts.kinds import KINDS, RecordKind, record_of
from contracts.resources import ManyRecords
from contracts.services import shapes
from contracts.services.recording_many import MOST, ROWS
from mvi_dashboard.ground.api.files import files_endpoint
from mvi_dashboard.ground.problems import refuse
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import OneOrMany, acting, operation
from mvi_dashboard.ground.shapes import Object

from .contracts import PARTIAL_QUERY, TAG


def paths_under(contract: str) -> list[URLPattern]:
    """The log of each kind of record, under the address of a contract."""
    return [path(f"{contract}/{kind.path}", _endpoint_of(kind).as_view()) for kind in KINDS]


def files_under(contract: str) -> list[URLPattern]:
    """The files of each kind of record, under the address of a record."""
    return [
        path(
            f"{contract}/{kind.path}/<uuid:record>/attachments",
            files_endpoint(
                kind.name, kind.operations, f"wat is vastgelegd ({kind.listing.lower()})", TAG
            ).as_view(),
        )
        for kind in KINDS
    ]


def _bodies(kind: RecordKind) -> dict[str, Object]:
    """What a record may look like: one that says something, or the withdrawal of one."""
    act = kind.log
    new = {"Leg vast of corrigeer": act.shape}
    if act.consumed_shape is not None:
        new = {
            "Gebruiksgoed: stuks op een dag": act.shape,
            "Verbruik: eenheden over een periode": act.consumed_shape,
        }
    return {**new, "Laat een regel vervallen": shapes.WITHDRAWN}


def _endpoint_of(kind: RecordKind) -> type[Endpoint]:
    class Records(Endpoint):
        """One kind of record of one contract."""

        @operation(kind.listing, paged=True, answers={200: kind.answer}, name=f"{kind.operations}_list", tags=TAG)
        def get(self, request: Request, public_id: UUID) -> HttpResponse:
            """One page in the order of recording, also of those that were replaced."""
            rows = kind.rows_of(selectors.get_contract(self.actor, public_id))
            return self.page(rows, order=("recorded_at", "id"), row=record_of)

        @acting(
            kind.log,
            description="Eén regel, of een lijst van hoogstens 1.000: dan wordt alles vastgelegd of niets.",
            body=OneOrMany(_bodies(kind), MOST),
            query=PARTIAL_QUERY,
            answers={201: kind.answer | ManyRecords},
            name=f"{kind.operations}_log",
            tags=TAG,
        )
        def post(self, request: Request, public_id: UUID) -> HttpResponse:
            """A new record, or many."""
            partial = self.parameters["partial"]
            if self.rows is None:
                if partial:
                    raise refuse("not_applicable", "Dit kan alleen bij een lijst van regels.", "partial")
                return self.carry_out(kind.log, answer=record_of, contract_id=public_id)
            document = {ROWS: self.rows, "partial": partial}
            return self.once(
                lambda once: kind.log_many(self.actor, once=once, contract_id=public_id, document=document),
                answer=ManyRecords.of,
            )

        def told_apart_by(self) -> Any:
            """Of many also whether the good ones are kept."""
            return self.body if self.rows is None else [self.http_request.GET.get("partial", ""), self.rows]

    return Records
