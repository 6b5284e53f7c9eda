"""A supplier's bid: concept, submission, new versions, withdrawal. Until the opening all of it is sealed.

Submitting takes at most 15 statements for any number of lines, as nothing of a bid is stored in clear; five of
them tell its people, and one holds its firm, so that it is not merged meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from indicators.selectors import reference_stamp
from indicators.services import known_to
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.problems import Problems, Refused, conflict, refuse
from mvi_dashboard.ground.vault import Purpose
from tenders.models import Bid, BidVersion, Lot, LotItem, Tender

from . import telling
from .bid_documents import BidContent, arrays_of, read_bid, spelled
from .inviting import Invited, change_bid, demand_of, hold_firm, inviting_act, own_bid_act, require_open
from .line_making import rehearse
from .pinning import with_files
from .sealing import keep_version, seal_draft, unseal, unseal_draft
from .shapes import bid_shape

_DECIDED = (Tender.Status.DECIDED, Tender.Status.FINAL)
_BID = bid_shape(consumed=False)
"""What a bid is, for who reads what to send; each is read by what its own lot asks"""


@inviting_act(
    ActDeclaration(verb="bid.submit", title="Schrijf in", permission=access.BID_SUBMIT, reads=_BID, status=201)
)
def submit_bid(doing: Doing[Invited]) -> Done[BidVersion]:
    """The first version of a bid, sealed and receipted. Raises Refused: late, double, or every problem at once."""
    tender, supplier_id, now = doing.target.tender, doing.target.supplier_id, doing.now
    require_open(tender, now)
    lot, items = _lot_of(tender, doing.target.items, doing.document.get("lot"))
    bid = Bid.objects.filter(lot=lot, supplier_id=supplier_id).exclude(state=Bid.State.WITHDRAWN).first()
    if bid is not None and bid.state == Bid.State.SUBMITTED:
        text = "U heeft al ingeschreven op dit perceel: dien een nieuwe versie in."
        raise conflict("duplicate_bid", text, "lot")
    content = _checked(doing, lot, items)
    if bid is None:
        hold_firm(supplier_id)
        bid = Bid(organisation_id=tender.organisation_id, supplier_id=supplier_id, created_at=now)
        bid.lot, bid.state = lot, Bid.State.SUBMITTED
        bid.save()
    else:
        # The concept becomes a bid in a version of its own: who still had the concept open is told so.
        bid.lot = lot
        change_bid(bid, bid.version, state=Bid.State.SUBMITTED, draft=None)
    return _stored_version(doing, bid, 1, content)


@own_bid_act(
    ActDeclaration(
        verb="bid.replace",
        title="Dien een nieuwe versie in",
        permission=access.BID_SUBMIT,
        reads=_BID,
        version=True,
    )
)
def replace_bid(doing: Doing[Bid]) -> Done[BidVersion]:
    """The next version of a bid; earlier ones are kept. Raises Refused: late, awarded, stale, or every problem."""
    bid = doing.target
    tender = bid.lot.tender
    require_changeable(bid, tender, doing.now)
    items = demand_of(tender.public_id)
    lot, own = _lot_of(tender, items, doing.document.get("lot") or str(bid.lot.public_id))
    if lot.pk != bid.lot_id:
        raise refuse("mismatch", "Deze inschrijving hoort bij een ander perceel.", "lot")
    content = _checked(doing, lot, own)
    change_bid(bid, doing.expected_version, draft=None)
    number = BidVersion.objects.filter(bid=bid).aggregate(last=Max("number"))["last"] + 1
    bid.lot = lot
    return _stored_version(doing, bid, number, content)


@own_bid_act(
    ActDeclaration(
        verb="bid.withdraw",
        title="Trek een inschrijving in",
        permission=access.BID_SUBMIT,
        version=True,
    )
)
def withdraw_bid(doing: Doing[Bid]) -> Done[Bid]:
    """The bid, taken back before the deadline; it stays sealed for good."""
    bid = doing.target
    require_changeable(bid, bid.lot.tender, doing.now, concept_too=True)
    counted = bid.state == Bid.State.SUBMITTED
    change_bid(bid, doing.expected_version, state=Bid.State.WITHDRAWN, withdrawn_at=doing.now)
    if counted:
        telling.bid_withdrawn(bid, doing.now)
    return Done(bid, vault=bid.lot.tender.vault)


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
    sent = {"lot": str(lot_id), "typed": document, "seen": expected_version}
    return keep_concept(actor, tender_id=tender_id, document=sent)


@inviting_act(ActDeclaration(verb="bid.draft", title="Een concept opslaan", permission=access.BID_SUBMIT))
def keep_concept(doing: Doing[Invited]) -> Done[Bid]:
    """The bid with the concept that was typed for a lot; `seen` is the version on which that was, if known."""
    tender, supplier_id, typed = doing.target.tender, doing.target.supplier_id, doing.document["typed"]
    seen = doing.document["seen"]
    require_open(tender, doing.now)
    lot, _items = _lot_of(tender, doing.target.items, doing.document["lot"])
    own = Bid.objects.filter(lot=lot, supplier_id=supplier_id)
    found: Bid | None = own.exclude(state=Bid.State.WITHDRAWN).first()
    if found is not None and seen in (None, found.version) and _says_the_same(doing.actor, found, typed):
        return Done(found, unchanged=True)
    bid = _keep_draft(found, typed, lot, supplier_id, doing.now, seen)
    return Done(bid, vault=tender.vault)


def _keep_draft(
    bid: Bid | None,
    document: Mapping[str, Any],
    lot: Lot,
    supplier_id: int,
    now: datetime,
    expected_version: int | None,
) -> Bid:
    if bid is None:
        hold_firm(supplier_id)
        bid = Bid(organisation_id=lot.organisation_id, supplier_id=supplier_id, created_at=now, lot=lot)
        bid.state, bid.draft = Bid.State.CONCEPT, seal_draft(bid, document)
        bid.save()
        return bid
    bid.lot = lot
    seen = bid.version if expected_version is None else expected_version
    # Only these columns, and only of what was read: a submission or withdrawal beside it is never written over.
    change_bid(bid, seen, where={"state": bid.state}, draft=seal_draft(bid, document))
    return bid


def draft_of(actor: Actor, bid: Bid) -> dict[str, Any] | None:
    """The concept of the own bid as it was typed, or None."""
    if bid.draft is None or bid.lot.tender.vault is None or bid.supplier_id not in actor.supplier_ids:
        return None
    return unseal_draft(bid, actor)


def document_known(actor: Actor, bid: Bid) -> Mapping[str, Any]:
    """What the own bid says now: the concept as it was typed, else what was handed in last. Raises Unopenable."""
    draft = draft_of(actor, bid)
    if draft is not None:
        return draft
    version = BidVersion.objects.filter(bid=bid).order_by("-number").first()
    if version is None:
        return {}
    version.bid = bid
    return unseal(version, purpose=Purpose.OWN, actor=actor)


def _says_the_same(actor: Actor, bid: Bid, document: Mapping[str, Any]) -> bool:
    kept = draft_of(actor, bid)
    return kept is not None and _without_empty(kept) == _without_empty(document)


def _without_empty(value: Any) -> Any:
    """What was typed, without the boxes that were left empty."""
    if isinstance(value, Mapping):
        found = {name: _without_empty(each) for name, each in value.items()}
        return {name: each for name, each in found.items() if each not in ("", None, {}, [])}
    return [_without_empty(each) for each in value] if isinstance(value, list) else value


def _stored_version(doing: Doing[Any], bid: Bid, number: int, content: BidContent) -> Done[BidVersion]:
    # The form's document holds what a person typed (1,5 and 60 %): what was read is sealed instead.
    sealed = spelled(content.data) if doing.typed else doing.document
    version = keep_version(bid, number, with_files(sealed, bid, doing.actor), doing.now)
    telling.bid_received(bid, number, doing.now)
    return Done(version, about=bid, vault=bid.lot.tender.vault, verb="bid.submit")


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


def _checked(doing: Doing[Any], lot: Lot, items: Sequence[LotItem]) -> BidContent:
    """The bid as it was read, when nothing is wrong with it and it can be opened later. Raises Refused."""
    stamp = reference_stamp()
    arrays, known = arrays_of(lot.tender, stamp), known_to(doing.actor, stamp)
    content = read_bid(doing.document, lot, items, arrays=arrays, known=known, typed=doing.typed)
    Problems(content.problems).refuse()
    sealed = spelled(content.data) if doing.typed else doing.document
    Problems(rehearse(Bid(lot=lot), sealed, items, arrays=arrays, known=known, moment=doing.now)).refuse()
    return content


def require_changeable(bid: Bid, tender: Tender, now: datetime, *, concept_too: bool = False) -> None:
    """Raises Refused 409 when the supplier can change nothing of this bid any more."""
    if tender.status in _DECIDED and BidVersion.objects.filter(bid=bid, awards__isnull=False).exists():
        text = "Aan deze inschrijving is definitief gegund: alleen een correctie met reden kan nog."
        raise conflict("awarded_immutable", text)
    if bid.state == Bid.State.WITHDRAWN:
        raise conflict("withdrawn", "U heeft deze inschrijving ingetrokken.")
    require_open(tender, now)
    if bid.state == Bid.State.CONCEPT and not concept_too:
        raise conflict("not_submitted", "Dit is nog een concept: dien het eerst in.")
