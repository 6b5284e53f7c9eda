"""What really happened."""

from __future__ import annotations

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """What really happened."""

    name = "contracts"

    def ready(self) -> None:
        """Register the guards of this app's tables."""
        from . import guarding

        guarding.register()
