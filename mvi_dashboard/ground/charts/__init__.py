"""Charts: described once, drawn as SVG in the colours of the stylesheet, with the same numbers as a table.

A chart is `Bars` (one thing beside another), `Years` (how it goes, on a scale of time), `Steps` (from one number
to another, in parts) or `Lines` (how things go with one number that they share). `drawings` makes two SVGs of it,
for a wide and a narrow place; `chart.table` is what
`parts/table.html` shows. Colours are kinds of the stylesheet, so that they mean the same everywhere.
"""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

from . import across, sharing, years
from .describing import (
    Bars,
    Chart,
    Column,
    Crossing,
    Line,
    Lines,
    Mark,
    Reference,
    Step,
    Steps,
    Years,
    table_of,
)

__all__ = [
    "Bars",
    "Chart",
    "Column",
    "Crossing",
    "Line",
    "Lines",
    "Mark",
    "Reference",
    "Step",
    "Steps",
    "Years",
    "drawings",
    "table_of",
]


def drawings(chart: Chart) -> SafeString:
    """The SVG for a wide and the one for a narrow place; empty when there is nothing to draw."""
    if isinstance(chart, Years):
        found = years.drawings(chart)
    elif isinstance(chart, Steps):
        found = across.of_steps(chart)
    elif isinstance(chart, Lines):
        found = sharing.drawings(chart)
    else:
        found = across.of_bars(chart) if isinstance(chart, Bars) else []
    return mark_safe("".join(each.svg for each in found))  # noqa: S308  # made by format_html
