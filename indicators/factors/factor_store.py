"""Putting factors in their table: many at once, by COPY where the database has it.

What is stored here is checked already (`factor_checks`); the constraints of the table hold all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice, repeat
from typing import Any, TypeVar

from django.db import connection
from django.utils.text import slugify

from indicators.models import Factor, FactorSetVersion, Material, Source

from .factor_checks import Codes

Cells = Mapping[str, Sequence[Any]]
_Row = TypeVar("_Row")

_TABLE = Factor._meta.db_table
_FIELDS = {f.column or "": f.get_internal_type() for f in Factor._meta.concrete_fields if not f.primary_key}
_COLUMNS = tuple(_FIELDS)
_FLOATS = frozenset(name for name, kind in _FIELDS.items() if kind == "FloatField")
_TEXTS = frozenset(name for name, kind in _FIELDS.items() if kind in ("CharField", "TextField"))
_BATCH = 500
_AT_ONCE = 5_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def store_factors(
    version: FactorSetVersion, cells: Cells, codes: Codes, kept_from: FactorSetVersion | None = None
) -> None:
    """Stores these factors in the version, and those of `kept_from` that are not among them, to the last digit.

    The materials and sources that `codes` proposes are made when a factor names them.
    """
    materials = _material_ids(cells["material"], codes)
    sources = _source_ids(cells, codes)
    indicators = {code: pk for code, (pk, _) in codes.indicators.items()}
    columns = {
        "version_id": repeat(version.pk, len(cells["material"])),
        "material_id": map(materials.__getitem__, cells["material"]),
        "indicator_id": map(indicators.__getitem__, cells["indicator"]),
        "source_id": map(sources.__getitem__, cells["source"]),
        "source_ref": cells["source_reference"],
    } | {name: cells[name] for name in _COLUMNS if name in cells}
    _insert([columns[name] for name in _COLUMNS])
    if kept_from is not None:
        keep_factors(version, kept_from)


def _insert(columns: Sequence[Iterable[Any]]) -> None:
    names = ", ".join(_COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {_TABLE} ({names}) FROM STDIN") as copy:
                for block in _blocks(columns):
                    copy.write(block)
            return
        marks = ", ".join("%s" for _ in _COLUMNS)
        filled = [_filled(name, column) for name, column in zip(_COLUMNS, columns, strict=True)]
        for rows in _parts(zip(*filled, strict=True), _AT_ONCE):
            cursor.executemany(f"INSERT INTO {_TABLE} ({names}) VALUES ({marks})", rows)  # noqa: S608


def _blocks(columns: Sequence[Iterable[Any]]) -> Iterator[str]:
    """The rows in the text format of COPY, some thousands at a time."""
    spelled = [_spelled(name, column) for name, column in zip(_COLUMNS, columns, strict=True)]
    lines = map("\t".join, zip(*spelled, strict=True))
    for block in _parts(lines, _AT_ONCE):
        yield "\n".join(block) + "\n"


def _spelled(name: str, column: Iterable[Any]) -> Iterator[str]:
    r"""A column in the text format of COPY: `\N` is unknown, and a text cannot end its own cell."""
    if name in _FLOATS:
        return ("\\N" if value is None else repr(float(value)) for value in column)
    known: dict[Any, str] = {}

    def spell(value: Any) -> str:
        if value not in known:
            empty = "" if name in _TEXTS else "\\N"
            known[value] = empty if value is None else str(value).translate(_ESCAPES)
        return known[value]

    return map(spell, column)


def _filled(name: str, column: Iterable[Any]) -> Iterable[Any]:
    if name in _FLOATS:
        return (None if value is None else float(value) for value in column)
    return (value or "" for value in column) if name in _TEXTS else column


def keep_factors(version: FactorSetVersion, earlier: FactorSetVersion) -> None:
    """The factors of the earlier version that have no successor in this one, as rows of this one."""
    others = ", ".join(name for name in _COLUMNS if name != "version_id")
    held = ", ".join(f"f.{name}" for name in _COLUMNS if name != "version_id")
    same = " AND ".join(f"n.{name} = f.{name}" for name in ("material_id", "indicator_id", "module"))
    # Only names of the model itself stand in this text.
    insert = (
        f"INSERT INTO {_TABLE} (version_id, {others}) SELECT %s, {held} FROM {_TABLE} f WHERE f.version_id = %s"  # noqa: S608
        f" AND NOT EXISTS (SELECT 1 FROM {_TABLE} n WHERE n.version_id = %s AND {same}) ORDER BY f.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(insert, [version.pk, earlier.pk, version.pk])


def _material_ids(named: Sequence[str], codes: Codes) -> dict[str, int]:
    """The id of every material; those that are proposed and named are made."""
    known = {code: pk for code, (pk, _) in codes.materials.items()}
    used = [codes.proposed[code] for code in sorted(set(named) - set(known))]
    made = Material.objects.bulk_create([Material(**asdict(new)) for new in used], batch_size=_BATCH)
    return known | {material.code: material.pk for material in made}


def _source_ids(cells: Cells, codes: Codes) -> dict[str, int]:
    """The id of the source behind every name: found by code or title, else made."""
    column = cells["source"]
    first = {name: index for index, name in reversed(list(enumerate(column)))}
    found: dict[str, int] = {}
    parts = list(_parts(first, _BATCH))
    for part in parts:
        titles = Source.objects.filter(title__in=part).order_by("-id")
        found |= dict(titles.values_list("title", "pk"))
    for part in parts:
        found |= dict(Source.objects.filter(code__in=part).values_list("code", "pk"))
    missing = [name for name in first if name not in found]
    new = [_new_source(name, cells, first[name], codes) for name in missing]
    made = Source.objects.bulk_create(new, batch_size=_BATCH)
    return found | {name: source.pk for name, source in zip(missing, made, strict=True)}


def _new_source(name: str, cells: Cells, index: int, codes: Codes) -> Source:
    if name in codes.sources:
        return Source(**asdict(codes.sources[name]))
    short = hashlib.sha256(name.encode()).hexdigest()[:8]
    code = f"{slugify(name)[:60]}-{short}".lstrip("-")
    return Source(code=code, title=name, url=cells["source_url"][index] or "", year=cells["year"][index])


def _parts(rows: Iterable[_Row], size: int) -> Iterator[list[_Row]]:
    rest = iter(rows)
    while part := list(islice(rest, size)):
        yield part
