"""The column types of the house: what people type is Decimal, what is computed is float64."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

LARGEST = 1e30


def quantity_field(**options: Any) -> models.DecimalField[Any, Any]:
    """A mass or amount as typed: at most 999,999,999.999999 (SQLite keeps 15 digits right)."""
    return models.DecimalField(max_digits=15, decimal_places=6, **options)


def share_field(**options: Any) -> models.DecimalField[Any, Any]:
    """A fraction from 0 to 1 as typed."""
    return models.DecimalField(max_digits=7, decimal_places=6, **options)


def money_field(**options: Any) -> models.DecimalField[Any, Any]:
    """Euros, without VAT."""
    return models.DecimalField(max_digits=15, decimal_places=2, **options)


def computed_field(*, unknown: bool = True, **options: Any) -> models.FloatField[Any, Any]:
    """A computed number or factor; NULL = unknown, never 0."""
    return models.FloatField(null=unknown, blank=unknown, **options)


def computed_range(model: str, *names: str) -> list[models.CheckConstraint]:
    """The constraints that keep NaN and infinity out of float columns (PostgreSQL compares NaN as largest)."""
    return [
        models.CheckConstraint(
            condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": -LARGEST, f"{name}__lte": LARGEST}),
            name=f"{model}_{name}_finite",
        )
        for name in names
    ]
