"""How names stand in our sentences."""

from __future__ import annotations


def in_sentence(name: str) -> str:
    """The name inside a sentence: only its first letter is lowered, and none of an abbreviation.

    >>> in_sentence("Schuim (PUR, zacht)"), in_sentence("PUR-schuim")
    ('schuim (PUR, zacht)', 'PUR-schuim')
    """
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
