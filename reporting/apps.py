"""Totals of what contracts do."""

from __future__ import annotations

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Totals of what contracts do."""

    name = "reporting"

    def ready(self) -> None:
        """Register what must hold of totals."""
        from . import checks

        checks.register()
