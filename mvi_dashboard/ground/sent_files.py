"""A file that somebody sends in to be read: as it came, and what is asked about it."""

from __future__ import annotations

from dataclasses import dataclass

from . import formats, intake
from .shapes import Choice

ENCODING = Choice(
    intake.ENCODINGS, required=False, default="", label="Codering", help="Alleen nodig als wij erom vragen."
)


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes


def size_in_words(size: int) -> str:
    """How large a file is, for people.

    >>> size_in_words(20 * 1024**2), size_in_words(1_500_000), size_in_words(2_048), size_in_words(3)
    ('20 MB', '1,43 MB', '2 kB', '1 kB')
    """
    unit, name = (1024**2, "MB") if size >= 1024**2 else (1024, "kB")
    return f"{formats.number(max(size / unit, 1) if unit == 1024 else size / unit)} {name}"
