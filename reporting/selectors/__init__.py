"""Reading totals: who may see which, added up as asked."""

from __future__ import annotations

from .adding import RUNNING, YEARLY_FIELDS, bounds_at, distances, effect_sums, yearly_values
from .asking import PREDECESSORS, REPORT, YEAR_VIEWS, Question, question_of
from .changes import YearChange, factor_changes
from .frames import GROUPINGS, Waiting, conditions, effect_frame, effects_of, filtered, ordered
from .largest import largest_shares
from .left_out import LeftOut, LeftParts, left_parts
from .own import by_own_category
from .scopes import Scope, national_scope, scope_of, sees_totals
from .sharing import Amounts, Part, parts_of, purchase_row, yearly_rows
from .summing import Frame, Row, largest_first

__all__ = [
    "GROUPINGS",
    "PREDECESSORS",
    "REPORT",
    "RUNNING",
    "YEARLY_FIELDS",
    "YEAR_VIEWS",
    "Amounts",
    "Frame",
    "LeftOut",
    "LeftParts",
    "Part",
    "Question",
    "Row",
    "Scope",
    "Waiting",
    "YearChange",
    "bounds_at",
    "by_own_category",
    "conditions",
    "distances",
    "effect_frame",
    "effect_sums",
    "effects_of",
    "factor_changes",
    "filtered",
    "largest_first",
    "largest_shares",
    "left_parts",
    "national_scope",
    "ordered",
    "parts_of",
    "purchase_row",
    "question_of",
    "scope_of",
    "sees_totals",
    "yearly_rows",
    "yearly_values",
]
