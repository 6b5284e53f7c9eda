"""A tender whose bids come in on another platform: what is asked is laid fast here, and shown to no supplier.

What was opened there is brought in by `loading`, and counts when two persons opened it here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.problems import Problem, conflict
from mvi_dashboard.ground.shapes import CONFIRMATIONS, Moment, Object, Reason, Text, lift_confirmed
from tenders.models import Bid, Tender
from tenders.selectors import loaded_bid

from . import states
from .acting import tender_act
from .drafting import lay_fast
from .inviting import change_bid
from .publishing import doubts_about, publication_problems

HELD = Object(
    {
        "platform": Text(
            100,
            label="Platform",
            help="Waar leveranciers inschrijven, bijvoorbeeld TenderNed, Mercell of Negometrix. Of: per mail.",
        ),
        "platform_reference": Text(
            100, required=False, default="", label="Nummer op het platform", help="Bijvoorbeeld TN123456."
        ),
        "published_at": Moment(
            required=False,
            label="Daar gepubliceerd op",
            help="Leeg is nu. Is inschrijven al voorbij? Dan is dit nodig.",
        ),
        "confirmations": CONFIRMATIONS,
    }
)
UNLOADING = Object({"reason": Reason(2000, multiline=True, label="Waarom haalt u deze weg?")})


@tender_act(
    ActDeclaration(
        verb="tender.hold_elsewhere",
        title="Zeg dat een aanbesteding op een ander platform loopt",
        permission=access.TENDER_EDIT,
        reads=HELD,
        person="Elders houden",
        version=True,
        states=(Tender.Status.DRAFT,),
        otherwise="Dit kan alleen met een concept: wat hier is gepubliceerd, krijgt hier zijn inschrijvingen.",
    )
)
def hold_elsewhere(doing: Doing[Tender]) -> Done[Tender]:
    """The tender as it runs, or ran, on another platform: laid fast here, and shown to no supplier.

    Its deadline may be over. Raises Refused with all that misses.
    """
    tender, data, now = doing.target, doing.data, doing.now
    lots = list(tender.lots.select_related("group").prefetch_related("items__product_type"))
    missing = publication_problems(tender, lots, list(tender.themes.all()), now)
    doing.problems += [each for each in missing if each.code != "past"]
    doing.problems += _check_published(tender, data.get("published_at"), now)
    asked = [each for each in doubts_about(tender, lots, now) if each.path[0] != "deadline"]
    doubts, confirmed = lift_confirmed(asked, data.get("confirmations"))
    doing.problems += doubts if doing.typed else []
    doing.problems.refuse()
    said = lay_fast(
        doing,
        lots,
        platform=data["platform"],
        platform_reference=data["platform_reference"] or "",
        published_at=data["published_at"] or now,
    )
    said |= {"platform": tender.platform, "platformReference": tender.platform_reference}
    return Done(tender, changes=said | ({"confirmed": confirmed} if confirmed else {}))


def _check_published(tender: Tender, moment: datetime | None, now: datetime) -> list[Problem]:
    over = tender.deadline is not None and tender.deadline <= now
    if moment is None:
        text = "Inschrijven is al voorbij: zeg wanneer het daar is gepubliceerd."
        return [Problem(("publishedAt",), "required", text)] if over else []
    if moment > now:
        return [Problem(("publishedAt",), "future", "Dit ligt in de toekomst: laat het leeg tot het zover is.")]
    if tender.deadline is not None and moment > tender.deadline:
        return [Problem(("publishedAt",), "after_deadline", "Dit ligt na de uiterste datum van inschrijven.")]
    return []


class _LoadedAct(Act[Bid, Bid]):
    """An act on a bid that an officer brought in."""

    def __call__(
        self,
        actor: Actor,
        *,
        bid_id: UUID | str,
        document: Mapping[str, Any],
        typed: bool = False,
        once: Once | None = None,
    ) -> Bid:
        """The bid. Raises Refused."""
        return self.carry_out(actor, bid_id, document=document, expected_version=None, typed=typed, once=once)

    def lock(self, actor: Actor, named: UUID | str) -> Bid:
        """The bid, with its tender locked as every act on it does. Raises Refused: absent, forbidden."""
        bid = loaded_bid(actor, named)
        bid.lot.tender = states.lock_tender(actor, bid.lot.tender.public_id, self.declaration.permission)
        bid.refresh_from_db(fields=["state", "opened", "version"])
        return bid


@partial(
    _LoadedAct,
    ActDeclaration(
        verb="bid.unload",
        title="Haal een ingelezen inschrijving weg",
        permission=access.TENDER_EDIT,
        reads=UNLOADING,
        person="Een ingelezen inschrijving weghalen",
    ),
)
def unload_bid(doing: Doing[Bid]) -> Done[Bid]:
    """The bid, taken away before two persons opened it: it stays sealed, and can be brought in again."""
    bid = doing.target
    doing.problems.refuse()
    if bid.lot.tender.status != Tender.Status.PUBLISHED or bid.state != Bid.State.SUBMITTED or bid.opened:
        raise conflict("wrong_state", "Weghalen kan tot de opening, en maar een keer.")
    if bid.lot.tender.vault is not None and bid.lot.tender.vault.opened_at is not None:
        raise conflict("wrong_state", "De inschrijvingen zijn al geopend: weghalen kan niet meer.")
    change_bid(bid, bid.version, state=Bid.State.WITHDRAWN, withdrawn_at=doing.now)
    return Done(bid, about=bid.lot.tender, reason=doing.data["reason"], changes={"supplier": bid.supplier.code})
