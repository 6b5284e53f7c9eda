"""A document of REST as a person types it in a form: Dutch numbers, percentages, and names of inputs."""

from __future__ import annotations

import re
from typing import Any

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?").fullmatch
_PERCENTAGES = {"share", "recycled", "recyclableShare"}
# Texts that look like a number but are not typed as one.
_TEXTS = {"name", "reference", "clientReference", "methodVersion"}
# What the form knows without asking: the lot stands in the address, the unit belongs to the flow.
_NOT_ASKED = {"lot", "currency", "unit", "item"}


def typed(document: Any, prefix: str = "") -> dict[str, str]:
    """The inputs that say the same as this document: `{"lines.0.massKg": "12,5"}`."""
    if isinstance(document, dict):
        pairs = [(f"{prefix}{name}", value) for name, value in document.items() if name not in _NOT_ASKED]
    elif isinstance(document, list):
        pairs = [(f"{prefix}{number}", value) for number, value in enumerate(document)]
    else:
        name = prefix.rstrip(".")
        return {name: as_typed(name.split(".")[-1], document)}
    return {key: text for name, value in pairs for key, text in typed(value, f"{name}.").items()}


def as_typed(field: str, value: Any) -> str:
    """One value as somebody types it: `0.25` of a share is `25`, `12.5` kilo is `12,5`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    text = str(value)
    if field in _TEXTS or not _NUMBER(text):
        return text
    if field in _PERCENTAGES:
        text = _times_hundred(text)
    return text.replace(".", ",")


def _times_hundred(text: str) -> str:
    """The fraction as a percentage with every digit that it had: `0.512345` is `51.2345`."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, part = digits.partition(".")
    part = part.ljust(2, "0")
    percentage = f"{whole}{part[:2]}".lstrip("0") or "0"
    return f"{sign}{percentage}{'.' + part[2:] if part[2:] else ''}"
