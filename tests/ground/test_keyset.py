"""Pages of a list: every row once, also when rows came in within one millisecond."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from mvi_dashboard.ground import keyset
from mvi_dashboard.ground.models import User

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
