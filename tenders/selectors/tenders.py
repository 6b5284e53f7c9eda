"""Tenders, as far as somebody may see them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from mvi_dashboard.ground.access import TENDER_DECIDE, TENDER_OPEN, Actor, still_may
from mvi_dashboard.ground.cosigning import agreed_with
from mvi_dashboard.ground.described import as_json
from mvi_dashboard.ground.models import AuditEntry
from mvi_dashboard.ground.problems import not_found, refuse
from tenders.models import Award, AwardProposal, Lot, LotItem, OpeningConfirmation, Tender, TenderTheme
from tenders.resources import TenderDocument

OPENING_WINDOW = timedelta(minutes=10)
PROPOSAL_WINDOW = timedelta(days=1)
"""how long a decision without a standstill waits for a second person"""
LAST_MINUTES = timedelta(minutes=10)


def visible_tenders(actor: Actor) -> QuerySet[Tender]:
    """The tenders that this actor may see, with organisation and basis."""
    return Tender.objects.visible_to(actor).select_related("organisation", "basis")


def get_tender(actor: Actor, public_id: UUID | str) -> Tender:
    """One tender with lots, items and ambitions. Raises Refused (absent or not visible)."""
    found: Tender | None = (
        visible_tenders(actor)
        .select_related("vault")
        .prefetch_related(
            Prefetch("lots", Lot.objects.select_related("group", "protocol")),
            Prefetch(
                "lots__items",
                LotItem.objects.select_related("cpv", "product_type", "reference_product", "baseline_product"),
            ),
            Prefetch("themes", TenderTheme.objects.select_related("theme")),
        )
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise not_found()
    return found


def get_published_lot(actor: Actor, public_id: UUID | str) -> Lot:
    """One lot of a published tender, with all that reading a bid needs. Raises Refused (absent or not visible)."""
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        raise refuse("does_not_exist", "Dit perceel bestaat niet.", "lot") from None
    found = Lot.objects.select_related(
        "group", "protocol", "tender__basis__method_version__method", "tender__vault"
    )
    lot: Lot | None = found.filter(
        public_id=wanted, tender__in=Tender.objects.visible_to(actor), tender__basis__isnull=False
    ).first()
    if lot is None:
        raise refuse("does_not_exist", "Dit perceel bestaat niet.", "lot")
    return lot


def closes_soon(actor: Actor, now: datetime, tender_or_bid: UUID) -> bool:
    """Whether the deadline of this tender, or of the tender of this bid, is less than ten minutes away."""
    asked = Q(public_id=tender_or_bid) | Q(lots__bids__public_id=tender_or_bid)
    found = visible_tenders(actor).filter(asked, deadline__gt=now, deadline__lte=now + LAST_MINUTES)
    return actor.supplier_id is not None and bool(found.exists())


def status_of(tender: Tender, now: datetime) -> str:
    """The state as people see it: `closed` follows from the clock and the deadline."""
    if tender.status == Tender.Status.PUBLISHED and tender.deadline is not None and now >= tender.deadline:
        return str(Tender.Status.CLOSED)
    return str(tender.status)


def in_state(found: QuerySet[Tender], wanted: str, now: datetime) -> QuerySet[Tender]:
    """Those in this state as people see it; all for no state."""
    status = Tender.Status
    if wanted == status.CLOSED:
        return found.filter(status=status.PUBLISHED, deadline__lte=now)
    if wanted == status.PUBLISHED:
        return found.filter(status=wanted, deadline__gt=now)
    return found.filter(status=wanted) if wanted in status.values else found


def standing_award(lot: Lot) -> Award | None:
    """The decision for a lot that was not withdrawn, if there is one."""
    found = Award.objects.filter(lot=lot).select_related("event", "bid_version__bid__supplier", "basis")
    award: Award
    for award in found.order_by("-decided_at", "-id"):
        event = getattr(award, "event", None)
        if event is None or event.kind != "withdrawn":
            return award
    return None


def standing_awards(tender: Tender) -> dict[int, Award]:
    """The decision that stands for each lot of a tender, by the id of the lot; one query."""
    found = Award.objects.filter(lot__tender=tender).select_related("event", "bid_version__bid__supplier")
    standing: dict[int, Award] = {}
    for award in found.order_by("decided_at", "id"):
        event = getattr(award, "event", None)
        if event is None or event.kind != "withdrawn":
            standing[award.lot_id] = award
    return standing


def waiting_proposals(tender: Tender, now: datetime) -> dict[int, AwardProposal]:
    """Per lot the proposal to decide without a standstill that waits for a second person; one query."""
    newest = {proposal.lot_id: proposal for proposal in proposals_waiting(now).filter(lot__tender=tender)}
    return {lot: proposal for lot, proposal in newest.items() if not hasattr(proposal, "award")}


def proposals_waiting(now: datetime) -> QuerySet[AwardProposal]:
    """Proposals that did not lapse, oldest first: of each lot the last counts, unless it became an award.

    They lapse by time, and with the right of who proposed: who was taken back is not one of two persons.
    """
    found = AwardProposal.objects.filter(
        still_may(TENDER_DECIDE, "proposed_by", "organisation"), proposed_at__gt=now - PROPOSAL_WINDOW
    )
    related = ("award", "lot__tender", "proposed_by", "bid_version__bid__supplier")
    return found.select_related(*related).order_by("proposed_at", "id")


def waiting_proposal(lot: Lot, now: datetime) -> AwardProposal | None:
    """The one of this lot."""
    return waiting_proposals(lot.tender, now).get(lot.pk)


def taken_back(tender: Tender) -> list[Award]:
    """The decisions that were taken back, oldest first, with the event that says when and why."""
    found = Award.objects.filter(lot__tender=tender, event__kind="withdrawn")
    return list(found.select_related("event", "lot", "bid_version__bid__supplier").order_by("decided_at", "id"))


def cancel_reason(tender: Tender) -> str:
    """Why a tender was stopped, as it stands in the audit trail."""
    found = AuditEntry.objects.filter(
        object_type="tenders.tender", object_id=str(tender.public_id), verb="tender.cancel"
    )
    return found.values_list("reason", flat=True).last() or ""


def wait_for_opening(tender: Tender, now: datetime) -> OpeningConfirmation | None:
    """The newest confirmation of an opening that still waits for a second person."""
    fresh = confirmations_waiting(now).filter(tender=tender)
    return fresh.select_related("person").order_by("-moment", "-id").first()


def confirmations_waiting(now: datetime) -> QuerySet[OpeningConfirmation]:
    """Confirmations that did not lapse: by time, or with the right of who confirmed."""
    found = OpeningConfirmation.objects.annotate(place=Coalesce("cosigner", "tender__organisation"))
    return found.filter(still_may(TENDER_OPEN, "person", "place"), moment__gt=now - OPENING_WINDOW)


def tenders_to_cosign(actor: Actor, now: datetime) -> QuerySet[Tender]:
    """Tenders that wait for a second person, of organisations that agreed to co-sign with one of this actor's.

    One statement judges all of it: about a tender that is none of these it takes as long as about an absent one.
    """
    own = actor.organisations_for(TENDER_OPEN)
    fresh = confirmations_waiting(now).filter(tender=OuterRef("pk"))
    return Tender.objects.filter(
        Exists(fresh),
        organisation__in=agreed_with(own).values("organisation"),
        status=Tender.Status.PUBLISHED,
        vault__opened_at__isnull=True,
    ).exclude(organisation__in=own)


def who_opened(tender: Tender) -> list[OpeningConfirmation]:
    """The two confirmations that opened this tender, the first one first; none before that."""
    if tender.opened_at is None:
        return []
    found = tender.opening_confirmations.filter(moment__lte=tender.opened_at).select_related("person", "cosigner")
    return list(found.order_by("-moment", "-id")[:2])[::-1]


def document_of_tender(tender: Tender) -> dict[str, Any]:
    """The tender as it was sent, in the words of REST: for the form and for changing a part of it."""
    return as_json(TenderDocument.of(tender))
