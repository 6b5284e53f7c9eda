"""What looks after the files by itself: the check of `verify`, the sweep, and what the settings must say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from mvi_dashboard.ground import timers, verification

from . import keeping, scanning

EVERY = timedelta(hours=6)


def register() -> None:
    """Have files verified and swept, and their settings read when the system starts."""
    verification.register("files", keeping.differences)
    timers.register("files", EVERY, keeping.sweep)
    checks.register(check_settings)


def check_settings(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """What is wrong with the settings of files: said at the start, not at the first file."""
    found: list[checks.CheckMessage] = []
    if settings.CLAMD_SOCKET:
        try:
            scanning.address_of(settings.CLAMD_SOCKET)
        except (ImproperlyConfigured, ValueError) as error:
            found.append(checks.Error(str(error), id="ground.E031"))
    if settings.FILES_LARGEST < 1:
        found.append(checks.Error("FILES_LARGEST: write a number of bytes.", id="ground.E032"))
    return found
