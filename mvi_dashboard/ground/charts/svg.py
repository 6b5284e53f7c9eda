"""The few shapes that charts are made of, as SVG without any style of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

LETTER = 7.0
"""About how wide a letter of 13 px is"""
_STRIPE = 7.0


@dataclass(frozen=True)
class Drawing:
    """One SVG: `css` says in which places it is seen."""

    css: str
    width: float
    height: float
    shapes: Sequence[SafeString]

    @property
    def svg(self) -> SafeString:
        """Not for who cannot see it: the table says the same."""
        return format_html(
            '<svg class="chart {}" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>',
            self.css,
            round(self.width),
            round(self.height),
            mark_safe("".join(self.shapes)),  # noqa: S308  # made by format_html
        )


def rect(css: str, x: float, y: float, width: float, height: float) -> SafeString:
    """A box."""
    place = (f"{each:.1f}" for each in (x, y, width, height))
    return format_html('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', css, *place)


def path(css: str, d: str) -> SafeString:
    """Lines."""
    return format_html('<path class="{}" d="{}"/>', css, d)


def line(css: str, points: Sequence[tuple[float, float]]) -> SafeString:
    """A line through points."""
    return path(css, "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points))


def dot(css: str, x: float, y: float, radius: float = 4.0) -> SafeString:
    """A point on a line."""
    return format_html('<circle class="{}" cx="{}" cy="{}" r="{}"/>', css, f"{x:.1f}", f"{y:.1f}", radius)


def text(css: str, x: float, y: float, said: str) -> SafeString:
    """One line of text."""
    place = (f"{x:.1f}", f"{y:.1f}")
    if not css:
        return format_html('<text x="{}" y="{}">{}</text>', *place, said)
    return format_html('<text x="{}" y="{}" class="{}">{}</text>', *place, css, said)


def hatch(x: float, y: float, width: float, height: float) -> SafeString:
    """Stripes at 45 degrees within a box: the second sign of extra impact."""
    strokes = []
    offset = _STRIPE
    while offset < width + height:
        first = (x + max(0.0, offset - height), y + min(height, offset))
        last = (x + min(width, offset), y + max(0.0, offset - width))
        strokes.append(f"M{first[0]:.1f} {first[1]:.1f}L{last[0]:.1f} {last[1]:.1f}")
        offset += _STRIPE
    return path("c-hatch", "".join(strokes))


def edge(x: float, y: float, width: float, height: float) -> SafeString:
    """The four sides of a box whose light fill alone is hard to see."""
    sides = f"M{x:.1f} {y:.1f}h{width:.1f}M{x:.1f} {y + height:.1f}h{width:.1f}"
    return path("c-axis", f"{sides}M{x:.1f} {y:.1f}v{height:.1f}M{x + width:.1f} {y:.1f}v{height:.1f}")


def shortened(name: str, letters: int) -> str:
    """The name as far as it fits."""
    return name if len(name) <= letters else f"{name[: letters - 1].rstrip()}…"
