"""The child of `apart`: reads one file from its input, within limits that it sets itself before it looks at it.

It has no Django, no settings and no database. Where the system knows no such limits (Windows) the parent still
stops it when its time is over.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

from mvi_dashboard.ground.problems import More, Problem, Refused

from .apart import FIGURE, MOMENT
from .delimited import read_delimited, read_records
from .documents import documents_in
from .packed import parts_of
from .sheets import read_sheets_here, sendable
from .tables import Moment, Table
from .workbooks import read_workbook

MEMORY = 256 * 1024 * 1024
SECONDS_OF_WORK = 30
_AT_A_TIME = 1_000


def main() -> None:
    """Read the request, answer it, and leave with 0; 1 when the file made us stumble."""
    _limit()
    try:
        asked = json.loads(sys.stdin.buffer.readline())
        _READINGS[asked["reading"]](sys.stdin.buffer.read(), **asked["told"])
    except Refused as refused:
        _tell({"refused": [_plain(each) for each in refused.problems], "kind": refused.kind.value})
    except MemoryError:
        sys.stdout.write('{"memory": true}\n')
    sys.stdout.flush()


def _limit() -> None:
    try:
        import resource
    except ImportError:
        return
    wanted = (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS_OF_WORK),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, most in wanted:
        try:
            resource.setrlimit(kind, (most, most))
        except (OSError, ValueError):
            continue  # a system that does not know this one, as macOS with memory


def _table(table: Table) -> None:
    for start in range(0, len(table.rows), _AT_A_TIME):
        rows: Iterable[Any] = table.rows[start : start + _AT_A_TIME]
        if table.workbook:
            rows = ((number, [_marked(cell) for cell in cells]) for number, cells in rows)
        _tell({"part": list(rows)})
    _tell(
        {
            "end": {
                "columns": table.columns,
                "delimiter": table.delimiter,
                "encoding": table.encoding,
                "notes": table.notes,
                "hiddenRows": sorted(table.hidden_rows),
                "hiddenColumns": sorted(table.hidden_columns),
            }
        }
    )


def _workbook(content: bytes, *, name: str, decimal: str, elsewhere: dict[str, str]) -> None:
    _table(read_workbook(content, name, decimal, elsewhere))


def _delimited(content: bytes, *, name: str, decimal: str, encoding: str) -> None:
    _table(read_delimited(content, name, decimal, encoding))


def _records(content: bytes, *, encoding: str) -> None:
    rows, delimiter, found = read_records(content, encoding)
    for start in range(0, len(rows), _AT_A_TIME):
        _tell({"part": rows[start : start + _AT_A_TIME]})
    _tell({"end": {"delimiter": delimiter, "encoding": found}})


def _sheets(content: bytes, *, ignored: list[str]) -> None:
    for sheet in read_sheets_here(content, ignored=ignored):
        _tell({"part": sendable(sheet)})
    _tell({"end": None})


def _documents(content: bytes, *, endings: list[str]) -> None:
    for document in documents_in(content, tuple(endings)):
        _tell({"part": document})
    _tell({"end": None})


def _packed(content: bytes, *, endings: list[str]) -> None:
    for name, part, why in parts_of(content, tuple(endings)):
        _tell({"part": [name, None if part is None else base64.b64encode(part).decode("ascii"), why]})
    _tell({"end": None})


def _attached(content: bytes, *, name: str) -> None:
    # Here, as only what is attached needs the library for pictures.
    from mvi_dashboard.ground.files.inspecting import inspect

    _tell({"end": inspect(content, name).code})


def _preview(content: bytes) -> None:
    from mvi_dashboard.ground.files.pictures import preview

    _tell({"end": base64.b64encode(preview(content)).decode("ascii")})


def _marked(cell: str) -> str:
    if type(cell) is str:
        # XML has no signs below the space but those of layout, so a text never begins with a mark.
        return cell
    return f"{MOMENT if type(cell) is Moment else FIGURE}{cell}"


def _plain(problem: Problem) -> tuple[Any, str, str, int]:
    return problem.path, problem.code, problem.detail, problem.count if isinstance(problem, More) else 0


def _tell(answer: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")


_READINGS: dict[str, Callable[..., None]] = {
    "workbook": _workbook,
    "delimited": _delimited,
    "records": _records,
    "sheets": _sheets,
    "documents": _documents,
    "packed": _packed,
    "attached": _attached,
    "preview": _preview,
}
