"""A supplier's bid: concept, submission, new versions, withdrawal. Until the opening all of it is sealed.

Submitting takes at most 12 statements for any number of lines, as nothing of a bid is stored in clear.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from indicators.selectors import reference_stamp
from indicators.services import known_to
from mvi_dashboard.ground import access, audit, clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.once import Once, first_time
from mvi_dashboard.ground.problems import Refused, conflict, forbidden, not_found, refuse, stale
from tenders.models import Bid, BidVersion, Lot, LotItem, Tender
from tenders.selectors import get_bid

from .bid_documents import BidContent, arrays_of, read_bid, spelled
from .line_making import rehearse
from .sealing import keep_version, seal_draft, unseal_draft
from .states import share_tender

_DECIDED = (Tender.Status.DECIDED, Tender.Status.FINAL)


@transaction.atomic
def submit_bid(
    actor: Actor,
    *,
    tender_id: UUID | str,
    document: Mapping[str, Any],
    typed: bool = False,
    once: Once | None = None,
) -> BidVersion:
    """The first version of a bid, sealed and receipted. Raises Refused: late, double, or every problem at once."""
    supplier_id = _supplier_of(actor)
    first_time(once)
    share_tender(tender_id)
    items = _demand_of(tender_id)
    tender, now = items[0].lot.tender, clock.now()
    _require_open(tender, now)
    lot, own = _lot_of(tender, items, document.get("lot"))
    bid = Bid.objects.filter(lot=lot, supplier_id=supplier_id).exclude(state=Bid.State.WITHDRAWN).first()
    if bid is not None and bid.state == Bid.State.SUBMITTED:
        text = "U heeft al ingeschreven op dit perceel: dien een nieuwe versie in."
        raise conflict("duplicate_bid", text, "lot")
    content = _checked(actor, document, lot, own, now, typed=typed)
    if bid is None:
        bid = Bid(organisation_id=tender.organisation_id, supplier_id=supplier_id, created_at=now)
        bid.lot, bid.state = lot, Bid.State.SUBMITTED
        bid.save()
    else:
        # The concept becomes a bid in a version of its own: who still had the concept open is told so.
        bid.lot = lot
        _change(bid, bid.version, state=Bid.State.SUBMITTED, draft=None)
    return _store_version(actor, bid, 1, content, document, now, typed=typed, once=once)


@transaction.atomic
def replace_bid(
    actor: Actor,
    *,
    bid_id: UUID | str,
    document: Mapping[str, Any],
    expected_version: int,
    typed: bool = False,
    once: Once | None = None,
) -> BidVersion:
    """The next version of a bid; earlier ones are kept. Raises Refused: late, awarded, stale, or every problem."""
    bid = _own_bid(actor, bid_id)
    first_time(once)
    _require_version(bid, expected_version)
    tender = bid.lot.tender
    share_tender(tender.public_id)
    tender.refresh_from_db(fields=["status", "deadline"])
    now = clock.now()
    _require_changeable(bid, tender, now)
    items = _demand_of(tender.public_id)
    lot, own = _lot_of(tender, items, document.get("lot") or str(bid.lot.public_id))
    if lot.pk != bid.lot_id:
        raise refuse("mismatch", "Deze inschrijving hoort bij een ander perceel.", "lot")
    content = _checked(actor, document, lot, own, now, typed=typed)
    _change(bid, expected_version, draft=None)
    number = BidVersion.objects.filter(bid=bid).aggregate(last=Max("number"))["last"] + 1
    bid.lot = lot
    return _store_version(actor, bid, number, content, document, now, typed=typed, once=once)


@transaction.atomic
def withdraw_bid(actor: Actor, *, bid_id: UUID | str, expected_version: int) -> Bid:
    """The bid, taken back before the deadline; it stays sealed for good."""
    bid = _own_bid(actor, bid_id)
    _require_version(bid, expected_version)
    tender = bid.lot.tender
    share_tender(tender.public_id)
    tender.refresh_from_db(fields=["status", "deadline"])
    now = clock.now()
    _require_changeable(bid, tender, now, concept_too=True)
    _change(bid, expected_version, state=Bid.State.WITHDRAWN, withdrawn_at=now)
    audit.record(actor, "bid.withdraw", bid, organisation=bid.organisation_id, vault=tender.vault, moment=now)
    return bid


@transaction.atomic
def save_draft(
    actor: Actor,
    *,
    tender_id: UUID | str,
    lot_id: UUID | str,
    document: Mapping[str, Any],
    expected_version: int | None = None,
) -> Bid:
    """The bid with this concept, sealed as typed and unchecked; a submitted version stands until replaced.

    With `expected_version` a concept that a colleague saved in between is told (412), not overwritten. A concept
    that says what the kept one says changes nothing.
    """
    supplier_id = _supplier_of(actor)
    share_tender(tender_id)
    items = _demand_of(tender_id)
    tender, now = items[0].lot.tender, clock.now()
    _require_open(tender, now)
    lot, _own = _lot_of(tender, items, str(lot_id))
    own = Bid.objects.filter(lot=lot, supplier_id=supplier_id)
    found: Bid | None = own.exclude(state=Bid.State.WITHDRAWN).first()
    if found is not None and expected_version in (None, found.version) and _says_the_same(actor, found, document):
        return found
    bid = _keep_draft(found, document, lot, supplier_id, now, expected_version)
    audit.record(actor, "bid.draft", bid, organisation=bid.organisation_id, vault=tender.vault, moment=now)
    return bid


def _keep_draft(
    bid: Bid | None,
    document: Mapping[str, Any],
    lot: Lot,
    supplier_id: int,
    now: datetime,
    expected_version: int | None,
) -> Bid:
    if bid is None:
        bid = Bid(organisation_id=lot.organisation_id, supplier_id=supplier_id, created_at=now, lot=lot)
        bid.state, bid.draft = Bid.State.CONCEPT, seal_draft(bid, document)
        bid.save()
        return bid
    bid.lot = lot
    seen = bid.version if expected_version is None else expected_version
    # Only these columns, and only of what was read: a submission or withdrawal beside it is never written over.
    _change(bid, seen, where={"state": bid.state}, draft=seal_draft(bid, document))
    return bid


def draft_of(actor: Actor, bid: Bid) -> dict[str, Any] | None:
    """The concept of the own bid as it was typed, or None."""
    if bid.draft is None or bid.lot.tender.vault is None or bid.supplier_id != actor.supplier_id:
        return None
    return unseal_draft(bid, actor)


def _says_the_same(actor: Actor, bid: Bid, document: Mapping[str, Any]) -> bool:
    kept = draft_of(actor, bid)
    return kept is not None and _without_empty(kept) == _without_empty(document)


def _without_empty(value: Any) -> Any:
    """What was typed, without the boxes that were left empty."""
    if isinstance(value, Mapping):
        found = {name: _without_empty(each) for name, each in value.items()}
        return {name: each for name, each in found.items() if each not in ("", None, {}, [])}
    return [_without_empty(each) for each in value] if isinstance(value, list) else value


def _supplier_of(actor: Actor) -> int:
    access.require(actor, access.BID_SUBMIT)
    if actor.supplier_id is None:
        raise forbidden()
    return actor.supplier_id


def _store_version(
    actor: Actor,
    bid: Bid,
    number: int,
    content: BidContent,
    document: Mapping[str, Any],
    now: datetime,
    *,
    typed: bool,
    once: Once | None,
) -> BidVersion:
    # The form's document holds what a person typed (1,5 and 60 %): what was read is sealed instead.
    version = keep_version(bid, number, spelled(content.data) if typed else document, now)
    if once is not None:
        once.remember(201 if number == 1 else 200, version)
    safe = bid.lot.tender.vault
    audit.record(actor, "bid.submit", bid, organisation=bid.organisation_id, vault=safe, moment=now)
    return version


def _demand_of(tender_id: UUID | str) -> list[LotItem]:
    """All demand items of a published tender, with lot and tender behind them; one query once they are known."""
    found = Tender.objects.select_related("vault", "price_vault").filter(public_id=tender_id)
    tender = found.filter(published_at__isnull=False, recorded_afterwards=False).first()
    if tender is None:
        raise not_found()
    frozen = _frozen_demand(tender.public_id, tender.version)
    tender.basis = frozen[0].lot.tender.basis
    # What is kept is shared by all threads: each bid gets copies, with the tender as it is now behind them.
    lots = {item.lot_id: copy.copy(item.lot) for item in frozen}
    items = [copy.copy(item) for item in frozen]
    for item in items:
        item.lot = lots[item.lot_id]
        item.lot.tender = tender
    return items


@lru_cache(maxsize=128)
def _frozen_demand(tender_id: UUID, version: int) -> tuple[LotItem, ...]:
    """The demand of a tender with its groups and basis: from the publication on it never changes (guarded)."""
    found = LotItem.objects.select_related(
        "lot__group", "lot__protocol", "lot__tender__basis__method_version__method"
    )
    return tuple(found.filter(lot__tender__public_id=tender_id).order_by("lot__number", "number"))


def _lot_of(tender: Tender, items: Sequence[LotItem], named: Any) -> tuple[Lot, list[LotItem]]:
    lots = {str(item.lot.public_id): item.lot for item in items}
    if named is None and len(lots) == 1:
        named = next(iter(lots))
    if named is None:
        raise refuse("required", "Kies een perceel: deze aanbesteding heeft er meer dan één.", "lot")
    lot = lots.get(str(named).lower()) if isinstance(named, str | UUID) else None
    if lot is None:
        raise _unknown_lot(named)
    lot.tender = tender
    return lot, [item for item in items if item.lot_id == lot.pk]


def _unknown_lot(named: Any) -> Refused:
    try:
        elsewhere = Lot.objects.filter(public_id=UUID(str(named)), tender__published_at__isnull=False).exists()
    except ValueError:
        elsewhere = False
    if elsewhere:
        return refuse("mismatch", "Dit perceel hoort bij een andere aanbesteding.", "lot")
    return refuse("does_not_exist", "Dit perceel bestaat niet.", "lot")


def _checked(
    actor: Actor, document: Mapping[str, Any], lot: Lot, items: Sequence[LotItem], now: datetime, *, typed: bool
) -> BidContent:
    """The bid as it was read, when nothing is wrong with it and it can be opened later. Raises Refused."""
    stamp = reference_stamp()
    arrays, known = arrays_of(lot.tender, stamp), known_to(actor, stamp)
    content = read_bid(document, lot, items, arrays=arrays, known=known, typed=typed)
    if content.problems:
        raise Refused(content.problems)
    sealed = spelled(content.data) if typed else document
    problems = rehearse(Bid(lot=lot), sealed, items, arrays=arrays, known=known, moment=now)
    if problems:
        raise Refused(problems)
    return content


def _require_open(tender: Tender, now: datetime) -> None:
    if tender.status == Tender.Status.CANCELLED:
        raise conflict("cancelled", "Deze aanbesteding is ingetrokken: inschrijven kan niet meer.")
    if tender.bidding_starts_at is not None and now < tender.bidding_starts_at:
        text = f"Inschrijven kan vanaf {formats.moment(tender.bidding_starts_at)}."
        raise conflict("not_started", text)
    if (tender.deadline is not None and now >= tender.deadline) or tender.status != Tender.Status.PUBLISHED:
        text = (
            f"De inschrijftermijn sloot op {formats.moment(tender.deadline)}; "
            f"wij ontvingen dit op {formats.moment(now)}."
        )
        raise conflict("deadline_passed", text)


def _require_changeable(bid: Bid, tender: Tender, now: datetime, *, concept_too: bool = False) -> None:
    if tender.status in _DECIDED and BidVersion.objects.filter(bid=bid, awards__isnull=False).exists():
        text = "Aan deze inschrijving is definitief gegund: alleen een correctie met reden kan nog."
        raise conflict("awarded_immutable", text)
    if bid.state == Bid.State.WITHDRAWN:
        raise conflict("withdrawn", "U heeft deze inschrijving ingetrokken.")
    _require_open(tender, now)
    if bid.state == Bid.State.CONCEPT and not concept_too:
        raise conflict("not_submitted", "Dit is nog een concept: dien het eerst in.")


def _own_bid(actor: Actor, bid_id: UUID | str) -> Bid:
    bid = get_bid(actor, bid_id)
    if bid.supplier_id != actor.supplier_id:
        raise forbidden()
    return bid


def _require_version(bid: Bid, expected_version: int) -> None:
    """Refuse (412) what was judged on an older version, before the state is; `_change` decides once more."""
    if bid.version != expected_version:
        raise stale()


def _change(bid: Bid, expected_version: int, where: Mapping[str, Any] | None = None, **changes: Any) -> None:
    rows = Bid.objects.filter(pk=bid.pk, version=expected_version, **(where or {}))
    if not rows.update(version=expected_version + 1, **changes):
        raise stale()
    for name, value in changes.items():
        setattr(bid, name, value)
    bid.version = expected_version + 1
