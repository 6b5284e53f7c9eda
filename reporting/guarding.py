"""What may happen to the columns of stored totals."""

from __future__ import annotations

from mvi_dashboard.ground import column_rules
from mvi_dashboard.ground.column_rules import ALL, Guarded

from .models import Cell, SharedCell


def register() -> None:
    """A total is made again by whoever reads it, and by verify."""
    again = "added up again from the effects"
    column_rules.register(
        [
            Guarded(Cell, changing={ALL: again}, derived={ALL: "cells"}, kept="FALSE"),
            Guarded(SharedCell, changing={ALL: again}, derived={ALL: "shared cells"}, kept="FALSE"),
        ]
    )
