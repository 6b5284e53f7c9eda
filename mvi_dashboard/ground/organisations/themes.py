"""A theme: a file of design tokens, of which only checked colours, lengths and names of letters are kept.

What can be themed is read from our own stylesheet: a property that looks first at a `--basis-` or `--utrecht-`
token.
What comes out is written anew from what was understood, so nothing of a file goes through as it was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path

import tinycss2  # type: ignore[import-untyped]  # ships no types
from tinycss2.color4 import Color, parse_color  # type: ignore[import-untyped]

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.problems import Problem

LONGEST = 100_000
MOST_TOLD = 20
TEXT, EDGE = 4.5, 3.0
_SHEET = Path(__file__).resolve().parents[2] / "static/mvi/mvi.css"
_PUBLIC = ("--basis-", "--utrecht-")
_SPACES = ("srgb", "hsl", "hwb")
_LONGEST_LENGTH = {"px": 48.0, "rem": 3.0, "em": 3.0}
_FONT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,59}|-apple-system").fullmatch
# (text, ground, in words, how much at least): what people read, and what they press.
_PAIRS = (
    ("ink", "page", "De tekst op de pagina", TEXT),
    ("ink-soft", "page", "De zachte tekst op de pagina", TEXT),
    ("ink", "surface", "De tekst op een vlak", TEXT),
    ("ink-soft", "surface", "De zachte tekst op een vlak", TEXT),
    ("ink", "field", "De tekst in een invoerveld", TEXT),
    ("link", "page", "Een link op de pagina", TEXT),
    ("on-action", "action", "De tekst op een knop", TEXT),
    ("on-action", "action-hover", "De tekst op een knop onder de muis", TEXT),
    *((name, "page", "Een melding op de pagina", TEXT) for name in ("error", "warning", "ok", "info")),
    *((name, f"{name}-tint", "Een melding op de eigen tint", TEXT) for name in ("error", "warning", "ok", "info")),
    ("line-strong", "page", "De rand van een invoerveld", EDGE),
    ("focus", "page", "De rand om wat gekozen is", EDGE),
    # The colours of numbers are the same under every theme: the page has to be light enough for them.
    ("avoided-text", "page", "Het groen van vermeden", TEXT),
    ("extra-text", "page", "Het oranje van extra", TEXT),
)


@dataclass(frozen=True)
class Slot:
    """One property of our stylesheet: what it reads before its own value, and what that is."""

    reads: tuple[str, ...]
    usual: str
    kind: str
    """colour, length or font"""


@dataclass(frozen=True)
class Theme:
    """What was understood of a file."""

    tokens: Mapping[str, str]
    unused: int
    """tokens of the same families that nothing here looks at"""
    problems: tuple[Problem, ...]


def read_theme(css: str) -> Theme:
    """The tokens in this file, and everything that is wrong with it, each with its line."""
    tokens: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    unused = 0
    for name, value, line in _declarations(css, problems):
        kind = _kind_of(name)
        if kind == "unused":
            unused += 1
            continue
        found = _REFUSED[kind] if kind in _REFUSED else _read(kind, value)
        if found.startswith("!"):
            problems.append(_at(line, found[1:].format(name)))
        elif tokens.setdefault(name, found) != found:
            problems.append(_at(line, f"{name} staat er twee keer in, met een andere waarde."))
        lines.setdefault(name, line)
    if not tokens and not problems:
        problems.append(
            Problem(("css",), "required", "In dit bestand staat geen kleur of letter die wij gebruiken.")
        )
    problems += _too_faint(tokens, lines)
    return Theme(tokens, unused, tuple(problems[:MOST_TOLD]))


def stylesheet(tokens: Mapping[str, str]) -> str:
    """The stylesheet of these tokens: it wins from the usual values, whatever is read first."""
    lines = "".join(f"  {name}: {value};\n" for name, value in sorted(tokens.items()))
    return f":root[data-theme] {{\n{lines}}}\n"


@cache
def slots() -> Mapping[str, Slot]:
    """What can be themed, by its name without `--mvi-`, as our own stylesheet says it."""
    found = {}
    for name, value in _own_tokens().items():
        reads = tuple(re.findall(r"var\((--(?:basis|utrecht)-[a-z0-9-]+)", value))
        if reads:
            usual = value.rpartition("var(")[2].partition(",")[2].rstrip(") ").strip()
            kind = "font" if "font" in name else "colour" if parse_color(usual) else "length"
            found[name] = Slot(reads, usual, kind)
    return found


@cache
def _own_tokens() -> Mapping[str, str]:
    """The properties in the first rule of our stylesheet, by name without `--mvi-`."""
    rules = tinycss2.parse_stylesheet(_SHEET.read_text(encoding="utf-8"), skip_comments=True, skip_whitespace=True)
    content = tinycss2.parse_blocks_contents(rules[0].content, skip_comments=True, skip_whitespace=True)
    rows = [each for each in content if each.type == "declaration" and each.name.startswith("--mvi-")]
    return {each.name[6:]: tinycss2.serialize(each.value).strip() for each in rows}


def _declarations(css: str, problems: list[Problem]) -> Iterator[tuple[str, list[object], int]]:
    """(name, value, line) of every property in the file; what is no plain rule is a problem."""
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule":
            problems.append(
                _at(rule.source_line, f"@{rule.at_keyword} kan hier niet: alleen tokens met een waarde.")
            )
        elif rule.type == "error":
            problems.append(_at(rule.source_line, "Dit is geen CSS die wij kunnen lezen."))
        else:
            for each in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
                if each.type != "declaration":
                    problems.append(_at(each.source_line, "Hier hoort een naam met een waarde, en niets anders."))
                else:
                    yield each.name, each.value, each.source_line


_REFUSED = {
    "data": "!{0} heeft in elke grafiek een vaste betekenis: die kleur kunt u niet wijzigen.",
    "other": "!{0} is geen token voor het uiterlijk. Gebruik --basis-…, --utrecht-… of --mvi-….",
}


def _kind_of(name: str) -> str:
    if name.startswith("--mvi-"):
        own = slots().get(name[6:])
        return own.kind if own else "data" if name[6:] in _own_tokens() else "other"
    if name.startswith(_PUBLIC):
        return next((slot.kind for slot in slots().values() if name in slot.reads), "unused")
    return "other"


def _read(kind: str, value: list[object]) -> str:
    """The value, written anew; or `!` and what is wrong with it."""
    parts = [part for part in value if part.type not in ("whitespace", "comment")]  # type: ignore[attr-defined]
    if kind == "font":
        return _font(parts)
    if len(parts) != 1:
        return "!{0} heeft geen enkele waarde die wij kunnen lezen."
    return _colour(parts[0]) if kind == "colour" else _length(parts[0])


def _colour(part: object) -> str:
    found = _rgb(part)
    if found is None:
        return "!{0} is geen kleur. Schrijf de kleur uit, bijvoorbeeld #0f4c5c."
    if found[3] != 1:
        return "!{0} is doorzichtig. Kies een volle kleur."
    return "#" + "".join(f"{round(255 * each):02x}" for each in found[:3])


def _rgb(colour: object) -> list[float] | None:
    """Red, green, blue and opacity from 0 to 1, of a colour that every screen shows; None for anything else."""
    found = parse_color(colour)
    if not isinstance(found, Color) or found.space not in _SPACES or None in list(found):
        return None
    parts = [float(each) for each in found.to("srgb")]
    return [min(max(each, 0.0), 1.0) for each in parts] if all(map(isfinite, parts)) else None


def _length(part: object) -> str:
    kind, number = part.type, getattr(part, "value", None)  # type: ignore[attr-defined]
    if kind == "number" and number == 0:
        return "0"
    most = _LONGEST_LENGTH.get(getattr(part, "lower_unit", ""), -1.0)
    if kind != "dimension" or not 0 <= number <= most:  # type: ignore[operator]
        return "!{0} is geen lengte. Schrijf bijvoorbeeld 4px, hoogstens 48px."
    return f"{number:g}{part.lower_unit}"  # type: ignore[attr-defined]


def _font(parts: list[object]) -> str:
    names: list[str] = [""]
    for part in parts:
        if part == ",":
            names.append("")
        elif part.type in ("string", "ident"):  # type: ignore[attr-defined]
            names[-1] = f"{names[-1]} {part.value}".strip()  # type: ignore[attr-defined]
        else:
            return "!{0} is geen rij van lettertypen. Schrijf namen, met een komma ertussen."
    if not all(_FONT(name) for name in names) or len(names) > 12:
        return "!{0} is geen rij van lettertypen. Schrijf hoogstens 12 namen van letters, cijfers en streepjes."
    return ", ".join(name if name in _GENERIC else f'"{name}"' for name in names)


_GENERIC = {"serif", "sans-serif", "monospace", "system-ui", "ui-monospace", "ui-sans-serif", "-apple-system"}


def _too_faint(tokens: Mapping[str, str], lines: Mapping[str, int]) -> Iterator[Problem]:
    """A problem per pair of colours that differ too little, at the line of the one that was sent."""
    for text, ground, words, least in _PAIRS:
        one, other = _effective(text, tokens), _effective(ground, tokens)
        ratio = contrast(one[0], other[0])
        sent = [lines[name] for name in (one[1], other[1]) if name]
        if sent and ratio < least:
            said, wanted = formats.number(ratio, 1), formats.number(least, 1)
            yield _at(
                max(sent),
                f"{words} is niet goed te zien: contrast {said}, minstens {wanted} is nodig.",
                "contrast",
            )


def _effective(name: str, tokens: Mapping[str, str]) -> tuple[str, str]:
    """The colour that this property will have, and the token that gave it (empty: our own)."""
    slot = slots().get(name)
    if slot is None:
        return _own_tokens()[name], ""
    sent = next((each for each in (f"--mvi-{name}", *slot.reads) if each in tokens), "")
    return (tokens[sent], sent) if sent and not tokens[sent].startswith("!") else (slot.usual, "")


def contrast(one: str, other: str) -> float:
    """How far two colours are apart, as WCAG 2.2 counts it.

    >>> round(contrast("#000", "#ffffff"), 1), round(contrast("#777777", "#ffffff"), 2)
    (21.0, 4.48)
    """
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (_rgb(colour) or [0.0, 0.0, 0.0])[:3]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return float(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])


def _at(line: int, detail: str, code: str = "invalid") -> Problem:
    return Problem(("css",), code, f"Regel {line}: {detail[:1].lower()}{detail[1:]}")
