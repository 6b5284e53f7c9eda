"""What may happen to the columns of stored totals, and of what an organisation pays."""

from __future__ import annotations

from mvi_dashboard.ground import column_rules, kept
from mvi_dashboard.ground.column_rules import ALL, Guarded

from .models import Cell, SharedCell, SpendEntry, SpendImport, SpendMapping, SpendPreview, SpendRule


def register() -> None:
    """A total is made again by whoever reads it, and by verify; a file of spend ends and is never changed."""
    again = "added up again from the effects"
    said = "what a person said of a category, in the audit trail"
    estimated = "a copy of a row of the file; what rests on it is an estimate beside the totals of contracts"
    column_rules.register(
        [
            Guarded(Cell, changing={ALL: again}, derived={ALL: "cells"}, kept="FALSE"),
            Guarded(SharedCell, changing={ALL: again}, derived={ALL: "shared cells"}, kept="FALSE"),
            Guarded(SpendImport, once=("ended_at",)),
            Guarded(SpendRule, once=("ended_at",)),
            Guarded(SpendMapping, always=("organisation", "kind", "code"), changing={ALL: said}, kept="FALSE"),
            Guarded(SpendEntry, free={ALL: estimated}, kept="FALSE"),
            Guarded(SpendPreview, free={ALL: "kept for a day; nothing rests on it"}, kept="FALSE"),
        ]
    )
    kept.register(SpendImport)
