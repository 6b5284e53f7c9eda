"""The roof as a Django app: base templates, static files, commands."""

from __future__ import annotations

from django.apps import AppConfig


class RoofConfig(AppConfig):
    """The roof: imports everybody, imported by nobody."""

    name = "mvi_dashboard"
    label = "roof"

    def ready(self) -> None:
        """Register the long work of the roof."""
        from . import practice

        practice.register()
