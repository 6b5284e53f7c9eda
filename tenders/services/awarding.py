"""The award: decided by a person, with a standstill in which it can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.problems import Problem, Refused, conflict
from mvi_dashboard.ground.shapes import lift_confirmed
from tenders.models import Award, AwardEvent, AwardProposal, Bid, BidVersion, Lot, Tender
from tenders.selectors import latest_version, standing_award

from . import standstill, states, telling
from .acting import tender_act
from .shapes import DECISION, WITHDRAWAL

_JUDGED = (Tender.Status.OPENED, Tender.Status.DECIDED)
TO_FINALISE = (*_JUDGED, Tender.Status.FINAL)
"""The states in which a lot may still become final: others of the same tender were perhaps final before"""


@tender_act(
    ActDeclaration(
        verb="award.decide",
        title="Beslis over de gunning",
        permission=access.TENDER_DECIDE,
        reads=DECISION,
        person="Gunnen",
        version=True,
        states=(Tender.Status.OPENED,),
        otherwise="Gunnen kan na de opening.",
    )
)
def decide_award(doing: Doing[Tender]) -> Done[Award | AwardProposal]:
    """The decision for a lot; final only after the standstill. Raises Refused with every problem.

    Without a standstill (0 days) it is a proposal, until a second person says the same.
    """
    tender, data = doing.target, doing.data
    doing.problems += [*standstill.problems_of(data), *_check_moment(tender, data.get("decided_at"), doing.now)]
    doing.problems.refuse()
    lot = states.lot_of(tender, data["lot"])
    if lot.state != Lot.State.OPEN:
        raise conflict("already_decided", "Voor dit perceel is al beslist: neem die beslissing eerst terug.")
    version = latest_version(_bid_of(lot, data["bid"]))
    assert version is not None
    standstill.require_true(lot, data)
    passed_by = _confirmed_past(lot, data)
    proposal, agreed = None, True
    if data["standstill_days"] == 0:
        proposal, agreed = standstill.propose(lot, version, data, doing.person, doing.now)
    said: dict[str, Any] = {"lot": lot.number, "bid": str(data["bid"])} | passed_by
    if proposal is not None and not agreed:
        telling.second_decision_wanted(proposal, lot)
        said["ground"] = proposal.standstill_ground
        reason = proposal.standstill_reason
        return Done(proposal, about=tender, changes=said, reason=reason, verb="award.propose", status=202)
    award = _awarded(doing, lot, version, proposal)
    _set_state(tender, lot, Lot.State.DECIDED, doing.expected_version)
    telling.award_decided(award, lot, doing.actor)
    return Done(award, about=tender, changes=said | {"standstill_until": award.standstill_until})


def _awarded(doing: Doing[Tender], lot: Lot, version: BidVersion, proposal: AwardProposal | None) -> Award:
    """The decision of one person, or of the two who both said so."""
    tender, data = doing.target, doing.data
    by = {"decided_by": doing.person}
    if proposal is not None:
        by = {"decided_by": proposal.proposed_by, "confirmed_by": doing.person}
    assert tender.basis is not None
    decided_at = data.get("decided_at") or doing.now
    return Award.objects.create(
        organisation_id=tender.organisation_id,
        lot=lot,
        bid_version=version,
        basis=tender.basis,
        decided_at=decided_at,
        standstill_until=standstill.ends_at(decided_at, data["standstill_days"]),
        standstill_days=data["standstill_days"],
        standstill_ground=data["standstill_ground"] or "",
        standstill_reason=data["standstill_reason"] or "",
        reason=data["reason"],
        proposal=proposal,
        **by,
    )


@tender_act(
    ActDeclaration(
        verb="award.withdraw",
        title="Neem een gunningsbeslissing terug",
        permission=access.TENDER_DECIDE,
        reads=WITHDRAWAL,
        person="Een gunning terugnemen",
        version=True,
        states=_JUDGED,
        otherwise="Een gunning terugnemen kan tot de laatste definitief is.",
    )
)
def withdraw_award(doing: Doing[Tender]) -> Done[Tender]:
    """The tender with the decision for a lot taken back, as long as it is not final."""
    doing.problems.refuse()
    tender, reason = doing.target, doing.data["reason"]
    lot = states.lot_of(tender, doing.data["lot"])
    award = _decided(lot)
    _add_event(award, AwardEvent.Kind.WITHDRAWN, doing.now, reason)
    _set_state(tender, lot, Lot.State.OPEN, doing.expected_version)
    telling.award_withdrawn(award, lot, doing.actor, doing.now)
    return Done(tender, reason=reason)


def make_final(doing: Doing[Tender], lot_id: UUID | None) -> Award:
    """The award of a lot, made final now; the caller makes the contract in the same act.

    Raises Refused: no decision, or the standstill is not over.
    """
    tender = doing.target
    lot = states.lot_of(tender, lot_id)
    award = _decided(lot)
    if doing.now < award.standstill_until:
        text = f"De wachttijd loopt {formats.until(award.standstill_until)}: daarna kunt u definitief gunnen."
        raise conflict("standstill", text)
    _add_event(award, AwardEvent.Kind.FINAL, doing.now, "")
    _set_state(tender, lot, Lot.State.FINAL, doing.expected_version)
    award.lot = lot
    lot.tender = tender
    return award


def _check_moment(tender: Tender, moment: datetime | None, now: datetime) -> list[Problem]:
    """A decision is of now, but for what was decided and told on another platform."""
    if moment is None:
        return []
    if not tender.held_elsewhere:
        text = "Deze aanbesteding loopt hier: de beslissing geldt vanaf nu. Laat dit leeg."
        return [Problem(("decidedAt",), "not_elsewhere", text)]
    there = Bid.objects.filter(lot__tender=tender, state=Bid.State.SUBMITTED)
    opened = there.aggregate(last=Max("platform_opened_at"))["last"]
    if moment > now:
        return [Problem(("decidedAt",), "future", "Dit ligt in de toekomst: beslis hier als het zover is.")]
    if opened is not None and moment < opened:
        text = f"Dit ligt voor de opening op het platform ({formats.moment(opened)})."
        return [Problem(("decidedAt",), "before_start", text)]
    return []


def _bid_of(lot: Lot, public_id: UUID) -> Bid:
    submitted = Bid.objects.filter(lot=lot, state=Bid.State.SUBMITTED)
    found: Bid | None = submitted.filter(public_id=public_id).first()
    if found is not None and found.set_aside_at is not None:
        text = "Deze inschrijving staat opzij: zij kon niet open. Probeer eerst opnieuw te openen."
        raise Refused([Problem(("bid",), "set_aside", text)])
    if found is None or not found.opened:
        raise Refused([Problem(("bid",), "does_not_exist", "Deze inschrijving bestaat niet in dit perceel.")])
    return found


def _confirmed_past(lot: Lot, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the trail says of bids that stand aside: nobody read them, so who decides past them says why.

    Raises Refused: it was not confirmed.
    """
    aside = Bid.objects.filter(lot=lot, state=Bid.State.SUBMITTED, set_aside_at__isnull=False)
    waiting = [str(public_id) for public_id in aside.order_by("pk").values_list("public_id", flat=True)]
    if not waiting:
        return {}
    many = formats.counted(len(waiting), "inschrijving", "inschrijvingen")
    stand = f"{'staat' if len(waiting) == 1 else 'staan'} nog {many}"
    text = (
        f"In dit perceel {stand} opzij: niemand heeft die gelezen, en na uw beslissing gaat die niet meer open. "
        "Probeer eerst opnieuw te openen, of zeg waarom u toch beslist."
    )
    asked = Problem(("bid",), "others_set_aside", text, confirmable=True)
    standing, confirmed = lift_confirmed([asked], data["confirmations"])
    if standing:
        raise Refused(standing)
    return {"set_aside": waiting, "confirmed": confirmed}


def _decided(lot: Lot) -> Award:
    award = standing_award(lot)
    if award is None:
        raise conflict("not_awarded", "Er is nog geen gunningsbeslissing voor dit perceel.")
    if lot.state == Lot.State.FINAL:
        raise conflict("already_final", "Deze gunning is al definitief.")
    return award


def _add_event(award: Award, kind: str, now: datetime, reason: str) -> None:
    AwardEvent.objects.create(
        organisation_id=award.organisation_id, award=award, kind=kind, moment=now, reason=reason
    )


def _set_state(tender: Tender, lot: Lot, state: str, expected_version: int) -> None:
    lot.state = state
    lot.save(update_fields=["state"])
    states.change(tender, expected_version, {"status": states.derived_status(tender)})
