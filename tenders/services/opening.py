"""Opening takes two persons; then every bid becomes lines with results, one transaction per bid.

What cannot be opened is set aside with its reason, so that the tender stands opened for all others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from mvi_dashboard.ground import access, audit, clock, cosigning, formats, vault
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import Job, Organisation, User
from mvi_dashboard.ground.problems import Kind, Refused, conflict, not_found, refuse
from mvi_dashboard.ground.shapes import Object
from mvi_dashboard.ground.vault import Purpose
from tenders.models import Bid, Lot, OpeningConfirmation, Tender
from tenders.selectors import bids_of, latest_version, tenders_to_cosign, wait_for_opening

from . import states, telling
from .sealing import unseal
from .set_aside import open_bid, set_aside

MOST_AT_ONCE = 20
JOB = "tenders.open"
_CLOSED = (Tender.Status.DRAFT, Tender.Status.PUBLISHED, Tender.Status.CANCELLED)


def unopened(tender: Tender) -> list[Bid]:
    """The bids without lines, those that were set aside among them, of lots about which nothing was decided."""
    return list(bids_of(tender).filter(opened=False, lot__state=Lot.State.OPEN))


def to_open(tender: Tender) -> list[Bid]:
    """What an opening has to do now: all that nobody tried yet; on an opened tender what was set aside."""
    found = unopened(tender)
    return [bid for bid in found if bid.set_aside_at is None or tender.status != Tender.Status.PUBLISHED]


def opening_job(tender: Tender) -> Job | None:
    """The job that makes the lines of this tender now, if there is one."""
    return Job.objects.filter(kind=JOB, params__tender=tender.pk, state__in=Job.ACTIVE).first()


def finish_opening(tender: Tender, bids: Iterable[Bid]) -> None:
    """Make the lines of these bids, then say that the tender is open; safe to do again after a stop."""
    for bid in bids:
        open_bid(bid)
    close_opening(tender)


@transaction.atomic
def close_opening(tender: Tender) -> None:
    """The tender stands open when every bid has its lines, or is set aside with its reason."""
    locked = Tender.objects.select_for_update().get(pk=tender.pk)
    if locked.status != Tender.Status.PUBLISHED or to_open(locked):
        return
    states.change(locked, locked.version, {"status": Tender.Status.OPENED})
    telling.tender_opened(locked)
    changes = {"bids": bids_of(locked).count(), "setAside": len(unopened(locked))}
    audit.record(None, "tender.opened", locked, organisation=locked.organisation_id, changes=changes)


def interrupted_openings() -> list[Tender]:
    """Tenders whose vault was opened and whose lines are not all there: an opening that was stopped halfway."""
    return list(
        Tender.objects.filter(status=Tender.Status.PUBLISHED, vault__opened_at__isnull=False).order_by("pk")
    )


@dataclass(frozen=True)
class _ToOpen:
    """A tender to open, and the organisation whose officer co-signs; None for one of the tender's own."""

    tender: Tender
    cosigner: Organisation | None


class _Opening(Act[_ToOpen, Tender]):
    """An act on a tender of an own organisation, or of one that agreed to co-sign and waits now."""

    def __call__(self, actor: Actor, *, tender_id: UUID | str, once: Once | None = None) -> Tender:
        """The tender: still published after the first person, opened after a second one within ten minutes.

        Above twenty bids a job makes the lines. On an opened tender it tries again what was set aside. Raises
        Refused: too early, the same person, no person, no key, a decision past what stands aside.
        """
        tender = self.carry_out(actor, tender_id, document=None, expected_version=None, typed=False, once=once)
        assert tender.vault is not None
        if tender.vault.opened_at is not None:
            waiting = to_open(tender)
            if len(waiting) > MOST_AT_ONCE:
                _start_job(actor, tender)
            else:
                finish_opening(tender, waiting)
        tender.refresh_from_db()
        if once is not None and tender.status not in _CLOSED and opening_job(tender) is None:
            once.settle(200)
        return tender

    def lock(self, actor: Actor, named: UUID | str) -> _ToOpen:
        """Raises Refused: absent, forbidden."""
        return _tender_to_open(actor, named)


@partial(
    _Opening,
    ActDeclaration(
        verb="tender.open",
        title="Open de inschrijvingen (met zijn tweeën)",
        permission=access.TENDER_OPEN,
        reads=Object({}),
        person="Openen",
        # Until the tender stands open: a second person must confirm too, and the lines must be made.
        status=202,
    ),
)
def open_tender(doing: Doing[_ToOpen]) -> Done[Tender]:
    """The tender with the confirmation of this person; its vault opened when a colleague said so just before."""
    tender, cosigner, now = doing.target.tender, doing.target.cosigner, doing.now
    alone = False
    first = wait_for_opening(tender, now)
    # The row of the tender was waited for; what stands beside it is read again after the wait.
    if tender.vault is not None:
        tender.vault.refresh_from_db()
    if cosigner is not None:
        _require_waiting(tender, first)
    _require_time(tender, now)
    _require_loaded(tender)
    _require_undecided(tender)
    assert tender.vault is not None
    if tender.vault.opened_at is None:
        if first is not None and first.person_id == doing.person.pk:
            text = "U heeft al bevestigd. Een tweede persoon moet nu ook openen, binnen tien minuten."
            raise conflict("second_officer", text)
        said = {"tender": tender, "person": doing.person, "moment": now, "cosigner": cosigner}
        confirmation = OpeningConfirmation.objects.create(**said)
        alone = first is None and _practises_alone(tender, doing.person)
        if first is None and not alone:
            telling.second_opener_wanted(confirmation, tender)
        else:
            _open_vault(tender, now)
    verb = "tender.open_first" if tender.vault.opened_at is None else "tender.open"
    changes = {} if cosigner is None else {"cosigner": cosigner.code}
    reason = "" if cosigner is None else f"Mede geopend door iemand van {cosigner.name}."
    if alone:
        reason = "Geoefend zonder tweede persoon."
    return Done(tender, verb=verb, reason=reason, changes=changes)


def _practises_alone(tender: Tender, person: User) -> bool:
    """Whether this is practised where nobody else may open: then nothing is learnt from waiting."""
    if tender.organisation.practice_of_id is None:
        return False
    others = access.people_who_may(access.TENDER_OPEN, tender.organisation_id).exclude(pk=person.pk)
    return not others.exists()


def _open_vault(tender: Tender, now: datetime) -> None:
    """The vault opened, once its key and the seal of each bid were tried; a broken seal sets that bid aside.

    Raises Refused when there is no key: then nothing was opened, and the confirmation of this person is not kept.
    """
    assert tender.vault is not None
    try:
        vault.require_key(tender.vault)
    except vault.Unopenable as closed:
        text = "De sleutel van de kluis ontbreekt. Vraag uw beheerder, en bevestig daarna opnieuw."
        raise refuse("no_key", text, kind=Kind.UNAVAILABLE) from closed
    vault.mark_opened(tender.vault, now)
    Tender.objects.filter(pk=tender.pk).update(opened_at=now)
    for bid in bids_of(tender).select_related("lot__tender__vault", "lot__tender__price_vault"):
        version = latest_version(bid)
        if version is None:
            continue
        version.bid = bid
        try:
            unseal(version, purpose=Purpose.OPENING, actor=None)
        except vault.Unopenable as closed:
            set_aside(bid, closed)


def _require_waiting(tender: Tender, first: OpeningConfirmation | None) -> None:
    """For a co-signer there is nothing here any more once it was opened, stopped or left alone in the meantime."""
    opened = tender.vault is None or tender.vault.opened_at is not None
    if opened or first is None or tender.status != Tender.Status.PUBLISHED:
        raise not_found()


def _tender_to_open(actor: Actor, tender_id: UUID | str) -> _ToOpen:
    """All others than the officers of the two organisations ask the same questions in the same order as about a
    tender that does not exist, and wait for nobody.
    """
    try:
        return _ToOpen(states.lock_tender(actor, tender_id, access.TENDER_OPEN), None)
    except Refused as refused:
        if refused.kind is not Kind.NOT_FOUND or not actor.may(access.TENDER_OPEN):
            raise
    mine = actor.organisations_for(access.TENDER_OPEN)
    waiting = tenders_to_cosign(actor, clock.now()).filter(public_id=tender_id)
    found = states.locked_tenders().filter(pk__in=waiting.values("pk")).first()
    if found is None:
        raise not_found()
    consent = cosigning.agreed_with(mine).filter(organisation=found.organisation_id)
    partner = consent.select_related("partner").order_by("partner").first()
    if partner is None:
        raise not_found()
    return _ToOpen(found, partner.partner)


def _require_time(tender: Tender, now: datetime) -> None:
    if tender.status in (Tender.Status.OPENED, Tender.Status.DECIDED, Tender.Status.FINAL):
        return
    states.require_status(tender, (Tender.Status.PUBLISHED,), "Openen kan alleen na publicatie.")
    if tender.opening_at is None or now < tender.opening_at or (tender.deadline and now < tender.deadline):
        raise conflict("too_early", f"Openen kan vanaf {formats.moment(tender.opening_at)}.")


def _require_loaded(tender: Tender) -> None:
    """Raises Refused when there is nothing to open as nobody brought it in from the platform yet."""
    if tender.held_elsewhere and tender.status == Tender.Status.PUBLISHED and not bids_of(tender).exists():
        text = f"Er is nog niets ingelezen van {tender.platform}: doe dat eerst. Daarna opent u met zijn tweeën."
        raise conflict("nothing_loaded", text)


def _require_undecided(tender: Tender) -> None:
    """Raises Refused when all that still stands aside is of lots about which somebody decided."""
    aside = bids_of(tender).filter(opened=False, set_aside_at__isnull=False)
    if aside.exists() and not aside.filter(lot__state=Lot.State.OPEN).exists():
        text = "Over wat opzij staat is al beslist. Neem eerst die beslissing terug; daarna kunt u opnieuw openen."
        raise conflict("already_decided", text)


def _start_job(actor: Actor, tender: Tender) -> None:
    from mvi_dashboard.ground import jobs

    with transaction.atomic():
        jobs.enqueue(
            JOB,
            organisation=tender.organisation,
            params={"tender": tender.pk},
            # Who asks for a job sees it, and a co-signer sees nothing of the tender after the opening.
            requested_by=actor.key if actor.may(access.TENDER_OPEN, tender.organisation_id) else "",
            dedupe_key=f"{JOB} {tender.pk}",
        )
