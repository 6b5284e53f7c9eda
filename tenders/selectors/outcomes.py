"""What became of the bids of a supplier: awarded or not, until when it may change, and final or not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import AuditEntry
from mvi_dashboard.ground.pages import MOST_DUE, Due
from tenders.models import Award, AwardEvent, Bid, Lot, Tender

from .tenders import standing_award

_REST = "U hoeft nu niets te doen."
AWARDED, _OWN, _OWN_ID = "awarded", "own", "own_id"
SHOWN = timedelta(days=90)
"""how long a final award stays on the start page of who bid"""


def standstill_words(award: Award, now: datetime) -> str:
    """The standstill of a decision, after the word "wachttijd": until when it runs or ran, or none."""
    if not award.has_standstill:
        return worded("geen: na de beslissing kan de gunning meteen definitief worden")
    until = formats.until(award.standstill_until)
    return (
        worded("loopt {until}", until=until)
        if now < award.standstill_until
        else worded("liep {until}", until=until)
    )


def standstill_over(award: Award, title: str = "") -> str:
    """The sentence that nothing is waited for any more, of the tender with this title."""
    if award.has_standstill:
        return (
            worded("De wachttijd van {title} is voorbij.", title=title)
            if title
            else worded("De wachttijd is voorbij.")
        )
    return worded("Voor {title} is er geen wachttijd.", title=title) if title else worded("Er is geen wachttijd.")


@dataclass(frozen=True)
class Outcome:
    """The decision about the lot of a bid, from the side of who made that bid."""

    award: Award
    awarded: bool
    final: bool

    @property
    def title(self) -> str:
        """What was decided, in three words or four."""
        if not self.awarded:
            return worded("Niet aan u gegund")
        return worded("Definitief aan u gegund") if self.final else worded("Voorlopig aan u gegund")

    @property
    def standstill(self) -> str:
        """Until when others can object, or could; or that they could not."""
        return standstill_words(self.award, clock.now())

    def detail(self, now: datetime) -> str:
        """Until when it may still change, and whether something is to be done."""
        winner, until = self.award.bid_version.bid.supplier.name, self.award.standstill_until
        if self.final:
            return (
                worded("Het contract is gemaakt.")
                if self.awarded
                else worded("De gunning aan {winner} is definitief.", winner=winner)
            )
        if now >= until:
            whom = "" if self.awarded else worded(" aan {winner}", winner=winner)
            return worded(
                "{award} De gunning{whom} is nog niet definitief.", award=standstill_over(self.award), whom=whom
            )
        if self.awarded:
            return worded(
                "De wachttijd loopt {until}. Zo lang kan een ander bezwaar maken. {rest}",
                until=formats.until(until),
                rest=_REST,
            )
        return worded(
            "Voorlopig gegund aan {winner}. Bezwaar maken kan {until}.", winner=winner, until=formats.until(until)
        )


def standing() -> QuerySet[Award]:
    """All decisions that were not taken back."""
    return Award.objects.exclude(event__kind=AwardEvent.Kind.WITHDRAWN)


def with_awarded(bids: QuerySet[Bid]) -> QuerySet[Bid]:
    """The same bids, each with `awarded`: whether the decision that stands is for this bid."""
    return bids.annotate(**{AWARDED: Exists(standing().filter(bid_version__bid=OuterRef("pk")))})


def outcome_of(bid: Bid) -> Outcome | None:
    """The outcome of one bid; None while nothing is decided, and for a bid that was withdrawn or stopped."""
    if not is_decided(bid):
        return None
    award = standing_award(bid.lot)
    return None if award is None else _outcome(award, bid.pk)


def is_decided(bid: Bid) -> bool:
    """Whether there is a decision about a bid that counts; asks nothing of the database."""
    stopped = bid.lot.tender.status == Tender.Status.CANCELLED
    return bid.state == Bid.State.SUBMITTED and bid.lot.state != Lot.State.OPEN and not stopped


def news_for(actor: Actor) -> list[Due]:
    """What became of the bids of this supplier: decisions and stopped tenders, each the newest first."""
    mine = actor.supplier_ids
    return [] if not mine else [*_decided_for(mine), *_stopped_for(mine)]


def _decided_for(suppliers: frozenset[int]) -> list[Due]:
    """The decisions about the bids of this supplier; a final one for ninety days."""
    now = clock.now()
    own = Bid.objects.filter(lot=OuterRef("lot"), supplier_id__in=suppliers, state=Bid.State.SUBMITTED)
    ids = {_OWN: Subquery(own.values("pk")[:1]), _OWN_ID: Subquery(own.values("public_id")[:1])}
    found = standing().annotate(**ids)
    found = found.filter(
        Q(event__isnull=True) | Q(event__moment__gte=now - SHOWN),
        lot__tender__recorded_afterwards=False,
        lot__tender__platform="",
        **{f"{_OWN}__isnull": False},
    ).exclude(lot__tender__status=Tender.Status.CANCELLED)
    related = ("lot__tender", "event", "bid_version__bid__supplier")
    return [
        _news(award, now) for award in found.select_related(*related).order_by("-decided_at", "-id")[:MOST_DUE]
    ]


def _stopped_for(suppliers: frozenset[int]) -> list[Due]:
    """The tenders with a bid of this supplier that were stopped; for ninety days."""
    bids = Bid.objects.filter(
        supplier_id__in=suppliers, state=Bid.State.SUBMITTED, lot__tender__status=Tender.Status.CANCELLED
    ).exclude(Q(lot__tender__recorded_afterwards=True) | ~Q(lot__tender__platform=""))
    mine = {str(bid.lot.tender.public_id): bid for bid in bids.select_related("lot__tender").order_by("-pk")}
    entries = AuditEntry.objects.filter(
        object_type="tenders.tender", object_id__in=list(mine)[:MOST_DUE], verb="tender.cancel"
    ).filter(moment__gte=clock.now() - SHOWN)
    return [
        Due(
            worded("Gestopt: {title}", title=mine[entry.object_id].lot.tender.title),
            worded("De organisatie stopte deze aanbesteding. {rest}", rest=_REST),
            reverse("tenders:tender", args=[entry.object_id]),
            entry.moment,
        )
        for entry in entries.order_by("-seq")
    ]


def _news(award: Award, now: datetime) -> Due:
    outcome, lot = _outcome(award, getattr(award, _OWN)), award.lot
    part = worded(", perceel {number}", number=lot.number) if lot.number > 1 else ""
    event = getattr(award, "event", None)
    moment = award.decided_at if event is None else event.moment
    url = reverse("tenders:bid", args=[getattr(award, _OWN_ID)])
    return Due(f"{outcome.title}: {lot.tender.title}{part}", outcome.detail(now), url, moment)


def _outcome(award: Award, bid: int) -> Outcome:
    return Outcome(award, award.bid_version.bid_id == bid, getattr(award, "event", None) is not None)
