"""The board of data quality as a file: all of its rows, in its order."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal

from indicators.factors.exchange.own import guarded
from indicators.factors.exchange.own_file import DECIMAL, MARK, Line

from .doubts import KINDS, WHY, Doubt

FILE_NAME = "gegevenskwaliteit.csv"
_COLUMNS = (
    *("Waarvan", "Soort", "Waarom", "Laagste waarde", "Waarde", "Hoogste waarde", "Eenheid", "Breedte", "Effect"),
    *("Jaar", "Factorset", "Versie", "Product"),
)


def file_of(found: Iterable[Doubt]) -> Iterator[str]:
    """The lines of the file; width and effect are parts of 1."""
    writer = csv.writer(Line(), delimiter=";")
    yield MARK + str(writer.writerow(_COLUMNS))
    for doubt in found:
        version, product = doubt.version, doubt.product
        cells = [
            *(doubt.name, KINDS[doubt.kind], ", ".join(WHY[each] for each in doubt.why)),
            *(doubt.low, doubt.value, doubt.high, doubt.unit, doubt.width, doubt.effect, doubt.year),
            *(("", "") if version is None else (version.factor_set.code, version.version)),
            "" if product is None else product.code,
        ]
        yield str(writer.writerow([_cell(each) for each in cells]))


def _cell(value: str | float | int | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    return format(Decimal(repr(value)), "f").replace(".", DECIMAL)
