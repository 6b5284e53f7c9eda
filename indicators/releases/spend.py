"""Loading factors per euro: each a range, of a product group or of a division of CPV."""

from __future__ import annotations

import re
from typing import Any

from indicators.models import FactorSetVersion, Indicator, ProductGroup, Source, SpendFactor
from indicators.models.factors import WIDEST

from .files import Release, Row
from .framework import by_code

FILE = "spend_factors.csv"
_DIVISION = re.compile(r"[0-9]{2}").fullmatch


def load_spend_factors(release: Release, code: str, number: str, version: FactorSetVersion) -> int:
    """How many factors per euro this version got. A release may come without any."""
    files = [name for name in release.parts(FILE) if (release.folder / name).is_file()]
    groups, indicators, sources = by_code(ProductGroup), by_code(Indicator), by_code(Source)
    new: dict[tuple[str, ...], SpendFactor] = {}
    for file in files:
        for row in release.rows(file):
            if (row.text("factor_set"), row.text("version")) != (code, number):
                continue
            group = row.one_of("product_group", groups)
            indicator, source = row.one_of("indicator", indicators), row.one_of("source", sources)
            numbers = _range(row)
            if indicator is None or source is None or numbers is None or not _is_right(row, indicator):
                continue
            key = (row.text("product_group"), row.text("cpv_division"), indicator.code)
            if key in new:
                row.wrong("product_group", "duplicate_line", "Voor deze groep of afdeling staat er al een factor.")
            new[key] = SpendFactor(
                version=version,
                group=group,
                indicator=indicator,
                source=source,
                price_year=row.whole("price_year") or 0,
                year=row.whole("year"),
                to_verify=bool(row.flag("to_verify")),
                **numbers,
                **{name: row.text(name) for name in _TEXTS},
            )
    SpendFactor.objects.bulk_create(new.values(), batch_size=500)
    return len(new)


_TEXTS = (
    *("cpv_division", "unit", "country", "currency", "boundary", "sectors"),
    *("source_ref", "source_url", "licence", "derivation"),
)


def _range(row: Row) -> dict[str, Any] | None:
    low, value, high = (row.number(name, required=True) for name in ("low", "value", "high"))
    if low is None or value is None or high is None:
        row.wrong("value", "required", "Een factor per euro heeft een lage, een middelste en een hoge waarde.")
        return None
    if not 0 <= low <= value <= high or (low > 0 and high > low * WIDEST):
        row.wrong("value", "range", "De lage waarde is hoogstens de middelste, en die hoogstens de hoge.")
        return None
    return {"low": low, "value": value, "high": high}


def _is_right(row: Row, indicator: Indicator) -> bool:
    """Whether it says of what it is, in which unit, and at which prices without VAT."""
    group, division = row.text("product_group"), row.text("cpv_division")
    before = len(row.release.problems)
    if bool(group) == bool(division) or (division and not _DIVISION(division)):
        row.wrong("cpv_division", "invalid", "Noem een productgroep of een CPV-afdeling van twee cijfers.")
    if row.text("unit") != f"{indicator.unit}/{row.text('currency')}":
        row.wrong("unit", "invalid_unit", f"De eenheid moet {indicator.unit} per munt zijn.")
    if row.text("vat") != "excluded":
        row.wrong("vat", "invalid", "Een factor per euro is zonder btw (excluded): reken hem eerst om.")
    if not row.whole("price_year"):
        row.wrong("price_year", "required", "Zeg van welk jaar de prijzen zijn.")
    return len(row.release.problems) == before
