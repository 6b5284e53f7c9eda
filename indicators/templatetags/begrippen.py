"""Tags that explain: a word of the field that leads to its definition, and a step of the worked example."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from indicators import glossary

register = template.Library()


@register.simple_tag
def term(code: str, text: str = "") -> SafeString:
    """The word as a link to its definition: `{% term "prognose" %}`, `{% term "prognose" "Prognose" %}`.

    Raises KeyError for a code that is no term.
    """
    return glossary.link(code, text)


@register.simple_block_tag(end_name="eindstap")
def rekenstap(content: SafeString, numbers: str, outcome: str, unit: str) -> SafeString:
    """One step of the worked example: in the words up to `eindstap`, in numbers, and what comes out."""
    return format_html(
        '<dl class="step"><div><dt>In woorden</dt><dd>{}</dd></div><div><dt>Met uw getallen</dt><dd>{}</dd></div>'
        "<div><dt>Uitkomst</dt><dd><strong>{} {}</strong></dd></div></dl>",
        content,
        numbers,
        outcome,
        unit,
    )
