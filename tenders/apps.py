"""Who asks what, what is offered, and what it is expected to do."""

from __future__ import annotations

from django.apps import AppConfig

from mvi_dashboard.ground.shapes import given_elsewhere


class TendersConfig(AppConfig):
    """Who asks what, what is offered, and what it is expected to do."""

    name = "tenders"

    def ready(self) -> None:
        """Register the guards of this app's tables, what must hold, and its long work, and what addresses name."""
        from indicators.groups import proposal_effects
        from indicators.protocols import protocol_effects

        from . import attached, checks, guarding, jobs
        from .selectors import of_suppliers
        from .selectors.answered import answers_in, tenders_of_groups
        from .selectors.naming import tenders_naming
        from .services import counting, keeping
        from .views import trail_names

        guarding.register()
        attached.register_places()
        checks.register()
        jobs.register()
        keeping.register()
        counting.register()
        trail_names.register()
        of_suppliers.register()
        proposal_effects.register(tenders=tenders_naming)
        protocol_effects.register(tenders=tenders_of_groups, answers=answers_in)
        given_elsewhere("tender")
