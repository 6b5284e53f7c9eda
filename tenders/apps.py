"""Who asks what, what is offered, and what it is expected to do."""

from __future__ import annotations

from django.apps import AppConfig

from mvi_dashboard.ground.shapes import given_elsewhere


class TendersConfig(AppConfig):
    """Who asks what, what is offered, and what it is expected to do."""

    name = "tenders"

    def ready(self) -> None:
        """Register the guards of this app's tables, what must hold, and its long work, and what addresses name."""
        from . import checks, guarding, jobs

        guarding.register()
        checks.register()
        jobs.register()
        given_elsewhere("tender")
