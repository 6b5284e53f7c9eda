"""The award: decided by a person, with a standstill in which it can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from mvi_dashboard.ground import access, audit, clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import User
from mvi_dashboard.ground.once import Once
from mvi_dashboard.ground.problems import Problem, Refused, conflict
from mvi_dashboard.ground.shapes import read
from tenders.models import Award, AwardEvent, AwardProposal, Bid, BidVersion, Lot, Tender
from tenders.selectors import latest_version, standing_award

from . import standstill, states
from .shapes import DECISION, WITHDRAWAL

_JUDGED = (Tender.Status.OPENED, Tender.Status.DECIDED)


@transaction.atomic
def decide_award(
    actor: Actor,
    *,
    tender_id: UUID | str,
    document: Mapping[str, Any],
    expected_version: int,
    typed: bool = False,
    once: Once | None = None,
) -> Award | AwardProposal:
    """The decision for a lot; final only after the standstill. Raises Refused with every problem.

    Without a standstill (0 days) it is a proposal, until a second person says the same.
    """
    tender = states.lock_tender(actor, tender_id, access.TENDER_DECIDE, once)
    person = states.require_person(actor, "Gunnen")
    now = clock.now()
    states.require_version(tender, expected_version)
    states.require_status(tender, (Tender.Status.OPENED,), "Gunnen kan na de opening.")
    data, problems = read(DECISION, document, typed=typed)
    problems += standstill.problems_of(data)
    if problems:
        raise Refused(problems)
    lot = states.lot_of(tender, data["lot"])
    if lot.state != Lot.State.OPEN:
        raise conflict("already_decided", "Voor dit perceel is al beslist: neem die beslissing eerst terug.")
    version = latest_version(_bid_of(lot, data["bid"]))
    assert version is not None
    standstill.require_true(lot, data)
    until = standstill.ends_at(now, data["standstill_days"])
    proposal, confirmed = None, True
    if data["standstill_days"] == 0:
        proposal, confirmed = standstill.propose(lot, version, data, person, now)
    if not confirmed:
        assert proposal is not None
        _tell_proposed(actor, tender, proposal, once)
        return proposal
    award = _awarded(tender, lot, version, data, now, until, person, proposal)
    _set_state(tender, lot, Lot.State.DECIDED, expected_version)
    if once is not None:
        once.remember(200, award)
    changes = {"lot": lot.number, "bid": str(data["bid"]), "standstill_until": until}
    audit.record(actor, "award.decide", tender, organisation=tender.organisation_id, changes=changes, moment=now)
    return award


def _tell_proposed(actor: Actor, tender: Tender, proposal: AwardProposal, once: Once | None) -> None:
    if once is not None:
        once.remember(202, proposal)
    changes = {"lot": proposal.lot.number, "bid": str(proposal.bid_version.bid.public_id)}
    audit.record(
        actor,
        "award.propose",
        tender,
        organisation=tender.organisation_id,
        reason=proposal.standstill_reason,
        changes=changes | {"ground": proposal.standstill_ground},
        moment=proposal.proposed_at,
    )


def _awarded(
    tender: Tender,
    lot: Lot,
    version: BidVersion,
    data: Mapping[str, Any],
    now: datetime,
    until: datetime,
    person: User,
    proposal: AwardProposal | None,
) -> Award:
    """The decision of one person, or of the two who both said so."""
    by = {"decided_by": person}
    if proposal is not None:
        by = {"decided_by": proposal.proposed_by, "confirmed_by": person}
    assert tender.basis is not None
    return Award.objects.create(
        organisation_id=tender.organisation_id,
        lot=lot,
        bid_version=version,
        basis=tender.basis,
        decided_at=now,
        standstill_until=until,
        standstill_days=data["standstill_days"],
        standstill_ground=data["standstill_ground"] or "",
        standstill_reason=data["standstill_reason"] or "",
        reason=data["reason"],
        proposal=proposal,
        **by,
    )


@transaction.atomic
def withdraw_award(
    actor: Actor,
    *,
    tender_id: UUID | str,
    document: Mapping[str, Any],
    expected_version: int,
    typed: bool = False,
    once: Once | None = None,
) -> Tender:
    """The tender with the decision for a lot taken back, as long as it is not final."""
    tender = states.lock_tender(actor, tender_id, access.TENDER_DECIDE, once)
    states.require_person(actor, "Een gunning terugnemen")
    now = clock.now()
    states.require_version(tender, expected_version)
    states.require_status(tender, _JUDGED, "Een gunning terugnemen kan tot de laatste definitief is.")
    data, problems = read(WITHDRAWAL, document, typed=typed)
    if problems:
        raise Refused(problems)
    lot = states.lot_of(tender, data["lot"])
    award = _decided(lot)
    _add_event(award, AwardEvent.Kind.WITHDRAWN, now, data["reason"])
    _set_state(tender, lot, Lot.State.OPEN, expected_version)
    if once is not None:
        once.remember(200, tender)
    audit.record(
        actor, "award.withdraw", tender, organisation=tender.organisation_id, reason=data["reason"], moment=now
    )
    return tender


def make_final(
    actor: Actor, *, tender_id: UUID | str, lot_id: UUID | None, expected_version: int, once: Once | None = None
) -> tuple[Award, datetime]:
    """(award, moment): the award of a lot, made final now; the caller makes the contract in the same transaction.

    Raises Refused: no decision, or the standstill is not over.
    """
    tender = states.lock_tender(actor, tender_id, access.TENDER_DECIDE, once)
    states.require_person(actor, "Definitief gunnen")
    now = clock.now()
    states.require_version(tender, expected_version)
    states.require_status(tender, (*_JUDGED, Tender.Status.FINAL), "Definitief gunnen kan na een beslissing.")
    lot = states.lot_of(tender, lot_id)
    award = _decided(lot)
    if now < award.standstill_until:
        text = f"De wachttijd loopt {formats.until(award.standstill_until)}: daarna kunt u definitief gunnen."
        raise conflict("standstill", text)
    _add_event(award, AwardEvent.Kind.FINAL, now, "")
    _set_state(tender, lot, Lot.State.FINAL, expected_version)
    award.lot = lot
    lot.tender = tender
    return award, now


def _bid_of(lot: Lot, public_id: UUID) -> Bid:
    submitted = Bid.objects.filter(lot=lot, state=Bid.State.SUBMITTED)
    found: Bid | None = submitted.filter(public_id=public_id).first()
    if found is not None and found.set_aside_at is not None:
        text = "Deze inschrijving staat opzij: zij kon niet open. Probeer eerst opnieuw te openen."
        raise Refused([Problem(("bid",), "set_aside", text)])
    if found is None or not found.opened:
        raise Refused([Problem(("bid",), "does_not_exist", "Deze inschrijving bestaat niet in dit perceel.")])
    return found


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
