"""A reader never writes and never waits: what is stale it adds up in memory, and gets what would be stored."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts.models import StaleScope
from mvi_dashboard.ground import jobs, timers
from mvi_dashboard.ground.models import Organisation, Role
from reporting import services
from reporting.models import Cell, SharedCell
from reporting.selectors import Question, Row, Scope, scope_of
from tests import standing
from tests.reporting.made import copies
from tests.reporting.test_sharing import LAYOUTS, child, country, made_world  # noqa: F401 (fixtures)
from tests.worlds import World

pytestmark = pytest.mark.django_db
furnish = standing.states("contract")
VIEWS = ("purchase", "spread", "realised")
KEYS: tuple[tuple[str, ...], ...] = (
    (),
    ("productGroup",),
    ("cluster", "year"),
    ("theme", "year"),
    ("organisation",),
)
FILTERS: tuple[dict[str, Any], ...] = ({}, {"year": 2024}, {"group": "kantoormeubilair"}, {"theme": "klimaat"})
WRITES = ("INSERT", "UPDATE", "DELETE", "SAVEPOINT")


def told(rows: list[Row]) -> list[Any]:
    """Rows to compare, sums to nine digits."""
    return [
        (row.keys, row.indicator, {name: value and float(f"{value:.9g}") for name, value in row.values.items()})
        for row in rows
    ]


QUESTIONS = tuple(product(VIEWS, KEYS, FILTERS))
STEP = 3
"""each made world is asked one of so many questions; all of them together are asked every one"""


def answers(scope: Scope, seed: int = 0) -> list[Any]:
    """The rows, and what is left out, of the questions of this world."""
    found = []
    for view, keys, filters in QUESTIONS[seed % STEP :: STEP]:
        report = services.read_effects(scope, Question(view, indicator="climate", group_by=keys, **filters))
        found.append((told(report.rows), report.left_out, told(services.read_indicators(report, None, keys))))
    return found


@pytest.mark.parametrize("seed", range(len(LAYOUTS)))
def test_what_waits_is_read_as_it_will_be_stored(
    world: World,
    child: Organisation,  # noqa: F811
    seed: int,
) -> None:
    made_world(seed, world, child)
    Organisation.objects.filter(pk=child.pk).update(national_share="public")
    own = scope_of(world.actor(Role.POLICY_OFFICER, world.city, "beleid-1"))
    scopes = (country(world), own, Scope(frozenset({child.pk}), frozenset({world.city.pk, world.water.pk})))
    waiting = [answers(scope, seed) for scope in scopes]
    assert StaleScope.objects.exists()
    assert services.put_right() > 0
    assert [answers(scope, seed) for scope in scopes] == waiting
    assert not StaleScope.objects.exists()


def test_half_of_it_may_wait(world: World) -> None:
    copies(6)
    services.put_right()
    copies(2)
    waiting = answers(country(world))
    services.put_right()
    assert answers(country(world)) == waiting


def test_reading_writes_nothing_and_takes_no_lock(world: World) -> None:
    copies(6)
    client = Client()
    client.force_login(world.person(Role.NATIONAL_VIEWER, None, "landelijk-1"))
    client.get("/dashboard/landelijk/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/dashboard/landelijk/").status_code == 200
        assert client.get("/dashboard/landelijk/?jaren=spread&jaar=2025").status_code == 200
    statements = [query["sql"] for query in captured.captured_queries]
    assert [
        sql for sql in statements if sql.startswith(WRITES) or "FOR UPDATE" in sql or "FOR NO KEY" in sql
    ] == []
    assert StaleScope.objects.exists()
    assert not Cell.objects.exists()
    assert not SharedCell.objects.exists()


@pytest.fixture
def woken() -> Any:
    told: list[int | None] = []
    before = list(jobs._wake)
    jobs.when_woken(told.append)
    yield told
    jobs._wake[:] = before


def test_whoever_runs_jobs_is_woken_once_after_the_commit_and_puts_totals_right(
    world: World,
    woken: list[int | None],
    django_capture_on_commit_callbacks: Any,
) -> None:
    connection.run_on_commit.clear()  # of the world that was made in this same transaction
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for _twice in range(2):
            jobs.wake_after_commit()
        assert woken == []
    assert woken == [None]
    copies(5)
    assert "reporting.totals" in timers.run_due()
    assert not StaleScope.objects.exists()
    assert SharedCell.objects.exists()
