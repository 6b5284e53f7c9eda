"""/tenders/{id}/bids and /bids/{id}: sealed until the opening."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from indicators.protocols.asked_shapes import BESIDE
from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.shapes import ListOf, Object, UnknownObject
from tenders import resources, selectors, services
from tenders.models import Bid, BidVersion
from tenders.services import reading
from tenders.services.shapes import bid_shape

TAG = ("inschrijvingen",)
_LABELS = {"answers": "Antwoorden", "evidence": "Bewijs"}
_ASKED = "Wat het protocol van de groep vraagt: zie de gegevensvraag van de productgroep"


def _body(*, consumed: bool) -> Object:
    """A bid as any protocol may ask for it; which answers there are, the data request of the group says."""
    shape = bid_shape(consumed=consumed)
    lines = shape.fields["lines"]
    assert isinstance(lines, ListOf)
    assert isinstance(lines.item, Object)
    beside = {name: UnknownObject(required=False, label=_LABELS[name], help=_ASKED) for name in BESIDE}
    line = lines.item.with_fields(beside)
    return shape.with_fields({"lines": ListOf(line, min_items=1, max_items=lines.max_items, label=lines.label)})


_BODY = {"Gebruiksgoed": _body(consumed=False), "Verbruik": _body(consumed=True)}


class Receiving(Endpoint):
    """What both ways of sending a bid answer."""

    def never_too_many(self) -> bool:
        """A supplier that sends in the last ten minutes before the deadline is never told to wait."""
        sends = self.http_request.method in ("POST", "PUT", "DELETE")
        return sends and selectors.closes_soon(self.actor, clock.now(), self.kwargs["public_id"])

    def received(self, version: BidVersion) -> HttpResponse:
        """Receipt and impacts, made from what was sealed."""
        bid = selectors.get_bid(self.actor, version.bid.public_id)
        answer = services.bid_answer(self.actor, bid, version)
        place = f"/api/v1/bids/{bid.public_id}"
        return self.answer(services.bid_received(answer), version=bid.version, location=place)


class TenderBids(Receiving):
    """The bids of a tender."""

    @operation("Inschrijvingen", paged=True, answers={200: resources.BidRow}, name="tenders_bids", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """For suppliers their own; for officers all of them, once they are opened."""
        tender = selectors.get_tender(self.actor, public_id)
        found = (
            Bid.objects.visible_to(self.actor).filter(lot__tender=tender).select_related("lot__tender", "supplier")
        )
        shown: list[Bid] = []

        def row(bid: Bid) -> resources.BidRow:
            shown.append(bid)
            return resources.BidRow.of(bid)

        answer = self.page(found, order=("created_at", "id"), row=row, at_once=True)
        reading.note_listed(self.actor, tender, shown)
        return answer

    @acting(
        services.submit_bid,
        body=_BODY,
        answers={201: resources.BidReceived},
        name="bids_submit",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Receipt and own impacts; nobody else sees the bid before the opening."""
        self._require_supplier(public_id)
        return self.carry_out(services.submit_bid, answer=self.received, tender_id=public_id)

    def _require_supplier(self, public_id: UUID) -> None:
        if not self.actor.may(access.BID_SUBMIT):
            selectors.get_tender(self.actor, public_id)
            access.require(self.actor, access.BID_SUBMIT)


class OneBid(Receiving):
    """One bid."""

    @operation("Een inschrijving", answers={200: resources.Bid}, name="bids_get", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """For its supplier always, for officers after the opening."""
        bid = selectors.get_bid(self.actor, public_id)
        return self.answer(services.bid_read(services.bid_answer(self.actor, bid)), version=bid.version)

    @acting(services.replace_bid, body=_BODY, answers={200: resources.BidReceived}, name="bids_replace", tags=TAG)
    def put(self, request: Request, public_id: UUID) -> HttpResponse:
        """The next version; earlier ones are kept, with their receipts."""
        return self.carry_out(services.replace_bid, answer=self.received, bid_id=public_id)

    @acting(services.withdraw_bid, answers={204: None}, name="bids_withdraw", tags=TAG)
    def delete(self, request: Request, public_id: UUID) -> HttpResponse:
        """Taken back; it stays sealed."""
        return self.carry_out(
            services.withdraw_bid, answer=lambda _bid: self.answer(None, status=204), bid_id=public_id
        )
