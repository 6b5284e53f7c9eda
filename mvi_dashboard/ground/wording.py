"""How names stand in our sentences."""

from __future__ import annotations

from collections.abc import Sequence

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.languages import worded


def in_sentence(name: str) -> str:
    """The name inside a sentence: only its first letter is lowered, and none of an abbreviation.

    >>> in_sentence("Schuim (PUR, zacht)"), in_sentence("PUR-schuim")
    ('schuim (PUR, zacht)', 'PUR-schuim')
    """
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def listed(names: Sequence[str], *, word: str = "en") -> str:
    """The names in one phrase.

    >>> listed(["A", "B", "C"]), listed(["A", "B"], word="of"), listed(["A"])
    ('A, B en C', 'A of B', 'A')
    """
    return f" {worded(word)} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def between(low: formats.Number, high: formats.Number, decimals: int | None = None) -> str:
    """Two bounds in words, in the decimals of their column or of the larger of the two.

    >>> between(1.2, 4.0), between(2160.4, 11412, 0)
    ('tussen 1,20 en 4,00', 'tussen 2.160 en 11.412')

    What is too small for the column lies between nothing and one step of it.

    >>> between(0.01, 0.02, 1), between(0.01, 0.5, 1)
    ('tussen 0 en 0,1', 'tussen 0 en 0,5')
    """
    places = formats.decimals_of([low, high]) if decimals is None else decimals
    first, last = (formats.in_column(each, places) for each in (low, high))
    low_end = "0" if first.startswith("<") else first
    return worded("tussen {low} en {high}", low=low_end, high=last.removeprefix(f"<{formats.NO_BREAK}"))
