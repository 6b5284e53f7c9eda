"""What is done with contracts; each function is one act, in one transaction, with its audit entry."""

from __future__ import annotations

from .as_of import as_of_day, as_of_said
from .assessing import (
    Assessment,
    assess,
    assess_contract,
    function_reference,
    quality_of,
    store_effects,
)
from .core_lines import LineStanding, standings_of
from .effect_answers import effects_answer
from .finalising import change_contract, close_deliveries, finalise
from .history import record_history
from .keeping import contracts_behind, reassess, reassess_behind
from .registering import register_contract, register_contracts
from .stating import state_lines, withdraw_line
from .trial import estimate, estimate_of, register_sharing
from .yearly import year_table

__all__ = [
    "Assessment",
    "LineStanding",
    "as_of_day",
    "as_of_said",
    "assess",
    "assess_contract",
    "change_contract",
    "close_deliveries",
    "contracts_behind",
    "effects_answer",
    "estimate",
    "estimate_of",
    "finalise",
    "function_reference",
    "quality_of",
    "reassess",
    "reassess_behind",
    "record_history",
    "register_contract",
    "register_contracts",
    "register_sharing",
    "standings_of",
    "state_lines",
    "store_effects",
    "withdraw_line",
    "year_table",
]
