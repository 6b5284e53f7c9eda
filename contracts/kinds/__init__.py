"""Every kind of record of a contract, each in a module of its own: what is declared there is all that the doors,
the pages, the timeline, the guards and the demo know of it."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from contracts.models import Contract
from contracts.models.records import Record
from contracts.resources import RecordOf

from .kind import RecordKind

_modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
KINDS: tuple[RecordKind, ...] = tuple(
    sorted((module.KIND for module in _modules if hasattr(module, "KIND")), key=lambda kind: kind.rank)
)
"""In the order in which they are shown"""
_OF = {kind.model: kind for kind in KINDS}
_NAMED = {kind.name: kind for kind in KINDS}


def kind_named(name: str) -> RecordKind:
    """The kind of record with this name."""
    return _NAMED[name]


def kinds_for(contract: Contract) -> list[RecordKind]:
    """The kinds of record that are offered to this contract."""
    return [kind for kind in KINDS if not (kind.form.goods_only and contract.is_consumed)]


def record_of(record: Record) -> RecordOf:
    """A record as it was made, and what replaced it."""
    return _OF[type(record)].answer.of(record)


def record_rows(contract: Contract) -> dict[RecordKind, list[Any]]:
    """Every record of a contract by kind, newest first, corrected and withdrawn ones too."""
    return {
        kind: list(kind.rows_of(contract).select_related("line__bid_line").order_by("-recorded_at", "-pk"))
        for kind in KINDS
    }


__all__ = ["KINDS", "RecordKind", "kind_named", "kinds_for", "record_of", "record_rows"]
