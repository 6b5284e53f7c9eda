"""A browser, and a world that the server of a journey shares with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from mvi_dashboard.ground import clock
from tests import corpus
from tests.worlds import World

# Playwright's synchronous API keeps an event loop on this thread; Django would then refuse every query here.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The installed Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def world(transactional_db: None, reference: None) -> World:
    """The cast and the reference data, stored for real: the server reads them on a thread of its own."""
    return World(corpus.this_moment())


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the clock of the whole house on, for every thread: `later(timedelta(days=31))`."""
    real, shift = clock.now, [timedelta(0)]

    def moved() -> datetime:
        return real() + shift[0]

    monkeypatch.setattr(clock, "now", moved)

    def on(time: timedelta) -> None:
        shift[0] += time

    return on
