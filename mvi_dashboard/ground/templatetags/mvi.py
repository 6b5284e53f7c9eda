"""Template filters and tags of the whole site: how values look and how a table or an input is drawn.

The text itself comes from `ground.formats`; here an unknown value gets its `<em>` and nothing is calculated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from mvi_dashboard.ground import access, charts, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.inputs import Input, confirmations_of, control_of, input_id, input_of, mistakes_of
from mvi_dashboard.ground.languages import english, says_unknown, unknown, worded
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.sent_files import size_in_words

register = template.Library()

QUALITY_CLASSES = (
    ("measured", "Gemeten"),
    ("verified", "Getoetst (EPD)"),
    ("supplier", "Van leverancier"),
    ("average", "Gemiddelde"),
    ("range", "Bandbreedte"),
    ("spend", "Uit bedrag"),
)
_AMOUNT = re.compile(r"(?<![\w.,−+])[−+]?(\d[\d.,]* )?(kg|ton) [\w,-]+-eq\b")
_BAR = 1000
_GAP = 3


def _marked(text: str) -> str | SafeString:
    """The text, in the `<em>` of the unknown when there was nothing to write."""
    return format_html('<em class="unknown">{}</em>', text) if says_unknown(text) else text


def _in_dutch(text: str) -> str | SafeString:
    """What an organisation wrote, in Dutch: said so on a page that is not."""
    return format_html('<span lang="nl">{}</span>', text) if text and english() else text


def _one_line(content: SafeString) -> SafeString:
    """What stands between two tags, without the ends of its lines."""
    return mark_safe(" ".join(content.split()))  # noqa: S308 - a template rendered it


def _drawn(context: Context, name: str, given: dict[str, Any]) -> SafeString:
    """A part of a page, drawn with these values only."""
    assert context.template is not None
    return context.template.engine.get_template(name).render(context.new(given))


def _decimals(asked: object) -> int | None:
    return None if asked in (None, "") else int(str(asked))


def _number_filter(write: Callable[..., str]) -> Callable[..., str]:
    def written(value: Any, decimals: object = None) -> str:
        return _marked(write(value, _decimals(decimals)))

    return written


register.filter("getal", _number_filter(formats.number))
register.filter("verandering", _number_filter(formats.change))
register.filter("procent", _number_filter(formats.percentage))
register.filter("procentverandering", _number_filter(formats.percentage_change))
register.filter("euro", _number_filter(formats.euros))
register.filter("exact", lambda value: _marked(formats.exact(value)))
register.filter("datum", lambda value: _marked(formats.day(value)))
register.filter("moment", lambda value: _marked(formats.moment(value)))
register.filter("nederlands", _in_dutch)
register.filter("vertaald", lambda text: worded(str(text)) if text else text)
register.filter("tot", formats.until)
register.filter("grootte", size_in_words)
register.filter("uur", lambda value: _marked(formats.clock_time(value)))
register.filter("korte_datum", formats.short_day)
register.filter("veldwaarde", formats.field_value)
register.filter("veldprocent", formats.field_percentage)
register.filter("veld_id", input_id)


@register.filter
def heel(text: Any) -> SafeString:
    """The text, in which no line ends inside an amount such as `34,2 ton CO2-eq`: on pages only."""
    said, at = str(text), 0
    parts = []
    for found in _AMOUNT.finditer(said):
        parts.append((said[at : found.start()], found[0]))
        at = found.end()
    whole = format_html_join("", '{}<span class="nowrap">{}</span>', parts)
    return format_html("{}{}", whole, said[at:])


@register.filter
def geteld(value: Any, words: str) -> str:
    """How many there are, with the right word: `{{ 1|geteld:"regel,regels" }}` is `1 regel`."""
    one, many = words.split(",")
    return formats.counted(value, one, many)


@register.simple_tag
def deel(part: Any, whole: Any, words: str) -> str:
    """So many of so many, as words: `{% deel 3 12 "regel,regels" %}` is `3 van 12 regels`."""
    one, many = words.split(",")
    return formats.part_counted(part, whole, one, many)


@register.filter
def of_onbekend(value: Any) -> str | SafeString:
    """The value as it is, or the word for unknown; 0 and an empty text are values."""
    return str(value) if value == "" or not formats.is_unknown(value) else _marked(unknown())


@register.filter
def beter_of_slechter(value: Any) -> str:
    """The class for a change in impact: `avoided` below zero, `extra` above, nothing at zero or unknown."""
    if formats.is_unknown(value) or not value:
        return ""
    return "avoided" if value < 0 else "extra"


@register.filter
def breedte(fraction: Any) -> str:
    """A fraction between 0 and 1 as the width of a bar of 100, with a point as SVG asks."""
    if formats.is_unknown(fraction):
        return "0"
    return f"{min(max(float(fraction), 0.0), 1.0) * 100:.1f}"


@register.filter
def control(field: BoundField) -> SafeString:
    """The widget of a Django form field with the classes of our stylesheet."""
    return control_of(field)


@register.filter
def per_veld(problems: Iterable[Problem] | None, attr: str) -> list[Problem]:
    """The problems of this one field; those of the whole document with `""`."""
    return [problem for problem in problems or () if (problem.attr or "") == attr]


@register.inclusion_tag("parts/input.html", takes_context=True)
def invoer(context: Context, *path: str, **given: Any) -> dict[str, Input]:
    """An input for one path of a document, with its label, value and messages: `{% invoer row.name "share" %}`.

    `document` and `problems` come from the page, and so does `focus`: the name of the input where somebody goes on
    after a row came or went. See `ground.inputs.input_of` for what may be given.
    """
    name = ".".join(path)
    given.setdefault("autofocus", name == context.get("focus"))
    given.setdefault("document", context.get("document"))
    given.setdefault("problems", context.get("problems"))
    given.setdefault("shape", context.get("shape"))
    return {"input": input_of(name, **given)}


@register.simple_block_tag(takes_context=True, end_name="eindhulp")
def invoer_met_hulp(context: Context, content: SafeString, *path: str, **given: Any) -> SafeString:
    """An input as `invoer` draws it, with the text up to `eindhulp` as its help."""
    given["help"] = _one_line(content)
    return _drawn(context, "parts/input.html", {**invoer(context, *path, **given)})


@register.simple_tag
def veld_id(*path: str) -> str:
    """The id of the input for this path, to which the summary of errors links."""
    return input_id(".".join(path))


@register.inclusion_tag("parts/place_errors.html", takes_context=True)
def plekfouten(context: Context, *path: str) -> dict[str, Any]:
    """What is wrong with a place that is no input itself, such as a list of rows; the summary links to it."""
    return {"id": veld_id(*path), "problems": per_veld(context.get("problems"), ".".join(path))}


@register.inclusion_tag("parts/input.html", takes_context=True)
def celinvoer(context: Context, row: Mapping[str, Any], part: str, label: str, **given: Any) -> dict[str, Input]:
    """The input for one part of a row of a table: its label, with the number of the row, is only read aloud."""
    label = worded("{label}, regel {number}", label=worded(label), number=row["number"])
    return invoer(context, row["name"], part, label=label, hide_label=True, help="", **given)


@register.simple_block_tag(takes_context=True, end_name="eindleeg")
def leeg(context: Context, content: SafeString, title: str, url: str = "", link: str = "") -> SafeString:
    """A list without rows: why, in the text up to `eindleeg`, and a link to what somebody can do about it."""
    given = {"title": worded(title), "text": _one_line(content), "url": url, "link": worded(link)}
    return _drawn(context, "parts/empty.html", given)


@register.simple_block_tag(end_name="eindtabel")
def tabel(content: SafeString, caption: str, tight: bool = False, grid: bool = False) -> SafeString:
    """A table that scrolls within itself on a narrow screen, reachable by keyboard.

    A grid of inputs stands under a heading that says the same, so there the caption is only read aloud.
    """
    classes = "table" + (" table-tight" if tight else "") + (" grid" if grid else "")
    return format_html(
        '<div class="table-scroll" role="region" aria-label="{4}: {0}" tabindex="0">'
        '<table class="{1}"><caption{2}>{0}</caption>{3}</table></div>',
        worded(caption),
        classes,
        mark_safe(' class="visually-hidden"') if grid else "",
        content,
        worded("Tabel"),
    )


@register.inclusion_tag("parts/quality_bar.html")
def kwaliteitsbalk(split: Mapping[str, float] | None) -> dict[str, Any]:
    """The split of an impact over data classes as one bar with its legend; a missing class is 0."""
    parts: list[dict[str, str]] = []
    start = 0.0
    fractions = [float((split or {}).get(code) or 0.0) for code, _ in QUALITY_CLASSES]
    texts = formats.shares(fractions)
    for (code, label), fraction, text in zip(QUALITY_CLASSES, fractions, texts, strict=True):
        width = fraction * _BAR
        if fraction > 0:
            parts.append(
                {
                    "code": code,
                    "label": worded(label),
                    "text": text,
                    "x": f"{start:.1f}",
                    "width": f"{max(width - _GAP, 1.0):.1f}",
                }
            )
        start += width
    return {"parts": parts}


@register.simple_tag
def grafiek(chart: charts.Chart) -> SafeString:
    """The drawing of a chart: one for a wide and one for a narrow place."""
    return charts.drawings(chart)


@register.inclusion_tag("parts/trail_link.html", takes_context=True)
def logboek(context: Context, thing: Any) -> dict[str, Any]:
    """The way to what happened to this object, for who may read the trail of its organisation."""
    actor: Actor = getattr(context.get("request"), "actor", access.NOBODY)
    shown = actor.may(access.AUDIT_READ, thing.organisation_id)
    return {"object_id": thing.public_id if shown else ""}


@register.filter
def met_kolommen(row: Sequence[Any], columns: Sequence[Any]) -> list[tuple[Any, Any]]:
    """The cells of a row, each with its column."""
    return list(zip(columns, row, strict=True))


@register.inclusion_tag("parts/confirmations.html", takes_context=True)
def bevestigingen(context: Context) -> dict[str, Any]:
    """An input for the reason behind each implausible value, with the reasons that were already given."""
    return {"confirmations": confirmations_of(context.get("problems"), context.get("document"))}


@register.inclusion_tag("parts/error_summary.html")
def foutenlijst(
    problems: Sequence[Problem] | None = None, form: Any = None, shape: Any = None, saved: str = ""
) -> dict[str, Any]:
    """The summary on top of a page with errors, one link per field; empty when there is nothing wrong."""
    return {"mistakes": mistakes_of(problems or (), form=form, shape=shape), "saved": worded(saved)}
