"""Factors on their way into a concept beside others of their category: values far outside it are asked about.

A slip of a thousand (tonnes for kilograms) in a new factor has no earlier value to jump from; its neighbours tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import median

from indicators.factors.exchange import Factors
from indicators.factors.exchange.epd import CATEGORY
from indicators.models import Material
from mvi_dashboard.ground import formats
from mvi_dashboard.ground.problems import Path

from .factor_checks import Codes
from .factor_jumps import ASKED_ABOUT, asked
from .version_losses import Key, Values, far_apart, jumped

MOST_OUTSIDE = 30
"""a value that is more than so many times the median of its category, or less than that part of it, is asked"""
FEWEST = 3
_ALL = "*"
"""the group of all materials in one unit, for products of no category"""
_WHY = f"dat is meer dan {MOST_OUTSIDE} keer zo groot of zo klein. Klopt het? Bevestig het met een reden."

Group = tuple[str, str, int, str]
"""category and unit of the material, indicator, and module"""


def note_outliers(found: Factors, codes: Codes, old: Mapping[Key, Values]) -> None:
    """Adds a warning for each new value outside its category: the version that holds, else the file itself."""
    homes = _homes(codes)
    medians = {**_medians(_rows(found, codes, homes)), **_medians(_held(homes, old))}
    outside: list[tuple[Path, str]] = []
    rows = zip(
        found.numbers, *(found.cells[name] for name in ASKED_ABOUT), _rows(found, codes, homes), strict=True
    )
    for number, material, indicator, module, unit, value, recycled, (group, _) in rows:
        middle = medians.get(group) if group else None
        if not middle or group is None:
            continue
        before = old.get((codes.materials.get(material, (0, ""))[0], group[2], module), (None, None))
        for name, was, now in zip(("value", "recycled_value"), before, (value, recycled), strict=True):
            after = None if now is None else float(now)
            if after is not None and _newly_outside(was, after, middle):
                where = "in alle groepen samen" if group[0] == _ALL else f"in de groep {group[0]}"
                both = f"{formats.exact(after)} {unit}; {where} is {formats.exact(middle)} gewoon"
                outside.append((found.place(number, name), f"{material}, {indicator}: {both}"))
    found.warnings += asked(outside, found.place(1, "value")[:1], "outside_category", _WHY)


def outside_of(value: float, middle: float) -> bool:
    """Whether a value lies more than thirty times above or below what is usual; zero is no size.

    >>> outside_of(60.0, 2.0), outside_of(61.0, 2.0), outside_of(0.06, 2.0), outside_of(0.0, 2.0)
    (False, True, True, False)
    """
    if not value or not middle:
        return False
    return far_apart(value, middle, MOST_OUTSIDE)


def _newly_outside(was: float | None, after: float, middle: float) -> bool:
    """What jumps from its own earlier value is asked about already; what lay outside before was answered then."""
    if jumped(was, after) or not outside_of(after, middle):
        return False
    return was is None or not outside_of(was, middle)


def _homes(codes: Codes) -> dict[int | str, tuple[str, str]]:
    """Category and unit of every public material by its id, and of a proposed one by its code."""
    public = Material.objects.filter(owner_organisation__isnull=True, owner_supplier__isnull=True)
    homes: dict[int | str, tuple[str, str]] = {
        pk: (category, unit) for pk, category, unit in public.values_list("pk", "category", "unit")
    }
    homes |= {code: (new.category, new.unit) for code, new in codes.proposed.items()}
    # Products with a declaration are of all kinds: they stand beside everything in their unit.
    return {material: (_ALL if home[0] == CATEGORY else home[0], home[1]) for material, home in homes.items()}


def _rows(
    found: Factors, codes: Codes, homes: Mapping[int | str, tuple[str, str]]
) -> Iterator[tuple[Group | None, float | None]]:
    """Group and value of every factor of the file; no group where its material has no category."""
    columns = (found.cells[name] for name in ("material", "indicator", "module", "value"))
    for material, indicator, module, value in zip(*columns, strict=True):
        known, measured = codes.materials.get(material), codes.indicators.get(indicator)
        category, unit = homes.get(known[0] if known else material, ("", ""))
        group = (category, unit, measured[0], module) if category and measured else None
        yield group, None if value is None else float(value)


def _held(
    homes: Mapping[int | str, tuple[str, str]], old: Mapping[Key, Values]
) -> Iterator[tuple[Group | None, float | None]]:
    for (material, indicator, module), (value, _) in old.items():
        category, unit = homes.get(material, ("", ""))
        yield ((category, unit, indicator, module) if category else None), value


def _medians(rows: Iterator[tuple[Group | None, float | None]]) -> dict[Group, float]:
    """What is usual in each group that has enough values to say so, and in all groups together.

    What products with a declaration have says nothing of what is usual.
    """
    grouped: dict[Group, list[float]] = {}
    for group, value in rows:
        if group is not None and value and group[0] != _ALL:
            grouped.setdefault(group, []).append(abs(value))
            grouped.setdefault((_ALL, *group[1:]), []).append(abs(value))
    return {group: median(values) for group, values in grouped.items() if len(values) >= FEWEST}
