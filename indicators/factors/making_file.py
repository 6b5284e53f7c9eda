"""The making in a version as a CSV with our own columns, which reads back to the last digit; XLSX is read too."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from indicators.factors.exchange.own import columns_of, guarded, places_of, values_of
from indicators.factors.exchange.own_file import DECIMAL, MARK, Line
from indicators.models import FactorSetVersion, Processing
from mvi_dashboard.ground.intake import read_table
from mvi_dashboard.ground.problems import Problems, refuse
from mvi_dashboard.ground.shapes import Scalar

from .making import MAKING, MOST_ROWS, NUMBERS, Place, document_of, in_list

FIELDS: dict[str, Scalar] = {name: each for name, each in MAKING.fields.items() if isinstance(each, Scalar)}
_OTHER_NAMES = {
    "groep": "product_group",
    "type": "product_type",
    "stand": "state",
    "state": "state",
    "laag": "low",
    "hoog": "high",
    "teverifieren": "to_verify",
    "teverifiren": "to_verify",
}
_LABELS = {"state": "Stand", "to_verify": "Te verifieren"}


@dataclass
class MakingRows:
    """The rows of a file or a list, where each stands, and what is wrong with or told of the reading."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    place: Place = in_list
    problems: Problems = field(default_factory=Problems)
    left_parts: list[tuple[str, str]] = field(default_factory=list)
    columns: list[tuple[str, str]] = field(default_factory=list)
    file: str = ""
    delimiter: str = ""
    encoding: str = ""


def read_making(content: bytes, name: str, *, decimal: str, encoding: str = "") -> MakingRows:
    """The rows of a CSV or XLSX with our columns. Raises Refused when header or rows cannot be read."""
    table = read_table(content, name, decimal=decimal, encoding=encoding)
    problems = Problems()
    slots = columns_of(table, problems, FIELDS, _OTHER_NAMES)
    problems.refuse()
    if len(table.rows) > MOST_ROWS:
        raise refuse("too_many_rows", f"Hoogstens {MOST_ROWS} rijen over het maken in één bestand.", "file")
    place = places_of(replace(table, rows=()), slots)
    numbers = [number for number, _ in table.rows]
    found = MakingRows(
        place=lambda index, name: place(numbers[index], name),
        file=name,
        delimiter=table.delimiter,
        encoding=table.encoding,
        columns=[(table.columns[column], said) for column, said in slots.items() if said],
    )
    found.left_parts = [*table.notes]
    found.left_parts += [
        (f"Kolom {table.columns[column]}", "alleen om te lezen") for column, said in slots.items() if not said
    ]
    defaults = {name: each.default for name, each in FIELDS.items()}
    found.rows = [dict(defaults) for _ in numbers]
    for column, said in slots.items():
        if not said:
            continue
        texts = [cells[column] for _, cells in table.rows]
        values = values_of(table, column, said, FIELDS[said], texts, numbers, found.problems)
        for row, text, value in zip(found.rows, texts, values, strict=True):
            if text and value is None:
                del row[said]  # refused, which is told already
            else:
                row[said] = value
    return found


def file_name_of(version: FactorSetVersion) -> str:
    """The name of the file, which is safe in a header."""
    return f"{slugify(version.factor_set.code)}-{slugify(version.version)}-maken.csv"


def file_of(version: FactorSetVersion) -> Iterator[str]:
    """The lines of the file, ordered by group, type and indicator."""
    writer = csv.writer(Line(), delimiter=";")
    yield MARK + str(writer.writerow([_LABELS.get(name, each.label) for name, each in FIELDS.items()]))
    for row in rows_in(version):
        document = document_of(row)
        yield str(writer.writerow([_cell(name, document[name]) for name in FIELDS]))


def rows_in(version: FactorSetVersion) -> Iterator[Processing]:
    """The rows of a version with what they name, ordered by group, type and indicator."""
    found = version.processing.select_related("group", "product_type", "indicator", "source")
    return found.order_by("group__code", "product_type__code", "indicator__code", "pk").iterator(chunk_size=500)


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in NUMBERS:
        return format(Decimal(repr(float(value))), "f").replace(".", DECIMAL)
    if isinstance(value, bool):
        return "ja" if value else "nee"
    return guarded(str(value))
