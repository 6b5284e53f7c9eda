"""Keyset pages: as fast on page 1,000 as on page 1, and nothing shifts when a row is added."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model, Q, QuerySet

from . import cursors


def slice_after(
    queryset: QuerySet[Any], *, order: Sequence[str], limit: int, cursor: str | None
) -> tuple[list[Any], str | None]:
    """At most `limit` rows after the cursor, and the cursor of the next page (None on the last).

    `order` names fields (or annotations) that are never null and ends in a unique one: `("-deadline", "id")`.
    Raises Refused `invalid_cursor` when the cursor is not one that we gave out for this order.
    """
    if cursor is not None:
        queryset = queryset.filter(_after(order, _values(queryset, order, cursor)))
    rows = list(queryset.order_by(*order)[: limit + 1])
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], _cursor(queryset.model, order, rows[limit - 1])


def _cursor(model: type[Model], order: Sequence[str], row: Any) -> str:
    values = [_value(row, name.lstrip("-")) for name in order]
    return cursors.seal(_Encoder(separators=(",", ":")).encode(values).encode(), _place(model, order))


def _place(model: type[Model], order: Sequence[str]) -> str:
    return f"{model._meta.label_lower} {' '.join(order)}"


class _Encoder(DjangoJSONEncoder):
    """Django cuts a moment off at the millisecond: the next page would repeat or skip the rows of that one."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = row[part] if isinstance(row, dict) else getattr(row, part)
    return row.pk if isinstance(row, Model) else row


def _values(queryset: QuerySet[Any], order: Sequence[str], cursor: str) -> list[Any]:
    values = json.loads(cursors.unseal(cursor, _place(queryset.model, order)))
    try:
        return [
            _field(queryset, name.lstrip("-")).to_python(value) for name, value in zip(order, values, strict=True)
        ]
    except (ValueError, TypeError, ValidationError):
        # Sealed by an earlier version of this list.
        raise cursors.invalid() from None


def _field(queryset: QuerySet[Any], name: str) -> Field[Any, Any]:
    added = queryset.query.annotations.get(name)
    if added is not None:
        kind: Field[Any, Any] = added.output_field
        return kind
    *relations, last = name.split("__")
    model = queryset.model
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    field = model._meta.pk if last == "pk" else model._meta.get_field(last)
    assert isinstance(field, Field)
    return field


def _after(order: Sequence[str], values: Iterable[Any]) -> Q:
    """(a > x) or (a = x and b > y) or ...; with < for the descending ones."""
    after, same = Q(), Q()
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        after |= same & Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        same &= Q(**{field: value})
    return after
