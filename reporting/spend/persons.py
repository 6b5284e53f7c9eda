"""Names that look like those of persons: they are not kept."""

from __future__ import annotations

import re

PERSON = "particulier"
_TITLE = re.compile(r"(?:dhr|mevr|mw|hr|de heer|mevrouw|fam|familie)\b\.?\s+\S", re.IGNORECASE).match
_LINK = r"(?:(?:van|de|der|den|ter|ten|te|'t|la|el|al)\s+)*"
_INITIALS_FIRST = re.compile(rf"(?:[A-Z]\.\s?){{1,5}}\s*{_LINK}[A-Z][\w'’-]+(?:\s*-\s*[A-Z][\w'’-]+)?").fullmatch
_NAME_FIRST = re.compile(rf"[A-Z][\w'’-]+,?\s*(?:[A-Z]\.\s?){{1,5}}(?:\s*{_LINK.rstrip('*')}*)?").fullmatch
_NAME_COMMA = re.compile(rf"[A-Z][\w'’-]+,\s*(?:[A-Z]\.?\s?){{1,5}}(?:{_LINK})?").fullmatch
_ACCOUNT = re.compile(r"\b[A-Z]{2}[0-9]{2}\s?(?:[A-Z]{4}\s?)(?:[0-9]{2,4}\s?){2,8}\b")


def looks_like_a_person(name: str) -> bool:
    """Whether this supplier seems to be a natural person without a firm.

    >>> [looks_like_a_person(name) for name in ("J. Jansen", "Dhr. P. de Vries", "Jansen, J.P.")]
    [True, True, True]
    >>> [looks_like_a_person(name) for name in ("Bouw Model B.V.", "Groen Proef", "Jansen B.V.")]
    [False, False, False]
    """
    if re.search(r"\b[bn]\.?\s?v\.?$", name, re.IGNORECASE):
        return False
    return bool(_TITLE(name) or _INITIALS_FIRST(name) or _NAME_FIRST(name) or _NAME_COMMA(name))


def kept_name(name: str | None) -> str:
    """What is kept of the name of a supplier: no person, and no number of a bank account.

    >>> kept_name("J. Jansen"), kept_name("Groen Proef NL91 ABNA 0417 1643 00")
    ('particulier', 'Groen Proef')
    """
    text = " ".join(_ACCOUNT.sub("", name or "").split())
    return PERSON if looks_like_a_person(text) else text
