"""What may happen to each column of contracts, records and what follows from them."""

from __future__ import annotations

from mvi_dashboard.ground import column_rules, kept
from mvi_dashboard.ground.column_rules import ALL, Extra, Guarded

from . import models as m
from .kinds import KINDS

_DONE = "EXISTS (SELECT 1 FROM indicators_basis basis WHERE basis.id = OLD.{key} AND basis.state IN ({states}))"

_STAYS = "what a contract did on a former basis stays"


def register() -> None:
    """Records are append-only, what was promised stays; effects are made again by verify."""
    manager = "changed by the contract manager, in the audit trail"
    stock = "kept up by each record"
    made_again = "made again with each record"
    kept.register(m.Contract, "reference")
    for kind in KINDS:
        kept.register(kind.model)
    column_rules.register(
        [
            *(Guarded(kind.model) for kind in KINDS),
            Guarded(m.SentRecords),
            Guarded(
                m.Contract,
                changing={"reference": manager, "start": manager, "end": manager, "parent": manager},
                free={"version": "counts the changes, so that two people do not write over each other"},
            ),
            Guarded(
                m.ContractLine,
                changing={"delivered_count": stock, "retired_count": stock, "deliveries_closed_on": manager},
                derived={"delivered_count": "stock", "retired_count": "stock"},
            ),
            Guarded(
                m.ContractEffect,
                changing={ALL: made_again},
                derived={ALL: "effects"},
                kept="FALSE",
                extra=(Extra("UPDATE", _DONE.format(key="basis_id", states="'superseded'"), _STAYS),),
            ),
            Guarded(
                m.FactorChange,
                frozen_when=_DONE.format(key="after_id", states="'current', 'superseded'"),
                since="when its basis is current",
            ),
            Guarded(m.StaleScope, free={ALL: "says what waits to be added up"}, kept="FALSE"),
        ],
        [
            *((kind.model, "contract") for kind in KINDS),
            (m.Contract, "award"),
            (m.ContractLine, "contract"),
            (m.ContractEffect, "contract"),
            (m.FactorChange, "contract"),
        ],
    )
