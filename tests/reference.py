"""The real reference data for tests: loaded once per session, again only after a test that emptied the tables."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from indicators import releases as loader
from indicators.models import Basis, Proposal
from indicators.selectors import basis, catalogue, categories, fallbacks, lookups


def load() -> None:
    """Load the first release when it is not there."""
    if not Basis.objects.exists():
        loader.load(settings.BASE_DIR / "fixtures" / "reference-2026.1")


@pytest.fixture(scope="session")
def _reference_once(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        load()


@pytest.fixture
def reference(_reference_once: None, db: None) -> Iterator[None]:
    """Indicators, groups, materials, factors, bases and products as they ship."""
    load()
    yield
    # A test may have broken its transaction; then it published nothing that stands.
    with contextlib.suppress(DatabaseError):
        if not connection.needs_rollback and Proposal.objects.filter(state=Proposal.State.PUBLISHED).exists():
            forget()


@pytest.fixture
def both_releases(reference: None) -> Iterator[None]:
    """The release after it too, as an installation has it that was there before: its basis stands beside."""
    loader.load(settings.BASE_DIR / "fixtures" / "reference-2026.2")
    yield
    forget()


def forget() -> None:
    """Let go what this process keeps of reference data: the next test publishes under the same stamp."""
    for module in (basis, catalogue, categories, fallbacks, lookups):
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()
