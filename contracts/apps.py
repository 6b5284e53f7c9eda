"""What really happened."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

from mvi_dashboard.ground.shapes import given_elsewhere


class ContractsConfig(AppConfig):
    """What really happened."""

    name = "contracts"

    def import_models(self) -> None:
        """Also those that stand beside the kind of record that they are of."""
        super().import_models()
        import_module("contracts.kinds")

    def ready(self) -> None:
        """Register the guards of this app's tables, what must hold, and its long work, and what addresses name."""
        from indicators.groups import proposal_effects
        from mvi_dashboard.ground.suppliers import touching

        from . import attached, checks, guarding, jobs
        from .selectors.contracts import count_of_supplier
        from .services import counting
        from .services.naming import contracts_naming, totals_naming
        from .views import trail_names

        guarding.register()
        attached.register_places()
        checks.register()
        jobs.register()
        proposal_effects.register(contracts=contracts_naming, totals=totals_naming)
        trail_names.register()
        touching.register("contracts", touching.Touching("Contracten", count_of_supplier))
        counting.register()
        given_elsewhere("contract")
