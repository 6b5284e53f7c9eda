"""Reading a file in a process of its own, that may cost so much and no more, and that knows nothing of us.

The child gets the file and answers in JSON, line by line; it has no database, no settings and no secrets. When it
takes too long or wants too much memory the system stops it, and the sender is told so. A new child is started for
every file: `fork` would take open connections with it, and a child that lives on would keep what it has seen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from mvi_dashboard.ground.problems import Kind, More, Problem, Refused, refuse

from .delimited import Pool
from .tables import Figure, Moment, Table

SECONDS = 60
AT_ONCE = 2
MOST_ANSWERED = 256 * 1024 * 1024
FIGURE, MOMENT = "\x00", "\x01"
_MARKED = {FIGURE: Figure, MOMENT: Moment}
_ROOT = Path(__file__).resolve().parents[3]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from mvi_dashboard.ground.intake import child; child.main()"
# What a Python needs of its surroundings to start at all on some systems.
_KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_places = threading.BoundedSemaphore(AT_ONCE)


def read_apart(reading: str, content: bytes, take: Callable[[Any], Any], **told: Any) -> Any:
    """What the child tells at the end of this reading; every part before that goes to `take` as it comes.

    Raises Refused with the problems that it found, 413 `too_large` when it was stopped, 400 `corrupt` when it
    fell over, and 503 `unavailable` when too many files are being read already.
    """
    if not _places.acquire(timeout=SECONDS):
        text = "Er worden nu te veel bestanden tegelijk gelezen. Probeer het over een minuut opnieuw."
        raise refuse("unavailable", text, kind=Kind.UNAVAILABLE)
    try:
        with _child() as child:
            _send(child, json.dumps({"reading": reading, "told": told}).encode() + b"\n" + content)
            return _received(child, take)
    finally:
        _places.release()


def table_apart(reading: str, content: bytes, **told: Any) -> Table:
    """The table that the child read. Raises Refused as `read_apart` does."""
    rows: list[tuple[int, tuple[str, ...]]] = []
    pool = Pool()
    workbook = reading == "workbook"

    def take(part: Any) -> None:
        for number, cells in part:
            row = tuple(map(_cell, cells)) if workbook else tuple(cells)
            rows.append((number, pool.of(row) if not workbook else row))

    found = read_apart(reading, content, take, **told)
    return Table(
        told["name"],
        tuple(found["columns"]),
        rows,
        told["decimal"],
        workbook,
        found["delimiter"],
        found["encoding"],
        tuple((what, why) for what, why in found["notes"]),
        frozenset(found["hiddenRows"]),
        frozenset(found["hiddenColumns"]),
    )


def _cell(text: str) -> str:
    kind = _MARKED.get(text[:1])
    return kind(text[1:]) if kind else text


@contextmanager
def _child() -> Iterator[subprocess.Popen[bytes]]:
    """A child that is gone afterwards, whatever happened; it is stopped when its time is over."""
    command = [sys.executable, "-I", "-c", _START, str(_ROOT)]
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    pipe = subprocess.PIPE
    child = subprocess.Popen(  # noqa: S603  # our own program, and nothing of the sender in its command
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=kept
    )
    timer = threading.Timer(SECONDS, child.kill)
    timer.daemon = True
    timer.start()
    try:
        yield child
    finally:
        timer.cancel()
        child.kill()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                _close(stream)
        child.wait()


def _send(child: subprocess.Popen[bytes], request: bytes) -> None:
    assert child.stdin is not None
    # When it is gone, what it answered or did not tells why.
    with suppress(OSError):
        child.stdin.write(request)
        child.stdin.close()


def _close(stream: IO[bytes]) -> None:
    # There may still be something to write for a child that is gone.
    with suppress(OSError):
        stream.close()


def _received(child: subprocess.Popen[bytes], take: Callable[[Any], Any]) -> Any:
    assert child.stdout is not None
    left = MOST_ANSWERED
    for line in child.stdout:
        left -= len(line)
        if left < 0:
            raise _stopped()
        answer = json.loads(line)
        if "part" in answer:
            take(answer["part"])
        elif "refused" in answer:
            raise Refused([_problem(*each) for each in answer["refused"]], Kind(answer["kind"]))
        elif "memory" in answer:
            raise _stopped()
        else:
            return answer["end"]
    child.wait()
    if child.returncode == 1:
        raise refuse("corrupt", "Dit bestand is beschadigd: sla het opnieuw op en probeer het nog eens.")
    raise _stopped()


def _problem(path: list[str | int], code: str, detail: str, more: int) -> Problem:
    return More((), code, detail, count=more) if more else Problem(tuple(path), code, detail)


def _stopped() -> Refused:
    text = "Dit bestand kost te veel tijd of geheugen om te lezen: maak het kleiner, of splits het."
    return refuse("too_large", text, kind=Kind.TOO_LARGE)
