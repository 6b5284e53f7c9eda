"""Reading totals: who may see which, added up as asked."""

from __future__ import annotations

from .adding import YEARLY_FIELDS, effect_sums, yearly_values
from .changes import YearChange, factor_changes
from .frames import GROUPINGS, Question, effect_frame, filtered, ordered
from .own import by_own_category
from .scopes import Scope, national_scope, scope_of
from .sharing import Shares, shares_of
from .summing import NOT_SHARED, Row, by_keys, in_year, largest_first, total

__all__ = [
    "GROUPINGS",
    "NOT_SHARED",
    "YEARLY_FIELDS",
    "Question",
    "Row",
    "Scope",
    "Shares",
    "YearChange",
    "by_keys",
    "by_own_category",
    "effect_frame",
    "effect_sums",
    "factor_changes",
    "filtered",
    "in_year",
    "largest_first",
    "national_scope",
    "ordered",
    "scope_of",
    "shares_of",
    "total",
    "yearly_values",
]
