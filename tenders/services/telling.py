"""What people are told about tenders and bids: who may know is asked of `ground.access`.

Each function is called inside the transaction of an act, so that an act that is undone told nobody. Facts are
titles, names of who waits, and moments: never a figure, an offer or another bidder. Before the opening nobody but
the people of a supplier is told that it bids. Who does something is not told that it was done, but for receipts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from mvi_dashboard.ground import access, clock, cosigning, webhooks
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import User
from mvi_dashboard.ground.outbox import Telling, tell, tell_all
from mvi_dashboard.ground.webhooks.events import Event
from tenders.models import Award, AwardProposal, Bid, Lot, OpeningConfirmation, Tender
from tenders.selectors.tenders import OPENING_WINDOW, PROPOSAL_WINDOW

DAYS_BEFORE = (3, 1)
"""so many days before the deadline it is said that it comes"""
_STILL_TOLD = timedelta(days=7)
"""a runner that was away for longer tells nothing of what passed before: the start page has it"""


def bid_received(bid: Bid, number: int, moment: datetime) -> None:
    """Its supplier's people, with the moment that counts; each version anew.

    A webhook hears only that a bid came in.
    """
    tender = bid.lot.tender
    if number == 1:
        webhooks.happened(Event.BID_RECEIVED, tender.organisation_id, {"tender": tender.public_id}, moment=moment)
    facts = {"tender": tender.title, "received": moment, "deadline": tender.deadline}
    _tell_supplier("bid-received", bid, facts, moment, occasion=str(number))


def bid_withdrawn(bid: Bid, moment: datetime) -> None:
    """Its supplier's people: one of them took it back."""
    tender = bid.lot.tender
    facts = {"tender": tender.title, "withdrawn": moment, "deadline": tender.deadline}
    _tell_supplier("bid-withdrawn", bid, facts, moment)


def bid_set_aside(bid: Bid, moment: datetime) -> None:
    """Its supplier's people, as it does not count now; officers see it at the tender."""
    tender = bid.lot.tender
    facts = {"tender": tender.title, "place": tender.organisation.name}
    _tell_supplier("bid-set-aside", bid, facts, moment)


def _tell_supplier(kind: str, bid: Bid, facts: dict[str, Any], moment: datetime, occasion: str = "") -> None:
    people = access.people_of_suppliers(bid.supplier_id).get(bid.supplier_id, [])
    tell(kind, people, about=bid, facts=facts, url=_bid_url(bid), occasion=occasion, moment=moment)


def second_opener_wanted(first: OpeningConfirmation, tender: Tender) -> None:
    """All who may be the second: officers here, and those of organisations that agreed to co-sign.

    To the latter a tender stays "a tender of": its title is told to who opens it.
    """
    until = first.moment + OPENING_WINDOW
    own = _without(access.people_who_may(access.TENDER_OPEN, tender.organisation_id), first.person)
    partners = cosigning.agreed_with([tender.organisation_id]).values_list("organisation", flat=True)
    others = _without(access.people_who_may(access.TENDER_OPEN, *partners), first.person, *own)
    said = {"who": str(first.person), "until": until}
    place = {"place": tender.organisation.name}
    url, occasion = reverse("tenders:open", args=[tender.public_id]), str(first.pk)
    tell_all(
        [
            Telling("second-opener-wanted", own, tender, said | {"tender": tender.title}, url, occasion),
            Telling("second-opener-elsewhere", others, tender, said | place, url, occasion),
        ],
        moment=first.moment,
    )


def second_decision_wanted(proposal: AwardProposal, lot: Lot) -> None:
    """All who may decide as the second about an award without a standstill."""
    tender = lot.tender
    people = access.people_who_may(access.TENDER_DECIDE, tender.organisation_id)
    facts = _lot_facts(lot) | {
        "who": str(proposal.proposed_by),
        "until": proposal.proposed_at + PROPOSAL_WINDOW,
    }
    tell(
        "second-decision-wanted",
        _without(people, proposal.proposed_by),
        about=tender,
        facts=facts,
        url=reverse("tenders:decide", args=[tender.public_id]) + f"?perceel={lot.public_id}",
        occasion=str(proposal.pk),
        moment=proposal.proposed_at,
    )


def tender_opened(tender: Tender) -> None:
    """A webhook; who opens sees it on the page."""
    webhooks.happened(Event.TENDER_OPENED, tender.organisation_id, {"tender": tender.public_id})


def award_decided(award: Award, lot: Lot, actor: Actor) -> None:
    """Officers, who will get the contract, and every bidder: each is led to what it may see, its own bid."""
    ids = {"tender": lot.tender.public_id, "lot": lot.public_id}
    webhooks.happened(Event.AWARD_DECIDED, award.organisation_id, ids, moment=award.decided_at)
    later = "" if award.has_standstill else "-at-once"
    facts = _lot_facts(lot) | {"standstill": award.standstill_until}
    officers, managers = _of_organisation(lot.tender, actor)
    about, url, occasion = lot.tender, _tender_url(lot.tender), _occasion(award)
    tell_all(
        [
            Telling(f"award-decided{later}", officers, about, facts, url, occasion),
            Telling("contract-coming", managers, about, facts, "", occasion),
            *_to_bidders(f"outcome{later}", lot, facts, occasion),
        ],
        moment=award.decided_at,
    )


def award_withdrawn(award: Award, lot: Lot, actor: Actor, moment: datetime) -> None:
    """All who were told of that decision."""
    facts, occasion = _lot_facts(lot), _occasion(award)
    officers, managers = _of_organisation(lot.tender, actor)
    kind, about = "award-withdrawn", lot.tender
    tell_all(
        [
            Telling(kind, officers, about, facts, _tender_url(about), occasion),
            Telling(kind, managers, about, facts, "", occasion),
            *_to_bidders(kind, lot, facts, occasion),
        ],
        moment=moment,
    )


def tender_cancelled(tender: Tender, moment: datetime) -> None:
    """All who bid, or were at it."""
    bids = Bid.objects.filter(lot__tender=tender).exclude(state=Bid.State.WITHDRAWN)
    tell(
        "tender-cancelled",
        _people_of(bids.values_list("supplier", flat=True), tender),
        about=tender,
        facts={"tender": tender.title},
        url=_tender_url(tender),
        moment=moment,
    )


def tell_what_is_due() -> int:
    """How many messages were new: of deadlines that come near, bids to open, and standstills that ended.

    Looked at now and then; what was told before is not told again.
    """
    now = clock.now()
    return _deadlines_near(now) + _bids_to_open(now) + _standstills_over(now)


def _deadlines_near(now: datetime) -> int:
    told = 0
    for days in DAYS_BEFORE:
        before = timedelta(days=days)
        near = Tender.objects.filter(
            status=Tender.Status.PUBLISHED,
            deadline__gt=now,
            deadline__lte=now + before,
            # Who published it later than that said so by publishing.
            published_at__lte=F("deadline") - before,
        )
        told += sum(_deadline_near(tender, days, now) for tender in near.order_by("deadline", "id"))
    return told


@transaction.atomic
def _deadline_near(tender: Tender, days: int, now: datetime) -> int:
    bids = Bid.objects.filter(lot__tender=tender).exclude(state=Bid.State.WITHDRAWN)
    officers = access.people_who_may(access.TENDER_EDIT, tender.organisation_id)
    made = tell(
        "deadline-near",
        [*officers, *_people_of(bids.values_list("supplier", flat=True), tender)],
        about=tender,
        facts={"tender": tender.title, "deadline": tender.deadline},
        url=_tender_url(tender),
        occasion=str(days),
        moment=now,
    )
    return len(made)


def _bids_to_open(now: datetime) -> int:
    waiting = Tender.objects.filter(
        status=Tender.Status.PUBLISHED,
        vault__opened_at=None,
        deadline__lte=now,
        opening_at__lte=now,
        opening_at__gt=now - _STILL_TOLD,
    )
    return sum(_to_open(tender, now) for tender in waiting.order_by("opening_at", "id"))


@transaction.atomic
def _to_open(tender: Tender, now: datetime) -> int:
    made = tell(
        "bids-to-open",
        access.people_who_may(access.TENDER_OPEN, tender.organisation_id),
        about=tender,
        facts={"tender": tender.title},
        url=reverse("tenders:open", args=[tender.public_id]),
        moment=now,
    )
    return len(made)


def _standstills_over(now: datetime) -> int:
    over = Award.objects.filter(
        event=None,
        lot__state=Lot.State.DECIDED,
        standstill_until__lte=now,
        standstill_until__gt=now - _STILL_TOLD,
        decided_at__lt=F("standstill_until"),
        lot__tender__recorded_afterwards=False,
    ).exclude(lot__tender__status=Tender.Status.CANCELLED)
    return sum(
        _standstill_over(award, now) for award in over.select_related("lot__tender").order_by("standstill_until")
    )


@transaction.atomic
def _standstill_over(award: Award, now: datetime) -> int:
    tender = award.lot.tender
    made = tell(
        "standstill-over",
        access.people_who_may(access.TENDER_DECIDE, tender.organisation_id),
        about=tender,
        facts=_lot_facts(award.lot),
        url=_tender_url(tender),
        occasion=_occasion(award),
        moment=now,
    )
    return len(made)


def _of_organisation(tender: Tender, actor: Actor) -> tuple[list[User], list[User]]:
    """(who may decide, who will get the contract and does not decide), without who acts; of today's tenders."""
    if tender.recorded_afterwards:
        return [], []
    officers = list(access.people_who_may(access.TENDER_DECIDE, tender.organisation_id))
    managers = access.people_who_may(access.CONTRACT_EDIT, tender.organisation_id)
    return _without(officers, actor.user), _without(managers, actor.user, *officers)


def _to_bidders(kind: str, lot: Lot, facts: dict[str, Any], occasion: str) -> list[Telling]:
    """For each bid on this lot what its supplier's people are told, with the page of that bid only."""
    if not lot.tender.invites_here:
        return []
    bids = list(Bid.objects.filter(lot=lot, state=Bid.State.SUBMITTED).order_by("pk"))
    people = access.people_of_suppliers(*(bid.supplier_id for bid in bids))
    return [Telling(kind, people.get(bid.supplier_id, []), bid, facts, _bid_url(bid), occasion) for bid in bids]


def _people_of(suppliers: Iterable[int], tender: Tender) -> list[User]:
    if not tender.invites_here:
        return []
    found = access.people_of_suppliers(*suppliers)
    return [person for people in found.values() for person in people]


def _without(people: Iterable[User], *others: User | None) -> list[User]:
    left_out = {other.pk for other in others if other is not None}
    return [person for person in people if person.pk not in left_out]


def _lot_facts(lot: Lot) -> dict[str, Any]:
    return {"tender": lot.tender.title, "lot": f"{lot.number} ({lot.title})"}


def _occasion(award: Award) -> str:
    return f"award {award.pk}"


def _tender_url(tender: Tender) -> str:
    return reverse("tenders:tender", args=[tender.public_id])


def _bid_url(bid: Bid) -> str:
    return reverse("tenders:bid", args=[bid.public_id])
