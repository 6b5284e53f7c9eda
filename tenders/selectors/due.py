"""What waits for somebody in tenders: shown on the start page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.pages import MOST_DUE, Due
from tenders.models import Award, AwardProposal, Bid, Lot, OpeningConfirmation, Tender

from .outcomes import standstill_over
from .tenders import OPENING_WINDOW, PROPOSAL_WINDOW, confirmations_waiting, proposals_waiting, tenders_to_cosign

_ASIDE = "aside"
"""whether a bid of a tender could not be opened"""


def due_for(actor: Actor) -> list[Due]:
    """Openings, decisions and final awards for officers; open tenders and concepts for suppliers."""
    if actor.supplier_id is not None:
        return _for_supplier(actor.supplier_ids)
    if not actor.may(access.TENDER_EDIT):
        return []
    now = clock.now()
    return [*_to_cosign(actor, now), *_proposed(actor, now), *_for_officer(actor)]


def _for_officer(actor: Actor) -> list[Due]:
    now = clock.now()
    own = Tender.objects.filter(organisation_id__in=actor.organisations_for(access.TENDER_EDIT))
    found: list[Due] = []
    states = [Tender.Status.DRAFT, Tender.Status.PUBLISHED, Tender.Status.OPENED]
    aside = Bid.objects.filter(lot__tender=OuterRef("pk"), state=Bid.State.SUBMITTED, set_aside_at__isnull=False)
    listed = own.filter(status__in=states).select_related("vault").annotate(**{_ASIDE: Exists(aside)})
    listed = list(listed.order_by("deadline", "id")[:MOST_DUE])
    waiting = _waiting(listed, now)
    for tender in listed:
        url = reverse("tenders:tender", args=[tender.public_id])
        if tender.status == Tender.Status.DRAFT:
            found.append(
                Due(
                    worded("Maak {title} af", title=tender.title),
                    "Deze aanbesteding is nog een concept.",
                    url,
                )
            )
        elif tender.status == Tender.Status.OPENED:
            detail = "Niet elke inschrijving ging open." if getattr(tender, _ASIDE) else "Alles is geopend."
            found.append(Due(worded("Vergelijk de inschrijvingen van {title}", title=tender.title), detail, url))
        elif tender.pk in waiting:
            found.insert(0, _second(actor, tender.title, tender, waiting[tender.pk]))
        elif _is_to_open(tender, now):
            late = now > tender.opening_at + timedelta(days=1)
            found.append(
                Due(
                    worded("Open {title}", title=tender.title),
                    "Dat doet u met zijn tweeën.",
                    url,
                    tender.opening_at,
                    late,
                )
            )
    awards = Award.objects.filter(
        lot__tender__in=own, lot__state="decided", event__isnull=True, standstill_until__lte=now
    )
    for award in awards.select_related("lot__tender")[:MOST_DUE]:
        tender = award.lot.tender
        url = reverse("tenders:tender", args=[tender.public_id])
        detail = standstill_over(award, tender.title)
        found.append(Due("Maak de gunning definitief", detail, url, award.standstill_until))
    return found


def _is_to_open(tender: Tender, now: datetime) -> bool:
    """Whether its moment has come; what two persons opened is being made ready and waits for nobody."""
    opened = tender.vault is not None and tender.vault.opened_at is not None
    return tender.opening_at is not None and now >= tender.opening_at and not opened


def _waiting(tenders: list[Tender], now: datetime) -> dict[int, OpeningConfirmation]:
    """The newest confirmation of each of these that still waits for a second person; one query, or none."""
    to_open = [
        tender for tender in tenders if tender.status == tender.Status.PUBLISHED and _is_to_open(tender, now)
    ]
    if not to_open:
        return {}
    found = confirmations_waiting(now).filter(tender__in=to_open)
    return {each.tender_id: each for each in found.select_related("person").order_by("moment", "id")}


def _second(actor: Actor, name: str, tender: Tender, first: OpeningConfirmation) -> Due:
    """A colleague who waits, until when; for the first person that somebody else has to come."""
    until = first.moment + OPENING_WINDOW
    url = reverse("tenders:open", args=[tender.public_id])
    if actor.user is not None and first.person_id == actor.user.pk:
        title = worded("Een collega moet {name} ook openen", name=name)
        detail = worded(
            "U bevestigde om {moment}. Na tien minuten begint u opnieuw.", moment=formats.clock_time(first.moment)
        )
    else:
        title = worded("Open {name} als tweede", name=name)
        detail = worded(
            "{person} bevestigde en wacht op u tot {until}.", person=first.person, until=formats.clock_time(until)
        )
    return Due(title, detail, url, until, overdue=True)


def _proposed(actor: Actor, now: datetime) -> list[Due]:
    """Decisions without a standstill that wait for a second person, with who and until when; one query."""
    found = proposals_waiting(now).filter(
        lot__tender__organisation_id__in=actor.organisations_for(access.TENDER_DECIDE),
        lot__tender__status=Tender.Status.OPENED,
        lot__state=Lot.State.OPEN,
    )
    newest = {proposal.lot_id: proposal for proposal in found}
    return [_second_decision(actor, each) for each in newest.values() if not hasattr(each, "award")][:MOST_DUE]


def _second_decision(actor: Actor, proposal: AwardProposal) -> Due:
    """A colleague who waits for the same decision; for who proposed that somebody else has to come."""
    lot, until = proposal.lot, proposal.proposed_at + PROPOSAL_WINDOW
    name = (
        worded("perceel {number} van {title}", number=lot.number, title=lot.tender.title)
        if lot.number > 1
        else lot.tender.title
    )
    url = reverse("tenders:decide", args=[lot.tender.public_id]) + f"?perceel={lot.public_id}"
    if actor.user is not None and proposal.proposed_by_id == actor.user.pk:
        title = worded("Een collega moet over {name} hetzelfde beslissen", name=name)
        detail = worded(
            "U wilt gunnen zonder wachttijd. Uw voorstel vervalt op {until}.", until=formats.moment(until)
        )
    else:
        title = worded("Beslis als tweede over {name}", name=name)
        detail = worded(
            "{proposed_by} wil gunnen zonder wachttijd en wacht op u tot {until}.",
            proposed_by=proposal.proposed_by,
            until=formats.moment(until),
        )
    return Due(title, detail, url, until, overdue=True)


def _to_cosign(actor: Actor, now: datetime) -> list[Due]:
    """Tenders of another organisation where somebody waits for a second person; their names stay there."""
    asked = list(tenders_to_cosign(actor, now).select_related("organisation", "vault").order_by("id")[:MOST_DUE])
    waiting = _waiting(asked, now)
    return [
        _second(
            actor, worded("een aanbesteding van {name}", name=tender.organisation.name), tender, waiting[tender.pk]
        )
        for tender in asked
        if tender.pk in waiting
    ]


def _for_supplier(suppliers: frozenset[int]) -> list[Due]:
    now = clock.now()
    found = _set_aside(suppliers)
    real = Tender.objects.filter(organisation__practice_of=None)
    running = real.filter(status=Tender.Status.PUBLISHED, deadline__gt=now, bidding_starts_at__lte=now)
    bids = Bid.objects.filter(supplier_id__in=suppliers, lot__tender__in=running)
    states = dict(bids.exclude(state=Bid.State.WITHDRAWN).values_list("lot__tender_id", "state"))
    for tender in running.filter(deadline__lt=now + timedelta(days=90)).order_by("deadline", "id")[:MOST_DUE]:
        if states.get(tender.id) == Bid.State.SUBMITTED or tender.deadline is None:
            continue
        verb = worded("Maak uw concept af voor") if tender.id in states else worded("Schrijf in op")
        detail = worded("Inschrijven kan tot {deadline}.", deadline=formats.moment(tender.deadline))
        url = reverse("tenders:tender", args=[tender.public_id])
        found.append(Due(f"{verb} {tender.title}", detail, url, tender.deadline))
    return found


def _set_aside(suppliers: frozenset[int]) -> list[Due]:
    """Own bids that could not be opened and of which nothing is decided yet; one query."""
    bids = Bid.objects.filter(
        supplier_id__in=suppliers,
        state=Bid.State.SUBMITTED,
        set_aside_at__isnull=False,
        lot__state=Lot.State.OPEN,
        lot__tender__status=Tender.Status.OPENED,
    )
    bids = bids.select_related("lot__tender__organisation").order_by("-set_aside_at", "id")
    return [
        Due(
            worded("Uw inschrijving op {title} ging niet open", title=bid.lot.tender.title),
            worded("Zij telt nu niet mee. Neem contact op met {name}.", name=bid.lot.tender.organisation.name),
            reverse("tenders:bid", args=[bid.public_id]),
            bid.set_aside_at,
            overdue=True,
        )
        for bid in bids[:MOST_DUE]
    ]
