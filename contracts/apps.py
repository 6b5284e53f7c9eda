"""What really happened."""

from __future__ import annotations

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """What really happened."""

    name = "contracts"

    def ready(self) -> None:
        """Register the guards of this app's tables, what must hold, and its long work."""
        from . import checks, guarding, jobs

        guarding.register()
        checks.register()
        jobs.register()
