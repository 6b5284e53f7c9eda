"""The real reference data for tests: loaded once per session, again only after a test that emptied the tables."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from indicators import releases as loader
from indicators.models import Basis, Proposal
from indicators.selectors import basis, catalogue, categories, fallbacks, lookups
from tenders.services import inviting, use_checks

_kept: list[sqlite3.Connection] = []
"""A copy of the database as it was when the first release had just been loaded: none, or one"""


def load() -> None:
    """Load the first release when it is not there; on SQLite from a copy when one was kept, which is quick."""
    if Basis.objects.exists():
        return
    if _kept and not connection.in_atomic_block:
        _kept[0].backup(connection.connection)
        return
    loader.load(settings.BASE_DIR / "fixtures" / "reference-2026.1")


def _keep_copy() -> None:
    if connection.vendor == "sqlite" and not _kept:
        connection.ensure_connection()
        _kept.append(sqlite3.connect(":memory:", check_same_thread=False))
        connection.connection.backup(_kept[0])


def _load_second() -> None:
    """Load the second release when it is not there."""
    if not Basis.objects.filter(code="nl-open-2026-2").exists():
        loader.load(settings.BASE_DIR / "fixtures" / "reference-2026.2")


@pytest.fixture(scope="session")
def _reference_once(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        load()
        _keep_copy()


@pytest.fixture
def reference(_reference_once: None, db: None) -> Iterator[None]:
    """Indicators, groups, materials, factors, bases and products as they ship."""
    load()
    yield
    # A test may have broken its transaction; then it published nothing that stands.
    with contextlib.suppress(DatabaseError):
        if not connection.needs_rollback and Proposal.objects.filter(state=Proposal.State.PUBLISHED).exists():
            forget()


@pytest.fixture(scope="session")
def _second_release_once(_reference_once: None, django_db_blocker: Any) -> Iterator[None]:
    """The second release, in a transaction around all tests that come after: loading it takes seconds."""
    with django_db_blocker.unblock():
        load()  # a test that empties the tables may have come before
    with django_db_blocker.unblock(), transaction.atomic():
        _load_second()
        forget()
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)


@pytest.fixture
def both_releases(reference: None) -> Iterator[None]:
    """The release after it too, as an installation has it that was there before: its basis stands beside."""
    _load_second()
    yield
    forget()


def in_order(items: list[pytest.Item]) -> list[pytest.Item]:
    """Tests as they can follow each other: those that may stand in the transaction with the second release last.

    What empties the tables afterwards, and what commits, loads it for itself and comes before.
    """
    last = [item for item in items if _in_transaction_with_second_release(item)]
    for item in last:
        item.fixturenames.insert(0, "_second_release_once")  # type: ignore[attr-defined]
    return [item for item in items if item not in set(last)] + last


def _in_transaction_with_second_release(item: pytest.Item) -> bool:
    named = getattr(item, "fixturenames", ())
    marker = item.get_closest_marker("django_db")
    commits = "transactional_db" in named or (marker is not None and marker.kwargs.get("transaction", False))
    return "both_releases" in named and not commits


def forget() -> None:
    """Let go what this process keeps of reference data: the next test publishes under the same stamp."""
    forget_tenders()
    for module in (basis, catalogue, categories, fallbacks, lookups):
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()


def forget_tenders() -> None:
    """Let go what this process keeps of published tenders: the next test may have the same one."""
    for kept in (inviting._frozen_demand, use_checks._energy_of):
        kept.cache_clear()
