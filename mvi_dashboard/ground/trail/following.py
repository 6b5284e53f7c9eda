"""Following each chain from end to end, a part at a time, so that a page can say when it was last seen whole.

`manage.py verify` follows them all at once; this is what runs by itself, once a day per chain.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Q

from mvi_dashboard.ground import audit, clock, timers
from mvi_dashboard.ground.models import ChainCheck, ChainHead

AT_A_TIME = 2_000
"""entries of one chain in one go"""
AGAIN_AFTER = timedelta(days=1)
_START = "0" * 64


def follow_chains() -> int:
    """How many chains were followed a part further now."""
    _add_new_chains()
    old = clock.now() - AGAIN_AFTER
    due = ChainCheck.objects.filter(Q(finished_at=None) | Q(finished_at__lt=old) | Q(seq__gt=0)).order_by("pk")
    return sum(_follow(check) for check in list(due))


def _add_new_chains() -> None:
    known = ChainCheck.objects.values("organisation")
    heads = ChainHead.objects.filter(organisation__isnull=False).exclude(organisation__in=known)
    ChainCheck.objects.bulk_create(
        [ChainCheck(organisation_id=place) for place in heads.values_list("organisation", flat=True)],
        ignore_conflicts=True,
    )


def _follow(check: ChainCheck) -> bool:
    """Whether this runner took the next part: it stands where another one did not go on meanwhile."""
    step = audit.follow(check.organisation_id, check.seq, check.hash or _START, AT_A_TIME)
    after = {"seq": step.seq, "hash": step.hash}
    if step.problems or step.at_the_end:
        after = {"seq": 0, "hash": "", "finished_at": clock.now(), "entries": step.seq}
        after["problem"] = step.problems[0][:300] if step.problems else ""
    same = ChainCheck.objects.filter(pk=check.pk, seq=check.seq, finished_at=check.finished_at)
    return bool(same.update(**after, steps=F("steps") + 1))


def register_timer() -> None:
    """Have this done now and then by whatever runs jobs."""
    timers.register("audit-chains", timedelta(minutes=2), follow_chains)
