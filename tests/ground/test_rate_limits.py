"""Buckets: so many at once, then so many per minute, exactly, in one process and over several."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory, override_settings

from mvi_dashboard.ground import clock, rate_limits
from mvi_dashboard.ground.client_addresses import address_of, is_local

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
IN_MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "rates"}
IN_REDIS = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:6379/9"}


def _redis_answers() -> bool:
    import redis

    try:
        return bool(redis.Redis(port=6379, socket_connect_timeout=1).ping())
    except redis.RedisError:
        return False


@pytest.fixture(params=["memory", "redis"] if _redis_answers() else ["memory"])
def limits_on(request: pytest.FixtureRequest) -> Iterator[None]:
    """Limits as they are without a setting, counted in the cache of one process or of several."""
    store = IN_REDIS if request.param == "redis" else IN_MEMORY
    with override_settings(RATE_LIMITS="on", CACHES={"default": store}):
        yield
        cache.clear()


def asked(name: str, caller: str, times: int) -> list[int]:
    return [rate_limits.wait_for(name, caller) for _ in range(times)]


def somebody() -> str:
    return uuid.uuid4().hex


def test_a_full_bucket_gives_its_burst_and_then_one_per_step(limits_on: None) -> None:
    who = somebody()
    with clock.set_to(START):
        assert asked(rate_limits.API, who, 200) == [0] * 200
        assert asked(rate_limits.API, who, 3) == [1, 1, 1]
    with clock.set_to(START + timedelta(seconds=10)):
        assert asked(rate_limits.API, who, 10) == [0] * 10
        assert rate_limits.wait_for(rate_limits.API, who) == 1


def test_waiting_as_long_as_was_said_is_enough(limits_on: None) -> None:
    who = somebody()
    with clock.set_to(START):
        assert asked(rate_limits.SIGN_IN, who, 5) == [0] * 5
        wait = rate_limits.wait_for(rate_limits.SIGN_IN, who)
    assert wait == 12
    with clock.set_to(START + timedelta(seconds=wait - 1)):
        assert rate_limits.wait_for(rate_limits.SIGN_IN, who) == 1
    with clock.set_to(START + timedelta(seconds=wait)):
        assert rate_limits.wait_for(rate_limits.SIGN_IN, who) == 0


def test_nothing_is_saved_up_beyond_the_burst(limits_on: None) -> None:
    who = somebody()
    for hour in range(3):
        with clock.set_to(START + timedelta(hours=hour)):
            assert asked(rate_limits.SIGN_IN, who, 6)[4:] == [0, 12]


def test_one_caller_never_uses_the_room_of_another(limits_on: None) -> None:
    greedy, other = somebody(), somebody()
    with clock.set_to(START):
        assert any(asked(rate_limits.API, greedy, 500))
        assert asked(rate_limits.API, other, 200) == [0] * 200


def test_what_is_given_back_does_not_count(limits_on: None) -> None:
    who = somebody()
    with clock.set_to(START):
        for _ in range(50):
            assert rate_limits.wait_for(rate_limits.SIGN_IN, who) == 0
            rate_limits.give_back(rate_limits.SIGN_IN, who)


def test_many_at_the_same_moment_get_no_more_than_there_is(limits_on: None) -> None:
    who, found = somebody(), []
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        with clock.set_to(START):
            found.extend(asked(rate_limits.API, who, 50))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A refused request holds a place until it has put it back, so a few too many may be refused, never let by.
    assert 200 - 8 <= found.count(0) <= 200


def test_who_counts_stays_at_work_without_the_shared_cache() -> None:
    away = {"BACKEND": IN_REDIS["BACKEND"], "LOCATION": "redis://127.0.0.1:1/0"}
    who = somebody()
    counters, rate_limits._counters = rate_limits._counters, rate_limits._Counters()
    try:
        with override_settings(RATE_LIMITS="on", CACHES={"default": away}), clock.set_to(START):
            assert asked(rate_limits.SIGN_IN, who, 6) == [0] * 5 + [12]
    finally:
        rate_limits._counters = counters


@pytest.mark.parametrize(
    ("text", "calls", "answers"),
    [
        ("off", 500, [0] * 500),
        ("sign-in=2/min", 3, [0, 0, 30]),
        ("sign-in=3+1/h, api=5/s", 4, [0, 0, 0, 3600]),
        ("sign-in=off", 50, [0] * 50),
    ],
)
def test_an_installation_sets_its_own_numbers(text: str, calls: int, answers: list[int]) -> None:
    with override_settings(RATE_LIMITS=text, CACHES={"default": IN_MEMORY}), clock.set_to(START):
        assert asked(rate_limits.SIGN_IN, somebody(), calls) == answers


@pytest.mark.parametrize(
    "text", ["aan", "login=5/min", "sign-in=5", "sign-in=0/min", "api=200+60/week", "", "api"]
)
def test_numbers_that_cannot_be_read_are_said_at_the_start(text: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        rate_limits.parse(text)
    with override_settings(RATE_LIMITS=text):
        assert "ground.E006" in {message.id for message in run_checks()}


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "geen adres", "10.0.0.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_only_what_our_own_proxies_say_is_believed(proxies: int, header: str, address: str, settings: Any) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": header})
    assert address_of(request) == address


def test_a_request_through_a_proxy_on_the_machine_is_not_local() -> None:
    direct = RequestFactory().get("/")
    forwarded = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.9"})
    elsewhere = RequestFactory().get("/", REMOTE_ADDR="203.0.113.9")
    assert [is_local(request) for request in (direct, forwarded, elsewhere)] == [True, False, False]
