"""Whether the database would take these rows, judged in memory by their own columns and constraints.

For content that is sealed now and stored much later: what no column would take then is refused now. Nothing is
asked of the database, so a thousand rows cost no statement.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import Q
from django.db.models.constants import LOOKUP_SEP

Check = Callable[[Any], bool]
Columned: TypeAlias = Callable[[Sequence[models.Model]], list[models.Model]]
Columns: TypeAlias = list[tuple[str, Columned]]
Conditions: TypeAlias = list[tuple[str, Q]]
Keys: TypeAlias = list[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Unstorable:
    """A row that would be refused: at which column, or by which constraint (its first column)."""

    row: models.Model
    column: str
    rule: str


def unstorable(rows: Iterable[models.Model]) -> list[Unstorable]:
    """What stands in the way of storing these rows; they may belong to each other before they are stored."""
    by_kind: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        by_kind.setdefault(type(row), []).append(row)
    return [wrong for model, own in by_kind.items() for wrong in _wrong_rows(model, own)]


def _wrong_rows(model: type[models.Model], rows: Sequence[models.Model]) -> list[Unstorable]:
    """By column first: most rows of a kind have few different values, and each is judged once."""
    columns, conditions, keys = _rules(model)
    found = [Unstorable(row, name, name) for name, fits in columns for row in fits(rows)]
    if not found:
        for rule, condition in conditions:
            column = _first_column(condition)
            found += [Unstorable(row, column, rule) for row in _breaking(condition, rows)]
    for rule, names in keys:
        taken: set[tuple[Hashable, ...]] = set()
        for row in rows:
            key = tuple(_identity(row, name) for name in names)
            if None not in key and key in taken:
                found.append(Unstorable(row, names[-1], rule))
            taken.add(key)
    return found


@lru_cache(maxsize=64)
def _rules(model: type[models.Model]) -> tuple[Columns, Conditions, Keys]:
    """(columns, conditions, unique keys) of a model."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    constraints = model._meta.constraints
    conditions = [
        (each.name, each.condition)
        for each in constraints
        if isinstance(each, models.CheckConstraint) and isinstance(each.condition, Q)
    ]
    keys: Keys = [
        (each.name, each.fields)
        for each in constraints
        if isinstance(each, models.UniqueConstraint) and each.condition is None
    ]
    return [(field.name, _column(field)) for field in fields], conditions, keys


def _column(field: models.Field[Any, Any]) -> Columned:
    """The rows of which the value does not fit this column."""
    if isinstance(field, models.ForeignKey):
        return lambda rows: [
            row
            for row in rows
            if getattr(row, field.attname) is None and not field.null and not _points(field, row)
        ]
    fits, name = _taking(field), field.attname
    # Equal is not enough to be the same for what is no text or number: True is 1.
    once = isinstance(field, models.CharField | models.TextField | models.DecimalField)

    def misfits(rows: Sequence[models.Model]) -> list[models.Model]:
        if once and all(map(fits, {getattr(row, name) for row in rows})):
            return []
        return [row for row in rows if not fits(getattr(row, name))]

    return misfits


def _taking(field: models.Field[Any, Any]) -> Check:
    """Whether a value fits this column."""
    fits = _fitting(field)
    chosen = {value for value, _label in field.flatchoices}

    def check(value: Any) -> bool:
        if value is None:
            return field.null
        if chosen and value not in chosen and not (field.blank and value == ""):
            return False
        return fits(value)

    return check


def _points(field: models.ForeignKey[Any, Any], row: models.Model) -> bool:
    """Whether a row points at one that is not stored yet."""
    return bool(field.is_cached(row)) and field.get_cached_value(row) is not None


def _fitting(field: models.Field[Any, Any]) -> Check:
    for kind, made in _KINDS.items():
        if isinstance(field, kind):
            return made(field)
    return lambda _value: True


def _text(field: models.Field[Any, Any]) -> Check:
    longest = field.max_length or math.inf
    return lambda value: isinstance(value, str) and len(value) <= longest and _writable(value)


def _writable(text: str) -> bool:
    """No NUL (PostgreSQL refuses it), no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _decimal(field: models.Field[Any, Any]) -> Check:
    assert isinstance(field, models.DecimalField)
    within = [each for each in field.validators if type(each).__name__ == "DecimalValidator"]

    def check(value: Any) -> bool:
        try:
            number = Decimal(value)
            for each in within:
                each(number)
        except (ArithmeticError, TypeError, ValueError, ValidationError):
            return False
        return number.is_finite()

    return check


def _integer(field: models.Field[Any, Any]) -> Check:
    # Those of PostgreSQL: SQLite takes any integer, and what is stored later must fit both.
    low, high = BaseDatabaseOperations.integer_field_ranges[field.get_internal_type()]
    return lambda value: type(value) is int and low <= value <= high


def _json(_field: models.Field[Any, Any]) -> Check:
    def check(value: Any) -> bool:
        try:
            text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        except (TypeError, ValueError):
            return False
        return _writable(text) and "\\u0000" not in text

    return check


_KINDS: Mapping[Any, Callable[[models.Field[Any, Any]], Check]] = {
    (models.CharField, models.TextField): _text,
    models.DecimalField: _decimal,
    models.IntegerField: _integer,
    models.FloatField: lambda _field: lambda value: isinstance(value, int | float) and math.isfinite(value),
    models.BooleanField: lambda _field: lambda value: type(value) is bool,
    models.DateTimeField: lambda _field: lambda value: isinstance(value, datetime),
    models.DateField: lambda _field: lambda value: isinstance(value, date),
    models.BinaryField: lambda _field: lambda value: isinstance(value, bytes | bytearray | memoryview),
    models.JSONField: _json,
}
_LOOKUPS: Mapping[str, Callable[[Any, Any], bool]] = {
    "exact": lambda value, other: bool(value == other),
    "gt": lambda value, other: bool(value > other),
    "gte": lambda value, other: bool(value >= other),
    "lt": lambda value, other: bool(value < other),
    "lte": lambda value, other: bool(value <= other),
}


def _holds(condition: Any, row: models.Model) -> bool | None:
    """Whether a CHECK holds; None when SQL would not know, which a CHECK lets pass."""
    if isinstance(condition, tuple):
        return _compared(condition, row)
    assert isinstance(condition, Q)
    parts = [_holds(part, row) for part in condition.children]
    if condition.connector == Q.AND:
        said = False if False in parts else None if None in parts else True
    else:
        said = True if True in parts else None if None in parts else False
    return said if said is None or not condition.negated else not said


def _compared(condition: tuple[str, Any], row: models.Model) -> bool | None:
    name, _, lookup = condition[0].partition(LOOKUP_SEP)
    value = getattr(row, name)
    if lookup == "isnull":
        return (value is None) is condition[1]
    if value is None:
        return None
    return _LOOKUPS[lookup or "exact"](value, condition[1])


def _breaking(condition: Q, rows: Sequence[models.Model]) -> list[models.Model]:
    """The rows for which a CHECK says no; rows with the same values in its columns are judged once."""
    names = sorted(_columns_of(condition))
    judged: dict[tuple[Hashable, ...], bool] = {}
    broken = []
    for row in rows:
        key = tuple(_identity(row, name) for name in names)
        if key not in judged:
            judged[key] = _holds(condition, row) is not False
        if not judged[key]:
            broken.append(row)
    return broken


def _columns_of(condition: Any) -> set[str]:
    if isinstance(condition, tuple):
        return {str(condition[0]).partition(LOOKUP_SEP)[0]}
    return set().union(*(_columns_of(part) for part in condition.children))


def _first_column(condition: Any) -> str:
    while not isinstance(condition, tuple):
        condition = condition.children[0]
    return str(condition[0]).partition(LOOKUP_SEP)[0]


def _identity(row: models.Model, name: str) -> Hashable:
    """What a unique key compares: a value, or which row is meant, stored or not."""
    field = row._meta.get_field(name)
    assert isinstance(field, models.Field)
    value: Hashable = getattr(row, field.attname)
    if value is None and isinstance(field, models.ForeignKey) and _points(field, row):
        return ("unstored", id(field.get_cached_value(row)))
    return value
