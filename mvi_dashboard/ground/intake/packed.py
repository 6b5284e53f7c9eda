"""Files in a zip that somebody sends, taken out by a process of its own; what is passed over is told."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from .apart import read_apart
from .documents import check_size, is_beside, opened_zip


def files_in(content: bytes, endings: tuple[str, ...]) -> tuple[list[tuple[str, bytes]], list[tuple[str, str]]]:
    """(name and content of each file whose name ends so, what else is in it and why that is passed over).

    Raises Refused: 413 `too_large`, `zip_ratio`, `encrypted` or `corrupt`.
    """
    check_size(content)
    found: list[tuple[str, bytes]] = []
    passed: list[tuple[str, str]] = []

    def take(part: Any) -> None:
        name, packed, why = part
        if packed is None:
            passed.append((name, why))
        else:
            found.append((name, base64.b64decode(packed)))

    read_apart("packed", content, take, endings=list(endings))
    return found, passed


def parts_of(content: bytes, endings: tuple[str, ...]) -> Iterator[tuple[str, bytes | None, str]]:
    """The same part by part, read in this process: name, content when it is wanted, else why it is not."""
    with opened_zip(content, endings) as (archive, parts):
        wanted = {part.filename for part in parts}
        for part in archive.infolist():
            if part.is_dir() or is_beside(part.filename):
                continue
            if part.filename in wanted:
                yield part.filename, archive.read(part), ""
            elif part.filename.lower().endswith(".zip"):
                yield part.filename, None, "Een zip in een zip lezen wij niet: pak die eerst uit."
            else:
                yield part.filename, None, f"Geen {' of '.join(endings)}: dit bestand is niet gelezen."
