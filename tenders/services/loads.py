"""What was read of workbooks from elsewhere, kept sealed for a day: only who sent them sees it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from mvi_dashboard.ground import access, clock, vault
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.problems import not_found
from tenders.models import BidLoad, Tender

from .loading import require_loadable, require_time

KEPT = timedelta(days=1)


def keep_load(actor: Actor, tender: Tender, content: bytes) -> BidLoad:
    """This content, sealed. Raises Refused for who may not bring bids in, or not now."""
    require_may_load(actor, tender)
    found = BidLoad(owner_key=actor.key, tender=tender, created_at=clock.now())
    found.key_id, found.content = vault.seal_secret(content, _context(found))
    found.save(force_insert=True)
    return found


def require_may_load(actor: Actor, tender: Tender) -> None:
    """Raises Refused for who may not bring bids in, or not now."""
    access.require(actor, access.TENDER_EDIT, tender.organisation_id)
    require_loadable(tender)
    require_time(tender, clock.now())


def own_load(actor: Actor, tender: Tender, public_id: UUID) -> BidLoad:
    """One's own, on this tender. Raises Refused: absent, somebody else's, or too old."""
    fresh = BidLoad.objects.filter(owner_key=actor.key, tender=tender, created_at__gt=clock.now() - KEPT)
    found = fresh.filter(public_id=public_id).first()
    if found is None:
        raise not_found()
    return found


def content_of(load: BidLoad) -> bytes:
    """What was kept. Raises vault.Unopenable."""
    return vault.open_secret(load.key_id, bytes(load.content), _context(load))


def expires_at(load: BidLoad) -> datetime:
    """Until when it can be confirmed."""
    return load.created_at + KEPT


def throw_away(load: BidLoad) -> None:
    """Let go of what was taken over."""
    BidLoad.objects.filter(pk=load.pk).delete()


def drop_expired() -> int:
    """How many were thrown away because their day is over."""
    dropped, _ = BidLoad.objects.filter(created_at__lte=clock.now() - KEPT).delete()
    return dropped


def _context(load: BidLoad) -> str:
    return f"bids read {load.public_id}"
