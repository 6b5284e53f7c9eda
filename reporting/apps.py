"""Totals of what contracts do."""

from __future__ import annotations

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Totals of what contracts do."""

    name = "reporting"

    def ready(self) -> None:
        """Register what may happen to totals, and what must hold of them."""
        from contracts.services import register_sharing

        from . import checks, guarding, jobs
        from .selectors.scopes import FEWEST_CONTRACTS
        from .selectors.sharing import told_together

        register_sharing(told_together, FEWEST_CONTRACTS)
        guarding.register()
        checks.register()
        jobs.register()
