"""What waits for somebody in tenders: shown on the start page."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.pages import Due
from tenders.models import Award, Bid, Tender

MOST = 10


def due_for(actor: Actor) -> list[Due]:
    """Openings, decisions and final awards for officers; open tenders and concepts for suppliers."""
    if actor.supplier_id is not None:
        return _for_supplier(actor.supplier_id)
    if not actor.may(access.TENDER_EDIT):
        return []
    return _for_officer(actor)


def _for_officer(actor: Actor) -> list[Due]:
    now = clock.now()
    own = Tender.objects.filter(organisation_id__in=actor.organisations_for(access.TENDER_EDIT))
    found: list[Due] = []
    states = [Tender.Status.DRAFT, Tender.Status.PUBLISHED, Tender.Status.OPENED]
    for tender in own.filter(status__in=states).order_by("deadline", "id")[:MOST]:
        url = reverse("tenders:tender", args=[tender.public_id])
        if tender.status == Tender.Status.DRAFT:
            found.append(Due(f"Maak {tender.title} af", "Deze aanbesteding is nog een concept.", url))
        elif tender.status == Tender.Status.OPENED:
            found.append(Due(f"Vergelijk de inschrijvingen van {tender.title}", "Alles is geopend.", url))
        elif tender.opening_at is not None and now >= tender.opening_at:
            late = now > tender.opening_at + timedelta(days=1)
            found.append(Due(f"Open {tender.title}", "Dat doet u met zijn tweeën.", url, tender.opening_at, late))
    awards = Award.objects.filter(
        lot__tender__in=own, lot__state="decided", event__isnull=True, standstill_until__lte=now
    )
    for award in awards.select_related("lot__tender")[:MOST]:
        tender = award.lot.tender
        url = reverse("tenders:tender", args=[tender.public_id])
        detail = f"De wachttijd van {tender.title} is voorbij."
        found.append(Due("Maak de gunning definitief", detail, url, award.standstill_until))
    return found


def _for_supplier(supplier_id: int) -> list[Due]:
    now = clock.now()
    running = Tender.objects.filter(status=Tender.Status.PUBLISHED, deadline__gt=now, bidding_starts_at__lte=now)
    bids = Bid.objects.filter(supplier_id=supplier_id, lot__tender__in=running)
    states = dict(bids.exclude(state=Bid.State.WITHDRAWN).values_list("lot__tender_id", "state"))
    found = []
    for tender in running.filter(deadline__lt=now + timedelta(days=90)).order_by("deadline", "id")[:MOST]:
        if states.get(tender.id) == Bid.State.SUBMITTED or tender.deadline is None:
            continue
        verb = "Maak uw concept af voor" if tender.id in states else "Schrijf in op"
        detail = f"Inschrijven kan tot {formats.moment(tender.deadline)}."
        url = reverse("tenders:tender", args=[tender.public_id])
        found.append(Due(f"{verb} {tender.title}", detail, url, tender.deadline))
    return found
