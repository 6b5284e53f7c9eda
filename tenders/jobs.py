"""Long work of tenders: making the lines of many bids at an opening."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from indicators.methods import trials
from mvi_dashboard.ground import access, clock, jobs, timers
from mvi_dashboard.ground.models import Job
from tenders import services
from tenders.models import Bid, Tender
from tenders.services.loads import drop_expired
from tenders.services.opening import JOB
from tenders.services.telling import tell_what_is_due
from tenders.services.trial import tenders_on

LEFT_ALONE = timedelta(minutes=2)
logger = logging.getLogger(__name__)


def register() -> None:
    """The kinds and timers of this app."""
    jobs.register(
        jobs.Kind(JOB, "Inschrijvingen openen", _bids, _make_lines, _close, act=access.TENDER_OPEN, may_stop=False)
    )
    trials.register_tenders(tenders_on)
    timers.register("tenders.telling", timedelta(minutes=1), tell_what_is_due)
    timers.register("tenders.old_loads", timedelta(hours=1), drop_expired)
    timers.register("tenders.interrupted_openings", timedelta(minutes=1), finish_interrupted)


def finish_interrupted() -> int:
    """How many openings were finished that somebody started and a stop of the server cut off.

    An opening that a job is busy with is left to that job: its lease brings it back after a stop.
    """
    long_ago = clock.now() - LEFT_ALONE
    busy = set(Job.objects.filter(kind=JOB, state__in=Job.ACTIVE).values_list("params__tender", flat=True))
    found = [
        tender
        for tender in services.interrupted_openings()
        if tender.pk not in busy and (tender.opened_at or long_ago) <= long_ago
    ]
    return sum(_finished(tender) for tender in found)


def _finished(tender: Tender) -> bool:
    """Whether it could be finished now; one that cannot (a key that is absent) does not hold up the others."""
    try:
        services.finish_opening(tender, services.to_open(tender))
    except Exception:
        logger.exception("opening of tender %s cannot be finished", tender.public_id)
        return False
    return True


def _bids(job: Job) -> Sequence[Mapping[str, Any]]:
    tender = Tender.objects.get(pk=job.params["tender"])
    return [{"bid": bid.pk} for bid in services.to_open(tender)]


def _make_lines(job: Job, params: Mapping[str, Any]) -> None:
    services.open_bid(Bid.objects.get(pk=params["bid"]))


def _close(job: Job) -> Mapping[str, Any]:
    tender = Tender.objects.get(pk=job.params["tender"])
    services.close_opening(tender)
    return {"tender": str(tender.public_id), "setAside": len(services.unopened(tender))}
