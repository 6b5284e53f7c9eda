"""What it adds up to."""

from __future__ import annotations

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """What it adds up to: totals are derived, so nothing here is guarded."""

    name = "reporting"
