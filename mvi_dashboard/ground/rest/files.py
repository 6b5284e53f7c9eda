"""A list of REST as a file for a program or a spreadsheet: the fields of its rows as columns.

In a CSV points in numbers and moments in UTC; in a workbook numbers and moments as such.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from mvi_dashboard.ground import clock, keyset, table_files
from mvi_dashboard.ground.described import Described, as_json, flat_names
from mvi_dashboard.ground.listing.pages import MOST_IN_FILE
from mvi_dashboard.ground.problems import refuse

FILES = (table_files.CSV, table_files.XLSX)
AS_OF = "asOf"
_AT_ONCE = 500


def wanted(request: HttpRequest) -> str:
    """The media type of the file that is asked in `Accept`; empty for JSON."""
    accepted = request.headers.get("Accept", "")
    return next((kind for kind in FILES if kind in accepted), "")


def file_of(
    kind: str,
    found: QuerySet[Any],
    *,
    order: Sequence[str],
    row: Callable[[Any], Described],
    resource: type[Described],
    name: str,
    at_once: bool = False,
) -> HttpResponseBase:
    """All of these rows, each with the moment of reading. Raises Refused when there are too many."""
    if found.order_by()[MOST_IN_FILE : MOST_IN_FILE + 1].exists():
        raise refuse("too_many_rows", "Dit zijn meer dan 100.000 regels: vraag ze per deel, met een filter.")
    heads = flat_names(resource)
    moment = clock.now()
    rows = ([moment, *_flat(as_json(row(each)), heads)] for each in _all(found, order))
    file_name = f"{name}-{clock.local_date(moment):%Y-%m-%d}"
    if kind == table_files.XLSX:
        book = table_files.workbook(name, [AS_OF, *heads], rows)
        return FileResponse(book, as_attachment=True, filename=f"{file_name}.xlsx", content_type=kind)
    lines = table_files.system_lines([AS_OF, *heads], list(rows) if at_once else rows)
    answer = StreamingHttpResponse(lines, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file_name}.csv"'
    return answer


def _all(found: QuerySet[Any], order: Sequence[str]) -> Iterator[Any]:
    cursor: str | None = None
    while True:
        rows, cursor = keyset.slice_after(found, order=order, limit=_AT_ONCE, cursor=cursor)
        yield from rows
        if cursor is None:
            return


def _flat(row: dict[str, Any], heads: Sequence[str]) -> list[Any]:
    return [_at(row, head.split(".")) for head in heads]


def _at(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        return "; ".join(map(str, value))
    if isinstance(value, list | dict):
        return json.dumps(value, default=str, ensure_ascii=False)
    return value
