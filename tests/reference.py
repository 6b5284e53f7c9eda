"""The real reference data for tests: loaded once per session, again only after a test that emptied the tables."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from indicators import releases as loader
from indicators.models import Basis


def load() -> None:
    """Load the reference data when it is not there."""
    if not Basis.objects.exists():
        loader.load(settings.BASE_DIR / "fixtures" / "reference-2026.1")


@pytest.fixture(scope="session")
def _reference_once(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        load()


@pytest.fixture
def reference(_reference_once: None, db: None) -> None:
    """Indicators, groups, materials, factors, bases and products as they ship."""
    load()
