"""What of tendering files may hang on: the tender, a decision, and a bid, with which they stay sealed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.files.places import Attachable, public_id_in, register
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import AttachmentDetail
from mvi_dashboard.ground.problems import Problem, conflict, forbidden, not_found
from tenders import selectors
from tenders.models import Award, Bid, Lot, Tender
from tenders.services import states
from tenders.services.bidding import require_changeable
from tenders.services.states import share_tender

TENDER, BID, AWARD = "tender", "bid", "award"
_ASKED = "Na de publicatie verandert er niets meer aan wat leveranciers zien."


def register_places() -> None:
    """Add what this app lets files hang on."""
    register(_tender())
    register(_bid())
    register(_award())


def _tender() -> Attachable:
    def require(actor: Actor, row: Tender) -> None:
        access.require(actor, access.TENDER_EDIT, row.organisation_id)

    def shared(actor: Actor) -> QuerySet[Any]:
        return Tender.objects.visible_to(actor)

    return Attachable(
        code=TENDER,
        model=Tender,
        label="deze aanbesteding",
        who="procurement-officer",
        find=lambda actor, key: selectors.get_tender(actor, public_id_in(key)),
        require=require,
        lock=lambda actor, key: states.lock_tender(actor, key, access.TENDER_EDIT),
        seen_by=lambda actor: _of_organisations(Tender, actor, access.TENDER_READ),
        shared_with=shared,
        page=lambda row: reverse("tenders:tender", args=[row.public_id]),
        named=lambda row: row.title,
        check=_nothing_new_to_suppliers,
        may_go=_what_was_asked_stays,
    )


def _bid() -> Attachable:
    def opened(actor: Actor) -> QuerySet[Any]:
        return _of_organisations(Bid, actor, access.BID_READ).filter(opened=True)

    return Attachable(
        code=BID,
        model=Bid,
        label="deze inschrijving",
        who="supplier, of its own bid, until the deadline",
        find=lambda actor, key: selectors.get_bid(actor, public_id_in(key)),
        require=_require_own,
        lock=_lock_own,
        seen_by=opened,
        page=lambda row: reverse("tenders:bid_files", args=[row.public_id]),
        named=lambda row: worded("Inschrijving op {title}", title=row.lot.tender.title),
        possible=_possible,
        vault_of=lambda row: row.lot.tender.vault,
        supplier_of=lambda row: row.supplier_id,
        check=_not_shared,
    )


def _award() -> Attachable:
    def require(actor: Actor, row: Award) -> None:
        access.require(actor, access.TENDER_DECIDE, row.organisation_id)

    return Attachable(
        code=AWARD,
        model=Award,
        label="deze beslissing",
        who="procurement-officer",
        find=_find_award,
        require=require,
        lock=_lock_award,
        seen_by=lambda actor: _of_organisations(Award, actor, access.TENDER_READ),
        page=lambda row: reverse("tenders:tender", args=[row.lot.tender.public_id]),
        named=lambda row: worded(
            "Gunning van {title}, perceel {number}", title=row.lot.tender.title, number=row.lot.number
        ),
        key_of=lambda row: str(row.lot.public_id),
        check=_not_shared,
    )


def _of_organisations(model: Any, actor: Actor, act: str) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.filter(organisation_id__in=actor.organisations_for(act))
    return found


def _nothing_new_to_suppliers(row: Tender, data: Mapping[str, Any]) -> list[Problem]:
    if data.get("shared") and row.status != Tender.Status.DRAFT:
        return [
            Problem(
                ("shared",), "published", worded("{asked} Voeg het toe zonder dat zij het zien.", asked=_ASKED)
            )
        ]
    return []


def _what_was_asked_stays(row: Tender, detail: AttachmentDetail | None) -> None:
    if detail is not None and detail.shared and row.status != Tender.Status.DRAFT:
        raise conflict("published", _ASKED)


def _not_shared(row: Any, data: Mapping[str, Any]) -> list[Problem]:
    if data.get("shared"):
        return [Problem(("shared",), "invalid", "Andere leveranciers zien dit nooit: laat dit leeg.")]
    return []


def _require_own(actor: Actor, row: Bid) -> None:
    access.require(actor, access.BID_SUBMIT)
    if row.supplier_id not in actor.supplier_ids:
        raise forbidden()


def _lock_own(actor: Actor, key: str) -> Bid:
    """The own bid, whose tender stays as it is meanwhile; nobody else waits for it."""
    bid = selectors.get_bid(actor, key)
    _require_own(actor, bid)
    share_tender(bid.lot.tender.public_id)
    bid.lot.tender.refresh_from_db(fields=["status", "deadline"])
    return bid


def _possible(row: Bid, now: datetime) -> None:
    require_changeable(row, row.lot.tender, now, concept_too=True)


def _find_award(actor: Actor, key: str) -> Award:
    """The decision that stands for a lot."""
    own = Lot.objects.filter(
        organisation_id__in=actor.organisations_for(access.TENDER_READ), public_id=public_id_in(key)
    )
    lot = own.select_related("tender").first()
    award = selectors.standing_award(lot) if lot is not None else None
    if lot is None or award is None:
        raise not_found()
    award.lot = lot
    return award


def _lock_award(actor: Actor, key: str) -> Award:
    award = _find_award(actor, key)
    states.lock_tender(actor, award.lot.tender.public_id, access.TENDER_DECIDE)
    return _find_award(actor, key)
