"""How often somebody may ask: a bucket per limit and per caller, in the cache that all workers share.

Each bucket is one number, the moment until which it is spoken for; every request moves that moment on by one step.
Adding to it is one atomic operation of the cache, so no lock and no script is needed and a refused request puts
its step back. A bucket that has filled up again is not there at all.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from . import clock

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

API, EXPORT = "api", "export"
SIGN_IN, SIGN_IN_ADDRESS, SIGN_IN_ACCOUNT = "sign-in", "sign-in-address", "sign-in-account"
CODE, CODE_ACCOUNT = "code", "code-account"
RESET, RESET_ADDRESS = "reset", "reset-address"
REGISTRATION, REGISTRATION_MAIL = "registration", "registration-mail"
DEFAULTS = {
    API: "200+60/min",
    EXPORT: "10/h",
    SIGN_IN: "5/min",
    SIGN_IN_ADDRESS: "30/min",
    SIGN_IN_ACCOUNT: "30/h",
    CODE: "5/min",
    CODE_ACCOUNT: "30/h",
    RESET: "3/h",
    RESET_ADDRESS: "20/h",
    REGISTRATION: "10/h",
    REGISTRATION_MAIL: "3/d",
}
_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_FORM = re.compile(r"(?:([1-9][0-9]{0,5})\+)?([1-9][0-9]{0,5})/(s|min|h|d)").fullmatch
_MICROSECONDS = 1_000_000
_SECONDS_WITHOUT_SHARED_CACHE = 30.0


@dataclass(frozen=True)
class Limit:
    """So many at once, and one more after each step (microseconds)."""

    burst: int
    step: int


def parse(text: str) -> Mapping[str, Limit]:
    """The limits that RATE_LIMITS asks for: `on`, `off`, or `api=200+60/min,export=off` (the others by default).

    Raises ImproperlyConfigured.
    """
    if text.strip() == "off":
        return MappingProxyType({})
    asked = dict(DEFAULTS)
    if text.strip() != "on":
        for part in text.split(","):
            name, _, given = part.strip().partition("=")
            if name not in DEFAULTS:
                raise ImproperlyConfigured(
                    f"RATE_LIMITS: write on, off, or name=number with {', '.join(DEFAULTS)}."
                )
            asked[name] = given
    limits = {name: _limit(name, given) for name, given in asked.items() if given != "off"}
    return MappingProxyType(limits)


def wait_for(name: str, caller: str) -> int:
    """Take one place in this caller's bucket: 0 when there was one, else after how many seconds there is."""
    limit = _limits().get(name)
    if limit is None:
        return 0
    key, now = _key(name, caller), _now()
    until = _counters.ask(lambda store: _moved_on(store, key, limit.step, now))
    beyond = until - now - limit.burst * limit.step
    if beyond <= 0:
        return 0
    give_back(name, caller)
    return max(1, -(-beyond // _MICROSECONDS))


def give_back(name: str, caller: str) -> None:
    """Undo one `wait_for`: what was asked does not count."""
    limit = _limits().get(name)
    if limit is not None:
        key = _key(name, caller)
        _counters.ask(lambda store: _moved_back(store, key, limit.step))


def remember(name: str, caller: str, seconds: int) -> bool:
    """Keep that this happened for so long; whether it is news."""
    return _counters.ask(lambda store: bool(store.add(_key(name, caller), 1, seconds)))


def remembers(name: str, caller: str) -> bool:
    """Whether that happened, and is still kept."""
    return _counters.ask(lambda store: store.get(_key(name, caller)) is not None)


def take_remembered(name: str, callers: Iterable[str]) -> list[str]:
    """For whom of these it happened; it is kept no longer."""
    keys = {_key(name, caller): caller for caller in callers}
    found = list(_counters.ask(lambda store: store.get_many(keys)))
    _counters.ask(lambda store: store.delete_many(found))
    return [keys[key] for key in found]


class _Counters:
    """The shared cache; when it does not answer, counters of this process for a while: nobody is kept out."""

    def __init__(self) -> None:
        self._own = LocMemCache("rates of this process", {"max_entries": 50_000})
        self._alone_until = 0.0

    def ask(self, act: Callable[[BaseCache], Answer]) -> Answer:
        if time.monotonic() >= self._alone_until:
            try:
                return act(cache)
            except (RedisError, OSError):
                self._alone_until = time.monotonic() + _SECONDS_WITHOUT_SHARED_CACHE
                logger.warning("the shared cache does not answer: this process counts requests by itself")
        return act(self._own)


_counters = _Counters()


def _moved_on(store: BaseCache, key: str, step: int, now: int) -> int:
    """The moment until which this bucket is spoken for, one step later than it was."""
    store.add(key, now, _kept(step))
    try:
        until = store.incr(key, step)
    except ValueError:  # filled up between the two
        until = 0
    if until - step < now - _MICROSECONDS:  # it filled up a while ago
        until = now + step
        store.set(key, until, _kept(step))
    else:
        store.touch(key, _kept(until - now))
    return until


def _moved_back(store: BaseCache, key: str, step: int) -> None:
    try:
        store.decr(key, step)
    except ValueError:
        return  # filled up meanwhile: there is nothing to give back


def _kept(microseconds: int) -> int:
    return max(1, -(-microseconds // _MICROSECONDS))


def _limits() -> Mapping[str, Limit]:
    return _parsed(settings.RATE_LIMITS)


@lru_cache(maxsize=8)
def _parsed(text: str) -> Mapping[str, Limit]:
    return parse(text)


def _limit(name: str, text: str) -> Limit:
    match = _FORM(text)
    if match is None:
        raise ImproperlyConfigured(f"RATE_LIMITS: {name} is a number like 5/min, 200+60/min, 10/h, or off.")
    count = int(match[2])
    return Limit(int(match[1] or count), max(1, _UNITS[match[3]] * _MICROSECONDS // count))


def _key(name: str, caller: str) -> str:
    """Keyed, so that the shared cache holds no names and no addresses."""
    return f"rate:{name}:{salted_hmac('rates', caller, algorithm='sha256').hexdigest()}"


def _now() -> int:
    return int(clock.host_now().timestamp() * _MICROSECONDS)
