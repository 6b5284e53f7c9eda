"""What is known between bounds: whether low, value and high can stand together, said once for every door.

Source: method, section 2b.
"""

from __future__ import annotations

from indicators.models.factors import WIDEST
from mvi_dashboard.ground import formats


def wrong_bounds(low: float | None, value: float | None, high: float | None) -> tuple[str, str, str] | None:
    """(field, code, text) of what is wrong with these bounds, or None; fields are `low`, `value` and `high`.

    >>> wrong_bounds(2.0, 1.0, 3.0)[:2]
    ('low', 'range')
    >>> wrong_bounds(None, 1.0, None) is None
    True
    """
    if low is None and high is None:
        return None
    if low is None or high is None:
        return "low" if low is None else "high", "required", "Vul beide grenzen in, of geen van beide."
    if value is None:
        return "value", "required", "Vul ook de waarde tussen de grenzen in: daarmee rekenen wij."
    if low < 0:
        return "low", "range", "Een grens is 0 of meer."
    if not low <= value <= high:
        field = "low" if low > value else "high"
        return field, "range", "De waarde ligt niet tussen de grenzen: laag is hoogstens de waarde, hoog minstens."
    if low > 0 and high > WIDEST * low:
        text = f"De grenzen liggen meer dan een factor {formats.number(WIDEST)} uit elkaar: dat zegt niets meer."
        return "high", "range", text
    return None
