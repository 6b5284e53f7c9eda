"""Where a row of a version is changed."""

from __future__ import annotations

from django.urls import reverse

from indicators.factors.doubts import Doubt
from indicators.factors.product_doubts import BILL, LIFETIME
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


def repair_url(doubt: Doubt) -> str:
    """Where what is not sure is repaired; at its own input where that has one."""
    if isinstance(doubt.row, Factor | Processing) and doubt.version is not None:
        code = doubt.version.factor_set.code
        if isinstance(doubt.row, Factor):
            return change_factor_url(doubt.row, code)
        return edit_url(doubt.row, code)
    if doubt.product is None:
        return ""
    url = reverse("indicators:reference_row", args=["producten", doubt.product.code])
    field = {BILL: "massKg", LIFETIME: "lifetimeYears"}.get(doubt.kind)
    return f"{url}#veld-values-{field}" if field else url
