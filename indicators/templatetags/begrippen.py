"""The tag `{% term %}`: a word of the field that leads to its definition."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from indicators import glossary

register = template.Library()


@register.simple_tag
def term(code: str, text: str = "") -> SafeString:
    """The word as a link to its definition: `{% term "prognose" %}`, `{% term "prognose" "Prognose" %}`.

    Raises KeyError for a code that is no term.
    """
    return glossary.link(code, text)
