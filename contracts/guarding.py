"""Records are never changed or removed; everything stays inside its organisation."""

from __future__ import annotations

from mvi_dashboard.ground import guards

from . import models as m


def register() -> None:
    """Records are append-only; every child keeps its parent's organisation."""
    records = (m.Delivery, m.UseRecord, m.Repair, m.RepairPeriod, m.Retirement)
    guards.register(
        [
            *(guards.append_only(model) for model in records),
            *(guards.same_organisation(model, "contract") for model in records),
            guards.same_organisation(m.Contract, "award"),
            guards.same_organisation(m.ContractLine, "contract"),
            guards.same_organisation(m.ContractEffect, "contract"),
            guards.same_organisation(m.FactorChange, "contract"),
        ]
    )
