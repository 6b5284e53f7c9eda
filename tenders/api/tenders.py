"""/tenders: what is asked, from concept to award."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground import clock, table_files
from mvi_dashboard.ground.problem_answers import remarks_of
from mvi_dashboard.ground.problems import refuse
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.shapes import CONFIRMED, Boolean, Object, Text, Uuid, lift_confirmed
from tenders import resources, selectors, services
from tenders.models import Award, AwardProposal, Tender
from tenders.selectors.asking import TENDERS

TAG = ("aanbestedingen",)
_NOTHING = Object({})
_FILES = {table_files.CSV: "csv", table_files.XLSX: "xlsx"}


class Answering(Endpoint):
    """What all of these answer with."""

    def tender(self, tender: Tender, **more: Any) -> HttpResponse:
        """The answer about one tender, with its ETag."""
        found = selectors.get_tender(self.actor, tender.public_id)
        return self.answer(
            services.tender_answer(self.actor, found, **more),
            version=found.version,
            location=f"/api/v1/tenders/{found.public_id}",
        )


class Tenders(Answering):
    """All tenders that one may see."""

    @operation(
        "Aanbestedingen",
        query=TENDERS.parameters,
        paged=True,
        answers={200: resources.TenderRow},
        name="tenders_list",
        tags=TAG,
    )
    def get(self, request: Request) -> HttpResponse:
        """One page, newest first."""
        visible = selectors.visible_tenders(self.actor)
        found = TENDERS.narrowed(visible, TENDERS.of_parameters(self.parameters))
        return self.page(found, order=("-created_at", "id"), row=services.tender_row)

    @acting(
        services.create_tender,
        answers={201: resources.Tender},
        name="tenders_create",
        tags=TAG,
    )
    def post(self, request: Request) -> HttpResponse:
        """A tender in concept."""
        return self.carry_out(services.create_tender, answer=self.tender)


class OneTender(Answering):
    """One tender."""

    @operation("Een aanbesteding", answers={200: resources.Tender}, name="tenders_get", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """The tender as a whole."""
        found = selectors.get_tender(self.actor, public_id)
        return self.answer(services.tender_answer(self.actor, found), version=found.version)

    @acting(
        services.change_tender,
        answers={200: resources.Tender},
        name="tenders_change",
        tags=TAG,
    )
    def patch(self, request: Request, public_id: UUID) -> HttpResponse:
        """The tender with other fields."""
        return self.carry_out(services.change_tender, answer=self.tender, tender_id=public_id)


class Publish(Answering):
    """_publish."""

    @acting(
        services.publish_tender,
        answers={200: resources.Tender},
        name="tenders_publish",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Open for bids. An unlikely deadline comes back as a warning, unless it was confirmed."""
        return self.carry_out(services.publish_tender, answer=self._published, tender_id=public_id)

    def _published(self, tender: Tender) -> HttpResponse:
        confirmations = self.document(CONFIRMED)["confirmations"]
        doubts = services.doubts_about(tender, tender.lots.all(), tender.published_at or clock.now())
        standing, _ = lift_confirmed(doubts, confirmations)
        return self.tender(tender, **({"warnings": remarks_of(standing)} if standing else {}))


class Open(Answering):
    """_open."""

    @acting(
        services.open_tender,
        answers=dict.fromkeys((200, 202), resources.Tender | resources.CoSigned),
        name="tenders_open",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """The first or the second person."""
        return self.carry_out(services.open_tender, answer=self._opened, tender_id=public_id)

    def _opened(self, tender: Tender) -> HttpResponse:
        """A co-signer of another organisation may not see the tender itself."""
        waiting = tender.status == Tender.Status.PUBLISHED
        if not selectors.visible_tenders(self.actor).filter(pk=tender.pk).exists():
            return self.answer(resources.CoSigned(id=tender.public_id, waiting=waiting))
        job = services.opening_job(tender)
        return self.tender(tender, **({"job": f"/api/v1/jobs/{job.public_id}"} if job else {}))


class Decide(Answering):
    """_decide."""

    @acting(
        services.decide_award,
        answers={200: resources.Award, 202: resources.AwardProposal},
        name="tenders_decide",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """The decision for a lot."""
        return self.carry_out(services.decide_award, answer=self._award, tender_id=public_id)

    def _award(self, decided: Award | AwardProposal) -> HttpResponse:
        """The decision, or what waits for a second person."""
        tender = selectors.get_tender(self.actor, decided.lot.tender.public_id)
        said: resources.Award | resources.AwardProposal = (
            resources.Award.of(decided) if isinstance(decided, Award) else resources.AwardProposal.of(decided)
        )
        return self.answer(said, version=tender.version)


class Withdraw(Answering):
    """_withdraw."""

    @acting(
        services.withdraw_award,
        answers={200: resources.Tender},
        name="tenders_withdraw",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """The lot is open again."""
        return self.carry_out(services.withdraw_award, answer=self.tender, tender_id=public_id)


class Cancel(Answering):
    """_cancel."""

    @acting(
        services.cancel_tender,
        answers={200: resources.Tender},
        name="tenders_cancel",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Stopped, with the reason."""
        return self.carry_out(services.cancel_tender, answer=self.tender, tender_id=public_id)


class Comparison(Endpoint):
    """The bids of a lot side by side."""

    @operation(
        "Vergelijk de inschrijvingen",
        query={
            "lot": Uuid(required=False),
            "indicator": Text(80, required=False, default="climate"),
            "basis": Text(80, required=False),
            "uncertainty": Boolean(required=False, default=False, help="Ook hoe zeker de volgorde is."),
        },
        answers={200: resources.Comparison},
        files=(table_files.CSV, table_files.XLSX),
        name="tenders_comparison",
        tags=TAG,
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """On one indicator, on the tender's basis unless another is asked; with `Accept` also as CSV or XLSX."""
        kind = self._kind()
        if kind:
            self.count_export()
        comparison = services.compare_tender(
            self.actor,
            tender_id=public_id,
            lot_id=self.parameters["lot"],
            basis=self.parameters["basis"] or "",
            as_file=_FILES.get(kind, ""),
        )
        codes = [info.code for info in comparison.arrays.indicators]
        if self.parameters["indicator"] not in codes:
            text = f"Kies een indicator van deze rekenbasis: {', '.join(codes)}."
            raise refuse("invalid_choice", text, "indicator")
        place = codes.index(self.parameters["indicator"])
        asked = self.parameters["uncertainty"]
        certainty = services.certainty_of(self.actor, comparison, place) if asked else None
        answer = services.comparison_answer(comparison, place, certainty, clock.now())
        if not kind:
            return self.answer(answer)
        found = services.ComparisonFile(comparison, answer)
        content = found.csv() if kind == table_files.CSV else found.workbook()
        return HttpResponse(content, content_type=f"{kind}; charset=utf-8" if kind == table_files.CSV else kind)

    def _kind(self) -> str:
        """The media type of the file that is asked; empty: none."""
        accepted = self.request.headers.get("Accept", "")
        return next((kind for kind in _FILES if kind in accepted), "")
