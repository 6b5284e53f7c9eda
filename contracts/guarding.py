"""What may happen to each column of contracts, records and what follows from them."""

from __future__ import annotations

from mvi_dashboard.ground import column_rules, kept, triggers
from mvi_dashboard.ground.column_rules import ALL, Extra, Guarded
from mvi_dashboard.ground.triggers import Guard

from . import models as m
from .kinds import KINDS

_DONE = "EXISTS (SELECT 1 FROM indicators_basis basis WHERE basis.id = OLD.{key} AND basis.state IN ({states}))"

# What was awarded stays what it was awarded for; only of a contract without award better data takes a place.
_AWARDED = "EXISTS (SELECT 1 FROM contracts_contract own WHERE own.id = OLD.{contract} AND own.origin = 'award')"
_BETTER = (
    "(NEW.bid_line_id IS DISTINCT FROM OLD.bid_line_id OR NEW.basis_kind IS DISTINCT FROM OLD.basis_kind "
    "OR NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at) AND " + _AWARDED.format(contract="contract_id")
)
_OTHER_LOT = (
    "OLD.origin = 'award' AND (NEW.title IS DISTINCT FROM OLD.title OR NEW.group_id IS DISTINCT FROM OLD.group_id "
    "OR NEW.theme_id IS DISTINCT FROM OLD.theme_id)"
)
# A product of a contract is whole when its line is made: nothing comes to it later, as a bill is never changed.
_OF_A_LINE = (
    "EXISTS (SELECT 1 FROM contracts_contractline own JOIN tenders_bidline line ON line.id = own.bid_line_id "
    "WHERE line.id = NEW.line_id AND line.bid_version_id IS NULL)"
)
_WHOLE = "a product of a contract is whole"

_STAYS = "what a contract did on a former basis stays"


_CHANGING = (
    "reference", "title", "group", "theme", "start", "end", "parent", "manager", "category_manager",
    "commissioner", "department", "category", "value", "options", "notice_months", "place",
)  # fmt: skip


def _contracts() -> list[Guarded]:
    manager = "changed by the contract manager, in the audit trail"
    stock = "kept up by each record"
    better = "by better data of a contract without award; what it was stays in ReplacedLine"
    return [
        Guarded(
            m.Contract,
            changing=dict.fromkeys(_CHANGING, manager),
            free={"version": "counts the changes, so that two people do not write over each other"},
            extra=(Extra("UPDATE", _OTHER_LOT, "title, group and theme are those of the lot"),),
        ),
        Guarded(
            m.ContractLine,
            changing={"delivered_count": stock, "retired_count": stock}
            | dict.fromkeys(("deliveries_closed_on", "withdrawn_at"), manager)
            | dict.fromkeys(("basis_kind", "bid_line", "product", "amount_per_year"), better),
            derived={"delivered_count": "stock", "retired_count": "stock"},
            extra=(Extra("UPDATE", _BETTER, "what was awarded stays"),),
        ),
        Guarded(m.ReplacedLine),
    ]


def register() -> None:
    """Records are append-only, what was promised stays; effects are made again by verify."""
    made_again = "made again with each record"
    triggers.register(
        [
            [
                Guard("contracts", table, "INSERT", _OF_A_LINE, _WHOLE)
                for table in ("tenders_bomrow", "tenders_userow")
            ]
        ]
    )
    kept.register(m.Contract, "reference", "title")
    for kind in KINDS:
        kept.register(kind.model)
    column_rules.register(
        [
            *(Guarded(kind.model) for kind in KINDS),
            Guarded(m.SentContracts),
            Guarded(m.SentRecords),
            *_contracts(),
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
            (m.ReplacedLine, "line"),
            (m.ContractEffect, "contract"),
            (m.FactorChange, "contract"),
        ],
    )
