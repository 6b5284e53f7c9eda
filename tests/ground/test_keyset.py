"""Pages of a list: every row once, also when rows came in within one millisecond."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mvi_dashboard.ground import keyset
from mvi_dashboard.ground.models import Organisation, User
from mvi_dashboard.ground.problems import Refused

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 5, 12, 0, 0, 123_456, tzinfo=UTC)


@pytest.mark.parametrize("order", [("date_joined", "id"), ("-date_joined", "id"), ("-date_joined", "-id")])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_walking_through_a_list_meets_every_row_once(order: Sequence[str], limit: int) -> None:
    # Two at the same microsecond, the others a few microseconds later.
    for place in (0, 0, 3, 7, 11):
        name = f"persoon-{User.objects.count()}"
        person = User.objects.create(username=name, email=f"{name}@example.org")
        User.objects.filter(pk=person.pk).update(date_joined=START + timedelta(microseconds=place))
    everybody = list(User.objects.order_by(*order))
    met: list[User] = []
    cursor: str | None = None
    while len(met) <= len(everybody):
        rows, cursor = keyset.slice_after(User.objects.all(), order=order, limit=limit, cursor=cursor)
        met += rows
        if cursor is None:
            break
    assert met == everybody


def _first_cursor() -> str:
    for number in range(3):
        User.objects.create(username=f"persoon-{number}", email=f"p{number}@example.org")
    _rows, cursor = keyset.slice_after(User.objects.all(), order=("username", "id"), limit=1, cursor=None)
    assert cursor is not None
    return cursor


def test_a_cursor_tells_nothing_of_the_row_that_it_stands_at() -> None:
    cursor = _first_cursor()
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    for told in (b"persoon", b"username", b'"id"'):
        assert told not in raw
        assert told.decode() not in cursor
    # The same place has another cursor each time, and a longer value has none that is longer.
    assert _first_cursor_again() != cursor
    User.objects.filter(username="persoon-0").update(username="a" * 60)
    assert len(_first_cursor_again()) == len(cursor)


def _first_cursor_again() -> str:
    _rows, cursor = keyset.slice_after(User.objects.all(), order=("username", "id"), limit=1, cursor=None)
    assert cursor is not None
    return cursor


def test_a_changed_cursor_or_one_of_another_list_is_refused() -> None:
    cursor = _first_cursor()
    changed = [
        cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :] for place in (0, 20, -9)
    ]
    for wrong in (*changed, cursor[:-4], cursor + "AAAA", "", "é", "kapot", "=" * 9):
        with pytest.raises(Refused) as refused:
            keyset.slice_after(User.objects.all(), order=("username", "id"), limit=1, cursor=wrong)
        assert [(each.attr, each.code) for each in refused.value.problems] == [("cursor", "invalid_cursor")]
    with pytest.raises(Refused):
        keyset.slice_after(User.objects.all(), order=("-username", "id"), limit=1, cursor=cursor)
    with pytest.raises(Refused):
        keyset.slice_after(Organisation.objects.all(), order=("code", "id"), limit=1, cursor=cursor)


def test_a_cursor_goes_on_after_the_secret_was_replaced(settings: Any) -> None:
    cursor = _first_cursor()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "een andere sleutel van nu"
    rows, _next = keyset.slice_after(User.objects.all(), order=("username", "id"), limit=1, cursor=cursor)
    assert [row.username for row in rows] == ["persoon-1"]
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Refused):
        keyset.slice_after(User.objects.all(), order=("username", "id"), limit=1, cursor=cursor)
