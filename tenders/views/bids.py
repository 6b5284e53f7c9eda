"""Bids: the own ones of a supplier, one bid as it was sent, and taking it back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from indicators.views.results import result_of
from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.act_pages import ActPage, Document
from mvi_dashboard.ground.files.pages import listed
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.pages import actor_of, signed_in
from mvi_dashboard.ground.problems import conflict, forbidden
from tenders import selectors, services
from tenders.attached import BID
from tenders.models import Bid, Tender
from tenders.services import BidAnswer

from .answered import answered
from .declared import shown_of
from .opened import as_counted, confirmed
from .words import bid_crumbs, crumbs, price_in_words, tag_of, tender_url


@require_safe
@signed_in
def bid_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The bid in clear: for its own supplier always, for officers after the opening."""
    actor = actor_of(request)
    bid = selectors.get_bid(actor, public_id)
    answer = services.bid_answer(actor, bid)
    own = bid.supplier_id in actor.supplier_ids
    tender = bid.lot.tender
    context = {
        "bid": bid,
        "tender": tender,
        "tag": tag_of(bid.state),
        "own": own,
        **_told(bid, answer, own),
        "document": answer.document,
        "price": price_in_words(_price(answer)),
        "version": answer.version,
        "receipts": services.receipts_of(actor, bid) if answer.version is not None else [],
        "result": result_of(as_counted(answer.assessed)) if answer.assessed is not None else None,
        "lines": answer.assessed.given if answer.assessed is not None else [],
        "notices": [problem.detail for problem in answer.notices],
        "confirmations": [
            confirmed(row.get("attr") or "", row["reason"], consumed=bid.lot.group.is_consumed)
            for row in answer.document.get("confirmations") or []
        ],
        **_beside(bid, answer),
        "crumbs": bid_crumbs((tender.title, ""))
        if own
        else crumbs((tender.title, tender_url(tender)), (worded("Bod"), "")),
        **_possible(actor, bid, own),
        "files": listed(actor, BID, bid).files,
        "files_url": reverse("tenders:bid_files", args=[bid.public_id]) if own else "",
    }
    return render(request, "tenders/bid.html", context)


class Withdraw(ActPage[Bid]):
    """Asks first; the bid stays sealed for good."""

    act = services.withdraw_bid
    title, question = "Intrekken", "Wilt u uw inschrijving intrekken?"
    lead = "Niemand kan die dan nog lezen. Tot de uiterste datum kunt u opnieuw inschrijven."
    warning = "De ingetrokken inschrijving komt niet terug."
    submit_label, danger = "Trek de inschrijving in", True
    done = "Uw inschrijving is ingetrokken."

    def find(self, **address: Any) -> Bid:
        """The bid. Raises Refused: absent."""
        return selectors.get_bid(self.actor, address["public_id"])

    def named(self) -> Document:
        """The bid."""
        return {"bid_id": self.target.public_id}

    def require_right(self) -> None:
        """Only the supplier itself."""
        if self.target.supplier_id not in self.actor.supplier_ids:
            raise forbidden()

    def require_possible(self) -> None:
        """Once."""
        if self.target.state == Bid.State.WITHDRAWN:
            raise conflict("withdrawn", "U heeft deze inschrijving ingetrokken.")

    def back_url(self) -> str:
        """The page of the bid."""
        return reverse("tenders:bid", args=[self.target.public_id])

    def next_url(self, outcome: Bid) -> str:
        """The tender, on which one may bid again."""
        return tender_url(self.target.lot.tender)

    def content(self) -> Document:
        """Until when one may bid again."""
        lot = self.target.lot
        return {
            "eyebrow": worded("{title}, perceel {number}", title=lot.tender.title, number=lot.number),
            "crumbs": bid_crumbs((lot.tender.title, self.back_url()), (self.title, "")),
            "facts": [{"label": worded("Inschrijven kan tot"), "value": formats.moment(lot.tender.deadline)}],
        }


def is_open(tender: Tender) -> bool:
    """Whether bids may still come in or change."""
    now = clock.now()
    started = tender.bidding_starts_at is None or now >= tender.bidding_starts_at
    return started and selectors.status_of(tender, now) == Tender.Status.PUBLISHED


def _beside(bid: Bid, answer: BidAnswer) -> dict[str, Any]:
    """What stands beside our numbers: answers to the protocol, and what the bidder declares itself."""
    lines = answer.data.get("lines") or []
    rows = [{"answers": line.answers, "evidence": line.evidence} for line in lines]
    return {
        "titles": [line.title for line in lines],
        "answered": answered(bid.lot, rows) if rows else [],
        "declared": shown_of(answer.data) if answer.data else [],
    }


def _price(answer: BidAnswer) -> Decimal | None:
    return None if answer.document.get("price") is None else Decimal(str(answer.document["price"]))


def _told(bid: Bid, answer: BidAnswer, own: bool) -> dict[str, Any]:
    """The title; for who made this bid the outcome comes first, once there is one."""
    outcome = selectors.outcome_of(bid) if own else None
    if outcome is None:
        return {"title": _title(bid, answer, own)}
    return {"title": outcome.title, "outcome": outcome, "outcome_detail": outcome.detail(clock.now())}


def _title(bid: Bid, answer: BidAnswer, own: bool) -> str:
    if bid.state == Bid.State.WITHDRAWN:
        return worded("Deze inschrijving is ingetrokken")
    if answer.version is None:
        return worded("Deze inschrijving is nog een concept")
    if own:
        return worded(
            "Wij ontvingen uw inschrijving op {received_at}",
            received_at=formats.moment(answer.version.received_at),
        )
    return worded("De inschrijving van {name}", name=bid.supplier.name)


def _possible(actor: Actor, bid: Bid, own: bool) -> dict[str, str]:
    """The pages where this person can go on with this bid."""
    tender = bid.lot.tender
    query = f"?perceel={bid.lot.public_id}"
    if own and is_open(tender) and bid.state != Bid.State.WITHDRAWN:
        return {
            "form_url": reverse("tenders:bid_form", args=[tender.public_id]) + query,
            "withdraw_url": reverse("tenders:bid_withdraw", args=[bid.public_id]),
        }
    if not own and actor.may(access.BID_READ):
        return {"compare_url": reverse("tenders:compare", args=[tender.public_id]) + query}
    return {}
