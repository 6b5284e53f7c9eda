"""When a token was last used, to within the hour, without a write on the way of whoever reads.

The moment goes into the cache that all processes share; a timer takes it over into the table.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from . import clock, rate_limits, timers
from .models import ApiToken

_NAME = "token-used"
PRECISION = timedelta(hours=1)


def note_use(token: ApiToken) -> None:
    """Remember that this token was used; free of any query, and nothing at all within the hour."""
    now = clock.host_now()
    if token.last_used_at is None or token.last_used_at < now - PRECISION:
        rate_limits.remember(_NAME, str(token.pk), int(PRECISION.total_seconds()))


def keep() -> int:
    """Write the uses that were remembered into the table; how many there were."""
    now = clock.now()
    live = ApiToken.objects.filter(
        Q(last_used_at=None) | Q(last_used_at__lt=now - PRECISION), revoked_at=None, expires_at__gt=now - PRECISION
    )
    used = rate_limits.take_remembered(_NAME, map(str, live.values_list("pk", flat=True)))
    return ApiToken.objects.filter(pk__in=used).update(last_used_at=now) if used else 0


def register_timer() -> None:
    """Have this done now and then by whatever runs jobs."""
    timers.register("token-use", timedelta(seconds=15), keep)
