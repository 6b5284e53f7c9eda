"""Limits over REST and on pages: 429 with when to come back, per token, fair, and never for what cannot wait."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import Organisation, Role, User
from tests import corpus
from tests.worlds import World, bid_document

pytestmark = pytest.mark.django_db
ME = "/api/v1/me"


@pytest.fixture
def limits(settings: Any) -> Iterator[Callable[[str], None]]:
    """Sets limits, counted afresh, on a clock that stands still."""
    name = f"limits {uuid.uuid4()}"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}}
    settings.TRUSTED_PROXIES = 1

    def set_to(text: str) -> None:
        settings.RATE_LIMITS = text

    with clock.set_to(clock.now()):
        yield set_to


def statuses(times: int, headers: dict[str, str], path: str = ME) -> list[int]:
    return [Client().get(path, headers=headers).status_code for _ in range(times)]


def test_a_token_that_asks_too_often_is_told_when_to_come_back(
    organisation: Organisation, bearer: Callable[..., dict[str, str]], limits: Callable[[str], None]
) -> None:
    header = bearer(Role.AUDITOR, organisation)
    limits("on")
    assert statuses(200, header) == [200] * 200
    answer = Client().get(ME, headers=header)
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    assert answer["Content-Type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert (error["attr"], error["code"]) == (None, "rate_limited")
    assert "Probeer het over 1 s opnieuw." in error["detail"]
    with clock.set_to(clock.now() + timedelta(seconds=5)):
        assert statuses(6, header) == [200] * 5 + [429]


def test_one_organisation_never_uses_up_the_room_of_another(
    organisation: Organisation,
    other_organisation: Organisation,
    bearer: Callable[..., dict[str, str]],
    limits: Callable[[str], None],
) -> None:
    """Also when both stand behind the same address."""
    greedy, other = bearer(Role.AUDITOR, organisation), bearer(Role.AUDITOR, other_organisation)
    limits("api=5/min")
    assert statuses(9, greedy) == [200] * 5 + [429] * 4
    assert statuses(5, other) == [200] * 5


def test_who_does_not_say_who_asks_shares_a_bucket_per_address(
    officer: User, limits: Callable[[str], None]
) -> None:
    limits("api=3/min")
    open_to_all = "/api/v1/receipt-keys"
    here, there = {"X-Forwarded-For": "203.0.113.1"}, {"X-Forwarded-For": "203.0.113.2"}
    assert statuses(4, here, open_to_all) == [200] * 3 + [429]
    made_up = {"X-Forwarded-For": "6.6.6.6, 203.0.113.1"}
    assert statuses(1, made_up, open_to_all) == [429]
    guessed = [{**there, "Authorization": f"Bearer mvi_{n}"} for n in range(4)]
    assert [Client().get(ME, headers=header).status_code for header in guessed] == [401] * 3 + [429]
    browser = Client()
    browser.force_login(officer)
    assert browser.get(ME, headers=here).status_code == 200


def test_the_description_of_the_api_is_counted_too_and_names_429(limits: Callable[[str], None]) -> None:
    limits("api=1/min")
    first = Client().get("/api/v1/openapi.json")
    responses = first.json()["paths"]["/me"]["get"]["responses"]
    assert "429" in responses
    again = Client().get("/api/v1/openapi.json")
    assert (again.status_code, again.json()["errors"][0]["code"]) == (429, "rate_limited")


def test_files_have_a_limit_of_their_own(
    organisation: Organisation,
    officer: User,
    bearer: Callable[..., dict[str, str]],
    limits: Callable[[str], None],
    reference: None,
) -> None:
    header = bearer(Role.POLICY_OFFICER, organisation) | {"Accept": "text/csv"}
    limits("export=2/h")
    effects = "/api/v1/reports/effects?organisation=voorbeeldstad"
    assert statuses(3, header, effects) == [200, 200, 429]
    assert statuses(1, header | {"Accept": "application/json"}, effects) == [200]
    browser = Client()
    browser.force_login(officer)
    answers = [browser.get("/dashboard/cijfers.csv") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "1800"
    assert "U haalt te vaak een bestand op. Probeer het over 1800 s opnieuw." in answers[-1].content.decode()


@pytest.fixture
def bidding(reference: None) -> tuple[World, dict[str, str], Callable[..., Any]]:
    """A tender that is open, the token of a supplier, and how it sends a bid."""
    world = World(corpus.this_moment())
    world.build(["reference", "open-tender"])
    header = {"Authorization": f"Bearer {world.token('leverancier-a')}"}

    def send(key: str, **changes: Any) -> Any:
        document = bid_document(world.names["lot"], **changes)
        path = f"/api/v1/tenders/{world.names['tender']}/bids"
        return Client().post(
            path,
            json.dumps(document),
            content_type="application/json",
            headers={**header, "Idempotency-Key": key},
        )

    return world, header, send


def test_a_bid_that_is_sent_again_does_not_count(
    bidding: tuple[World, dict[str, str], Callable[..., Any]], limits: Callable[[str], None]
) -> None:
    _, header, send = bidding
    limits("api=3/min")
    first = send("sleutel-1")
    assert first.status_code == 201
    again = [send("sleutel-1") for _ in range(6)]
    assert {answer.status_code for answer in again} == {201}
    assert statuses(3, header) == [200, 200, 429]
    assert send("sleutel-1").content == first.content
    assert send("sleutel-2").status_code == 429
    assert send("sleutel-1", clientReference="iets anders").status_code == 429
    key = {"Idempotency-Key": "sleutel-1"}
    assert statuses(1, header | key) == [429]


def test_in_the_last_ten_minutes_no_bid_has_to_wait(
    bidding: tuple[World, dict[str, str], Callable[..., Any]], limits: Callable[[str], None]
) -> None:
    from tenders.models import Tender

    _, header, send = bidding
    limits("api=1/min")
    deadline = Tender.objects.get().deadline
    assert deadline is not None
    with clock.set_to(deadline - timedelta(minutes=11)):
        assert statuses(2, header) == [200, 429]
        assert send("vroeg").status_code == 429
    with clock.set_to(deadline - timedelta(minutes=9)):
        assert statuses(2, header) == [200, 429]
        sent = send("laat")
        assert sent.status_code == 201
        place = f"/api/v1/bids/{sent.json()['id']}"
        assert statuses(1, header, place) == [429]
        taken_back = Client().delete(place, headers={**header, "If-Match": sent["ETag"]})
        assert taken_back.status_code == 204
    with clock.set_to(deadline + timedelta(seconds=20)):
        assert statuses(2, header) == [200, 429]
        assert send("te laat").status_code == 429
