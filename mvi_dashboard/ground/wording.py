"""How names stand in our sentences."""

from __future__ import annotations

from collections.abc import Sequence


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
    return f" {word} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
