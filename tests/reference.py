"""The real reference data for tests: loaded once per session, again only after a test that emptied the tables."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from indicators import releases as loader
from indicators.models import Basis


def load() -> None:
    """Load the reference data when it is not there, as in an installation that is older than the last release.

    So the basis of the first release is the current one, and that of the last stands beside it.
    """
    if not Basis.objects.exists():
        for release in sorted((settings.BASE_DIR / "fixtures").glob(loader.RELEASES)):
            loader.load(release)


@pytest.fixture(scope="session")
def _reference_once(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        load()


@pytest.fixture
def reference(_reference_once: None, db: None) -> None:
    """Indicators, groups, materials, factors, bases and products as they ship."""
    load()
