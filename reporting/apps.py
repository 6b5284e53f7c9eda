"""Totals of what contracts do."""

from __future__ import annotations

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Totals of what contracts do."""

    name = "reporting"

    def ready(self) -> None:
        """Register what may happen to totals, and what must hold of them."""
        from . import checks, guarding, jobs

        guarding.register()
        checks.register()
        jobs.register()
