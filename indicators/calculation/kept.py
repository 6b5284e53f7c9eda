"""Kept and added parts: what recycled content counts beside the factor of a circular strategy.

One piece of goods gets one input discount. With R below 1 an added part counts by its own recycled content, and R
does not apply to it. A kept part counts R (1 - r) k, where r is the recycled content that it had when it was made:
what is declared, at most that of the same material in the reference product (method version 2). Without that bound
it counts as 0 (version 1). So with R = 1 nothing changes, and a refurbished product with the composition, mass and
life of its reference is never worse than the reference. Source: method, section 3.
"""

from __future__ import annotations

import numpy as np

from .factors import Bools, Floats
from .lines import Integers, Lines


def kept_rows(lines: Lines) -> Bools:
    """(B,) rows that a circular strategy keeps: R is below 1 and the row is not newly added."""
    return np.repeat(lines.strategy_factor < 1, np.diff(lines.bill_start)) & ~lines.added


def counted_recycled(lines: Lines) -> Floats:
    """(B,) the recycled fraction that counts: of kept parts at most what they can have had when they were made."""
    at_most = 0.0 if lines.kept_recycled_max is None else np.minimum(lines.recycled, lines.kept_recycled_max)
    return np.where(kept_rows(lines), at_most, lines.recycled)


def recycled_capped(lines: Lines) -> Bools:
    """(B,) rows of which more recycled content is declared than counts, where the method has such a bound."""
    if lines.kept_recycled_max is None:
        return np.zeros(len(lines.material), dtype=bool)
    return kept_rows(lines) & (lines.recycled > lines.kept_recycled_max)


def highest_recycled(material: Integers, reference: Lines) -> Floats:
    """(len(material),) the highest recycled content of each material in the reference products; none there: 0.

    What ``kept_recycled_max`` holds for a bill with these materials.

    Args:
        material: rows in the factor table.
        reference: the reference product of the demand, or the current ones of the group; no lines: none.
    """
    wanted = np.asarray(material, dtype=np.int64)
    same = wanted[:, None] == reference.material[None, :]
    highest: Floats = np.where(same, reference.recycled[None, :], 0.0).max(axis=1, initial=0.0)
    return highest
