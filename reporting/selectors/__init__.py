"""Reading totals: who may see which, added up as asked."""

from __future__ import annotations

from .frames import GROUPINGS, Question, Row, effect_rows
from .scopes import Scope, national_scope, scope_of
from .summing import by_keys, largest_first, total

__all__ = [
    "GROUPINGS",
    "Question",
    "Row",
    "Scope",
    "by_keys",
    "effect_rows",
    "largest_first",
    "national_scope",
    "scope_of",
    "total",
]
