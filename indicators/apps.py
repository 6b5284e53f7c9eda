"""What is measured, with which factors, by which method."""

from __future__ import annotations

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """What is measured, with which factors, by which method."""

    name = "indicators"

    def ready(self) -> None:
        """Register the guards of this app's tables, and its timer."""
        from . import attached, guarding
        from .factors import factor_imports

        guarding.register()
        attached.register_places()
        factor_imports.register()
