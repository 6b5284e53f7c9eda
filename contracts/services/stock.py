"""How many items are still there to be retired, whatever the order in which records were made.

A retirement that names its delivery takes from that one; the others take from whatever came in by their day. So
up to each day the unnamed ones may not be more than what was delivered by then and is not named.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import accumulate

from contracts.models import ContractLine, Delivery, Retirement
from contracts.selectors import ActiveRecords, delivery_named


@dataclass(frozen=True)
class Stock:
    """The deliveries of one line with their day and count, and what was retired of it."""

    came: Mapping[int, tuple[date, Decimal]]
    """by the first record of their chain"""
    named: Sequence[tuple[int, date, Decimal]]
    unnamed: Sequence[tuple[date, Decimal]]

    def delivered_by(self, day: date) -> Decimal:
        """Items that came in up to and including this day."""
        return sum((count for came, count in self.came.values() if came <= day), Decimal(0))

    def named_of(self, root: int) -> Decimal:
        """Items of one delivery that were retired by name."""
        return sum((count for own, _day, count in self.named if own == root), Decimal(0))

    def free_on(self, day: date) -> Decimal:
        """What came in by this day and is neither named nor taken by an unnamed retirement by then."""
        days, free = self._free
        place = bisect_right(days, day)
        return free[place - 1] if place else Decimal(0)

    @cached_property
    def _free(self) -> tuple[list[date], list[Decimal]]:
        """Each day on which something changed, and what was free from then on: added up once, asked many times."""
        named: dict[int, Decimal] = defaultdict(Decimal)
        for root, _day, count in self.named:
            named[root] += count
        changes: dict[date, Decimal] = defaultdict(Decimal)
        for root, (came, count) in self.came.items():
            changes[came] += count - named[root]
        for gone, count in self.unnamed:
            changes[gone] -= count
        days = sorted(changes)
        return days, list(accumulate(changes[day] for day in days))

    def left_for(self, day: date, root: int | None) -> Decimal:
        """How many items can be retired on this day, of this delivery or of any that came in before."""
        if root is None:
            days = {day} | {gone for gone, _count in self.unnamed if gone > day}
            return min(self.free_on(each) for each in days)
        came, count = self.came[root]
        days = {gone for gone, _count in self.unnamed if gone >= came}
        return min([count - self.named_of(root), *(self.free_on(each) for each in days)])

    def holds(self) -> bool:
        """Whether everything that was retired came in before."""
        if any(root not in self.came or self.came[root][0] > day for root, day, _count in self.named):
            return False
        whole = all(self.named_of(root) <= count for root, (_day, count) in self.came.items())
        return whole and all(self.free_on(day) >= 0 for day, _count in self.unnamed)


def stock_of(
    found: ActiveRecords,
    line: ContractLine,
    *,
    without: Collection[Retirement] = (),
    changed: Delivery | None = None,
    day: date | None = None,
    count: Decimal | None = None,
) -> Stock:
    """The stock of a line by its records.

    Args:
        without: retirements that are replaced.
        changed: a delivery that gets another `day` and `count`; without a count it goes away.
    """
    came = {found.roots[each.pk]: (each.date, each.count) for each in found.deliveries if each.line_id == line.pk}
    if changed is not None:
        root = found.roots[changed.pk]
        came.pop(root, None)
        if count is not None:
            came[root] = (day or changed.date, count)
    gone = {each.pk for each in without}
    own = [each for each in found.retirements if each.line_id == line.pk and each.pk not in gone]
    named, unnamed = [], []
    for each in own:
        origin = delivery_named(each, found)
        if origin is None:
            unnamed.append((each.date, each.count))
        else:
            named.append((origin, each.date, each.count))
    return Stock(came, named, unnamed)
