"""Which EN 15804 a declaration follows: the one before the amendment of 2019 (A1) or after it (A2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from . import tables
from .declaration import Result


def standard_of(standards: Iterable[str], results: Sequence[Result]) -> str:
    """`A1` or `A2`; empty when neither the claims nor the indicators tell.

    Many files say "EN 15804" only. Then the identifiers of the indicators decide, as long as all are of one.
    """
    claimed = " ".join(standards).replace(" ", "").upper()
    if "15804+A2" in claimed or "15804:2012+A2" in claimed or "15804A2" in claimed:
        return "A2"
    if "15804+A1" in claimed or "15804:2012+A1" in claimed or "15804A1" in claimed:
        return "A1"
    known = (tables.by_key(result.key) for result in results)
    found = {each.standard for each in known if each is not None and each.standard}
    if found:
        return found.pop() if len(found) == 1 else ""
    # Before A2 there was nothing to tell apart, so who names EN 15804 without more meant the first.
    return "A1" if "15804" in claimed else ""
