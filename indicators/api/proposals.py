"""/reference-rows and /proposals: repairing reference data, for reference managers only."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.groups import proposals, row_files
from indicators.groups.proposal_effects import Contracts, effects_of, totals_of
from indicators.groups.row_shapes import ADDITION, CHANGE, GROUP, MATERIAL, PREFIX, TYPE, product_shape
from indicators.models import Proposal
from indicators.resources import proposals as answered
from indicators.selectors.proposals import get_proposal, maker_name, proposals_visible_to
from indicators.selectors.reference_rows import rows_of_kind
from mvi_dashboard.ground import access
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.shapes import Object, Text

TAG = ("referentie-herstellen",)
_SHAPES = {
    "Productgroep": GROUP,
    "Soort product": TYPE,
    "CPV-koppeling": PREFIX,
    "Basis- of referentieproduct": product_shape(consumed=False),
    "Basis- of referentieproduct van wat wordt verbruikt": product_shape(consumed=True),
    "Namen van een materiaal": MATERIAL,
}
_ADDITIONS = {title: ADDITION.with_fields({"values": shape}) for title, shape in _SHAPES.items()}


def _changes() -> dict[str, Object]:
    return {title: CHANGE.with_fields({"values": shape.as_partial()}) for title, shape in _SHAPES.items()}


class OfProposals(Endpoint):
    """What all that answers with proposals shares."""

    def whole(self, found: Proposal) -> Response:
        """One proposal with its rows, its ETag and its place."""
        told = answered.ProposalWhole.of(found, own=found.maker_key == self.actor.key, maker=maker_name(found))
        return self.answer(told, version=found.version, location=f"/api/v1/proposals/{found.public_id}")

    def line(self, found: Proposal) -> answered.ProposalLine:
        """One proposal in a list."""
        return answered.ProposalLine.of(found, own=found.maker_key == self.actor.key, maker=maker_name(found))


class ReferenceRows(OfProposals):
    """Rows of one kind of reference data."""

    @operation(
        "Rijen om te wijzigen",
        query={"search": Text(200, required=False, help="Een deel van de code of de naam.")},
        paged=True,
        answers={200: answered.ReferenceRowName},
        files=("text/csv",),
        name="reference_rows_list",
        tags=TAG,
    )
    def get(self, request: Request, kind: str) -> HttpResponseBase:
        """Those that hold now; with `Accept: text/csv` as a file that can be read in again."""
        access.require(self.actor, access.REFERENCE_EDIT)
        of_kind = proposals.kind_named(kind)
        if "text/csv" in request.headers.get("Accept", ""):
            self.count_export()
            lines = row_files.file_of_kind(of_kind, rows_of_kind(kind).codes())
            return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        found = rows_of_kind(kind).matching(self.parameters["search"] or "")
        return self.page(
            found.rows,
            order=(found.code, "id"),
            row=lambda row: answered.ReferenceRowName(
                code=found.code_of(row), name=found.name_of(row), belongs_to=found.note_of(row)
            ),
        )

    @acting(
        proposals.add_row,
        body=_ADDITIONS,
        answers={201: answered.ProposalWhole},
        name="reference_rows_add",
        tags=TAG,
    )
    def post(self, request: Request, kind: str) -> HttpResponse:
        """A new row in your own concept, which is made when there is none."""
        return self.carry_out(proposals.add_row, answer=self.whole, kind=kind)


class OneReferenceRow(OfProposals):
    """One row of reference data."""

    @operation("Een rij", answers={200: answered.ReferenceRow}, name="reference_rows_get", tags=TAG)
    def get(self, request: Request, kind: str, code: str) -> HttpResponse:
        """As it holds, and as your own concept has it; with the ETag to change it."""
        row = proposals.get_row(self.actor, kind, code)
        return self.answer(answered.ReferenceRow.of(row), version=row.stamp)

    @acting(
        proposals.change_row,
        body=_changes(),
        answers={200: answered.ProposalWhole},
        name="reference_rows_change",
        tags=TAG,
    )
    def patch(self, request: Request, kind: str, code: str) -> HttpResponse:
        """In your own concept: what is not sent stays. Of a product a new one comes, with this one succeeded."""
        return self.carry_out(proposals.change_row, answer=self.whole, kind=kind, code=code)

    @acting(
        proposals.end_row,
        answers={200: answered.ProposalWhole},
        name="reference_rows_end",
        tags=TAG,
    )
    def delete(self, request: Request, kind: str, code: str) -> HttpResponse:
        """In your own concept: that a CPV prefix goes. Anything else ends with `validTo` and `successor`."""
        return self.carry_out(proposals.end_row, answer=self.whole, kind=kind, code=code)


class RowOfConcept(OfProposals):
    """A row in your own concept."""

    @acting(
        proposals.leave_out_row,
        answers={200: answered.ProposalWhole},
        name="reference_rows_leave_out",
        tags=TAG,
    )
    def delete(self, request: Request, kind: str, code: str) -> HttpResponse:
        """Out of your own concept: the row itself stays as it is."""
        return self.carry_out(proposals.leave_out_row, answer=self.whole, kind=kind, code=code)


class Proposals(OfProposals):
    """Proposals."""

    @operation(
        "Wijzigingsvoorstellen", paged=True, answers={200: answered.ProposalLine}, name="proposals_list", tags=TAG
    )
    def get(self, request: Request) -> HttpResponse:
        """Concepts, and what was published or thrown away, the newest first."""
        access.require(self.actor, access.REFERENCE_EDIT)
        return self.page(proposals_visible_to(self.actor), order=("-created_at", "-id"), row=self.line)


class OneProposal(OfProposals):
    """One proposal."""

    @operation("Een wijzigingsvoorstel", answers={200: answered.ProposalWhole}, name="proposals_get", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """With its rows: as they were, and as they become."""
        return self.whole(get_proposal(self.actor, public_id))


class ConsequencesOfProposal(OfProposals):
    """What publishing it would do."""

    @operation(
        "Gevolgen van vaststellen",
        answers={200: answered.ProposalConsequences},
        name="proposals_consequences",
        tags=TAG,
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """For tenders, contracts and products; running tenders and contracts keep what they had."""
        found = get_proposal(self.actor, public_id)
        draft = found.state == Proposal.State.DRAFT
        effects, problems = (effects_of(self.actor, found), proposals.problems_of(found)) if draft else ([], [])
        touched = totals_of(found) if draft else Contracts()
        return self.answer(answered.ProposalConsequences.of(effects, touched, problems))


class PublishProposal(OfProposals):
    """_publish."""

    @acting(
        proposals.publish_proposal,
        answers={200: answered.ProposalWhole},
        name="proposals_publish",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """All rows in force at once, by somebody else than who made it; 409 when a row was changed meanwhile."""
        return self.carry_out(proposals.publish_proposal, answer=self.whole, public_id=public_id)


class DiscardProposal(OfProposals):
    """_discard."""

    @acting(
        proposals.discard_proposal,
        answers={200: answered.ProposalWhole},
        name="proposals_discard",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Nothing changes; it can still be read."""
        return self.carry_out(proposals.discard_proposal, answer=self.whole, public_id=public_id)
