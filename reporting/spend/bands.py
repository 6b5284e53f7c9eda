"""The thirteen bands in which the spend of ministries is published, with the middle of each.

Source: the report on goals of sustainable procurement, Tabel 6 (source 003). Band 0 has no amounts and is left out
there and here; band 13 has no end and counts with where it begins, so what rests on it is at least that.
"""

from __future__ import annotations

from decimal import Decimal

_MIDDLES = (
    *(5_001, 30_001, 75_001, 175_001, 375_001, 750_001, 3_000_001, 7_500_001),
    *(17_500_001, 37_500_001, 75_000_001, 125_000_001, 150_000_001),
)
MIDDLES = {number: Decimal(middle) for number, middle in enumerate(_MIDDLES, start=1)}
WITHOUT_AMOUNT, OPEN_ENDED = 0, 13
