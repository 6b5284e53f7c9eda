"""Open sessions: on what kind of browser, from about where, since when, and when last seen.

No more than somebody needs to tell an own session from a strange one: the browser in words, and only the part of
an address that many share.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from mvi_dashboard.ground import clock, rate_limits, timers
from mvi_dashboard.ground.client_addresses import address_of
from mvi_dashboard.ground.models import SignedInSession, User

KEY = "signed-in-session"
PRECISION = timedelta(minutes=10)
_SEEN = "session-seen"
# The first that fits: most browsers also say that they are another one.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X|Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def begin(request: HttpRequest, user: User) -> None:
    """Remember the session that this person just got."""
    if request.session.session_key is None:
        request.session.create()
    now = clock.now()
    row = SignedInSession.objects.create(
        user=user,
        session_key=str(request.session.session_key),
        browser=browser_of(request.headers.get("User-Agent", "")),
        address=near(address_of(request)),
        began_at=now,
        seen_at=now,
    )
    request.session[KEY] = row.pk


def open_of(user: User) -> QuerySet[SignedInSession]:
    """The sessions of this person that are open now, the newest first."""
    return SignedInSession.objects.filter(_is_open(), user=user).order_by("-began_at", "-pk")


def close(row: SignedInSession) -> None:
    """End this session: whoever has it is signed out."""
    Session.objects.filter(session_key=row.session_key).delete()
    SignedInSession.objects.filter(pk=row.pk).delete()


def forget(user: User) -> None:
    """Remember no session of this person any more: all of them ended."""
    SignedInSession.objects.filter(user=user).delete()


def note_seen(request: HttpRequest) -> None:
    """Remember that this session is in use; free of any query, as the session of who is signed in was read."""
    if key := request.session.get(KEY):
        rate_limits.remember(_SEEN, str(key), int(PRECISION.total_seconds()))


def keep() -> int:
    """Write when sessions were last seen, and forget those that are over; how many were seen."""
    now = clock.now()
    SignedInSession.objects.exclude(_is_open()).delete()
    old = SignedInSession.objects.filter(seen_at__lt=now - PRECISION).values_list("pk", flat=True)
    seen = rate_limits.take_remembered(_SEEN, map(str, old))
    return SignedInSession.objects.filter(pk__in=seen).update(seen_at=now) if seen else 0


def browser_of(user_agent: str) -> str:
    """The kind of browser in words, without its version.

    >>> browser_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox op Windows'
    >>> browser_of("curl/8.5")
    'Onbekende browser'
    """
    browser = next((name for found, name in _BROWSERS if re.search(found, user_agent)), "Onbekende browser")
    system = next((name for found, name in _SYSTEMS if re.search(found, user_agent)), "")
    return f"{browser} op {system}" if system else browser


def near(address: str) -> str:
    """The part of an address that many share.

    >>> near("203.0.113.77"), near("2001:db8:1:2::/64"), near("")
    ('203.0.113.x', '2001:db8:1::x', '')
    """
    try:
        found = ipaddress.ip_address(address.partition("/")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv4Address):
        return f"{str(found).rpartition('.')[0]}.x"
    return f"{ipaddress.ip_network((found, 48), strict=False).network_address}x"


def register_timer() -> None:
    """Have this done now and then by whatever runs jobs."""
    timers.register("sessions-seen", timedelta(seconds=60), keep)


def _is_open() -> Exists:
    return Exists(Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=clock.now()))
