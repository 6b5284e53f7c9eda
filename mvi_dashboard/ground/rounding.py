"""Rounding numbers that stand together, so that what is shown adds up and the same number is shown the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

# Wide enough for every float64 written out; the default context would round after 28 digits.
EXACT = Context(prec=800, rounding=ROUND_HALF_UP)
_SAME_DIGITS = Context(prec=10)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """The number with so many decimals; a half goes up."""
    return value.quantize(Decimal(1).scaleb(-decimals), context=EXACT)


def largest_remainder(parts: Sequence[Decimal], whole: Decimal, decimals: int) -> list[Decimal]:
    """The parts rounded down, and then those with the largest remainders up until they are the whole.

    What is nothing stays nothing. A difference that rounding cannot explain is left as it is.
    """
    step = Decimal(1).scaleb(-decimals)
    if abs(sum(parts, -whole)) > step * (len(parts) + 1):
        return [rounded(part, decimals) for part in parts]
    found = [part.quantize(step, ROUND_FLOOR, context=EXACT) for part in parts]
    missing = int((whole - sum(found, Decimal(0))) / step)
    order = sorted(
        (place for place, part in enumerate(parts) if part),
        key=lambda place: (found[place] - parts[place], -abs(parts[place]), place),
        reverse=missing < 0,
    )
    for turn in range(abs(missing) if order else 0):
        found[order[turn % len(order)]] += step if missing > 0 else -step
    return found


class Shown:
    """What was shown of numbers on one page, so that a number that comes back is shown the same.

    Equal in ten digits is the same number: a total of one contract is that contract, however it was added up.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[Decimal, int], Decimal] = {}

    def once(self, value: Decimal, decimals: int) -> Decimal:
        """The number as it was shown, or else rounded."""
        return self._found.setdefault(_key(value, decimals), rounded(value, decimals))

    def column(self, parts: Sequence[Decimal], whole: Decimal, decimals: int) -> list[Decimal]:
        """The same as :func:`largest_remainder`, with the parts that were shown before as they were; when those
        leave no room for the others the column goes before the page."""
        known = {place: self._found.get(_key(part, decimals)) for place, part in enumerate(parts)}
        fixed = {place: value for place, value in known.items() if value is not None}
        found = _around(parts, whole, decimals, fixed) or largest_remainder(parts, whole, decimals)
        for part, value in zip(parts, found, strict=True):
            self._found.setdefault(_key(part, decimals), value)
        return found


def _around(
    parts: Sequence[Decimal], whole: Decimal, decimals: int, fixed: Mapping[int, Decimal]
) -> list[Decimal] | None:
    """The parts with these values for some of them; None when no part may move so far."""
    step = Decimal(1).scaleb(-decimals)
    if abs(sum(parts, -whole)) > step * (len(parts) + 1):
        return [fixed.get(place, rounded(part, decimals)) for place, part in enumerate(parts)]
    free = [part for place, part in enumerate(parts) if place not in fixed]
    shown = iter(largest_remainder(free, whole - sum(fixed.values(), Decimal(0)), decimals))
    found = [fixed[place] if place in fixed else next(shown) for place in range(len(parts))]
    moved = any(abs(value - part) >= step for value, part in zip(found, parts, strict=True))
    return None if moved or sum(found, -whole) else found


def _key(value: Decimal, decimals: int) -> tuple[Decimal, int]:
    return _SAME_DIGITS.plus(value), decimals
