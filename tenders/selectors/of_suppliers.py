"""What of tenders hangs on a supplier: for who merges two that turned out to be one."""

from __future__ import annotations

from collections.abc import Collection

from mvi_dashboard.ground.suppliers import touching
from tenders.models import Bid, Tender


def register() -> None:
    """Have it counted, and waited for."""
    touching.register("bids", touching.Touching("Geopende inschrijvingen", _opened, _any_sealed))


def _opened(supplier: int) -> int:
    return Bid.objects.filter(supplier=supplier, opened=True).count()


def _any_sealed(suppliers: Collection[int]) -> bool:
    """Whether one of these has a bid, also a concept or withdrawn, on a tender that is still to be opened."""
    bids = Bid.objects.filter(supplier__in=suppliers, lot__tender__vault__opened_at=None)
    return bids.exclude(lot__tender__status=Tender.Status.CANCELLED).exists()
