"""Totals of what contracts do."""

from __future__ import annotations

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Totals of what contracts do."""

    name = "reporting"

    def ready(self) -> None:
        """Register what may happen to totals, and what must hold of them."""
        from contracts.services import register_sharing
        from mvi_dashboard.ground.columns.fields import declare

        from . import checks, guarding, jobs
        from .selectors.scopes import FEWEST_CONTRACTS
        from .selectors.sharing import told_together
        from .spend.layout import SPEND

        register_sharing(told_together, FEWEST_CONTRACTS)
        declare(SPEND)
        guarding.register()
        checks.register()
        jobs.register()
