"""A world that stands for all tests of a module: each starts from it, and none changes it for the next.

Making a world takes longer than most tests. It is made once, in a transaction around the tests of the module; each
test rolls back to it, and gets a copy of the objects in memory. What commits for real, and what needs the second
release, makes its own.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import transaction

from tests import corpus
from tests.reference import forget, forget_tenders, load
from tests.worlds import World

Furnish = Callable[[World], None]
_standing = ExitStack()
"""How to take down the world that stands, if one does"""


def take_down() -> None:
    """Roll back the world that stands: what comes now asks for tables without it."""
    _standing.close()


def furnished(furnish: Furnish) -> Any:
    """What happened in the world before the tests of a module or folder, as a fixture with this name."""

    @pytest.fixture(scope="module", name="furnish")
    def kept() -> Furnish:
        return furnish

    return kept


def states(*needs: str) -> Any:
    """The same by the names that the corpus has for what happened."""
    return furnished(lambda made: made.build(list(needs)))


@pytest.fixture(scope="module")
def furnish() -> Furnish:
    """What happened in the world before the tests of a module: nothing yet, if the module does not say."""
    return lambda made: None


def _made(furnish: Furnish) -> World:
    made = World(corpus.this_moment())
    furnish(made)
    return made


@pytest.fixture(scope="module")
def standing_world(furnish: Furnish, _reference_once: None, django_db_blocker: Any) -> Iterator[World]:
    """The world of the module, in a transaction around its tests."""
    take_down()
    with django_db_blocker.unblock():
        load()
        _standing.enter_context(_taken_back(django_db_blocker))
        made = _made(furnish)
    yield made
    take_down()


class _taken_back:
    """A transaction that ends by rolling back, also when it ends between tests."""

    def __init__(self, blocker: Any) -> None:
        self.blocker = blocker
        self.around = transaction.atomic()

    def __enter__(self) -> None:
        self.around.__enter__()

    def __exit__(self, *raised: object) -> None:
        with self.blocker.unblock():
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)
            forget()


@pytest.fixture
def world(request: pytest.FixtureRequest, reference: None, furnish: Furnish) -> Iterator[World]:
    """The cast of the corpus, and what happened before the tests of this module."""
    if "standing_world" not in request.fixturenames:
        yield _made(furnish)
        return
    yield copy.deepcopy(request.getfixturevalue("standing_world"))
    forget_tenders()


def lets_a_world_stand(item: pytest.Item) -> bool:
    """Whether this test starts from the world of its module: not when it commits, or has the second release."""
    named = getattr(item, "fixturenames", ())
    marker = item.get_closest_marker("django_db")
    commits = "transactional_db" in named or (marker is not None and marker.kwargs.get("transaction", False))
    return _is_ours(item) and not commits and "both_releases" not in named


def _is_ours(item: pytest.Item) -> bool:
    found = getattr(item, "_fixtureinfo", None)
    defined = found.name2fixturedefs.get("world", ()) if found else ()
    return bool(defined) and defined[-1].func.__module__ == __name__


def standing_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests of each module that start from its world before the others, which find no world."""
    for item in items:
        if lets_a_world_stand(item):
            item.fixturenames.insert(0, "standing_world")  # type: ignore[attr-defined]
    return [
        item
        for _module, those in itertools.groupby(items, key=lambda item: item.path)
        for item in sorted(those, key=lambda item: not stands(item))
    ]


def stands(item: pytest.Item) -> bool:
    """Whether this test starts from the world of its module."""
    return "standing_world" in getattr(item, "fixturenames", ())
