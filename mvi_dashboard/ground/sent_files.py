"""A file that somebody sends in to be read: as it came, and what is asked about it."""

from __future__ import annotations

from dataclasses import dataclass

from . import intake
from .shapes import Choice

ENCODING = Choice(
    intake.ENCODINGS, required=False, default="", label="Codering", help="Alleen nodig als wij erom vragen."
)


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes
