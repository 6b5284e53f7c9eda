"""How many tenders an organisation has, for who must know before it ends or goes up in another one."""

from __future__ import annotations

from mvi_dashboard.ground.organisations import holdings
from tenders.models import Tender

_OVER = (Tender.Status.FINAL, Tender.Status.CANCELLED)


def register() -> None:
    """All of them, and those that are not over."""
    words, own = "aanbesteding,aanbestedingen", Tender.objects.filter
    running = Tender.objects.exclude(status__in=_OVER)
    holdings.register("Aanbestedingen", words, lambda pk: own(organisation=pk).count())
    holdings.register("Daarvan nog bezig", words, lambda pk: running.filter(organisation=pk).count())
