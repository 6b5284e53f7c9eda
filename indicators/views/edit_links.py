"""Where a row of a version is changed."""

from __future__ import annotations

from django.urls import reverse

from indicators.models import Factor, Processing


def edit_url(row: Processing, factor_set: str) -> str:
    """Where this row of making is changed."""
    parts = [factor_set, row.group.code, row.indicator.code]
    url = reverse("indicators:change_making", args=parts)
    return f"{url}?type={row.product_type.code}" if row.product_type else url


def change_factor_url(row: Factor, factor_set: str) -> str:
    """Where this factor is changed."""
    parts = [factor_set, row.material.code, row.indicator.code, row.module]
    return reverse("indicators:change_factor", args=parts)
