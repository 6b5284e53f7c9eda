"""A version of a factor set as a file that can be read in again."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import slugify

from indicators.factors.exchange import own_file
from indicators.factors.exchange.factors import NAMES
from indicators.models import FactorSetVersion

_AT_ONCE = 2_000
# The field of a file, and where the table holds it; the source by its code, which stays the same.
_FROM = {
    "material": "material__code",
    "indicator": "indicator__code",
    "source": "source__code",
    "source_reference": "source_ref",
}


def file_name_of(version: FactorSetVersion) -> str:
    """The name of the file, which is safe in a header."""
    return f"{slugify(version.factor_set.code)}-{slugify(version.version)}.csv"


def file_of(version: FactorSetVersion) -> Iterator[str]:
    """The lines of the file, ordered by material, indicator and module."""
    names = [_FROM.get(name, name) for name in NAMES]
    ordered = version.factors.order_by("material__code", "indicator__code", "module", "id")
    rows = ordered.values_list(*names).iterator(chunk_size=_AT_ONCE)
    return own_file.lines_of(dict(zip(NAMES, row, strict=True)) for row in rows)
