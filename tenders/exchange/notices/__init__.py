"""Announcements of others, OCDS and eForms, read as what a concept of ours can hold."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from mvi_dashboard.ground.intake.documents import read_documents
from mvi_dashboard.ground.problems import refuse
from tenders.services.notices import Notice

from .eforms import read_eforms
from .ocds import read_ocds

__all__ = ["read_notice"]


def read_notice(content: bytes) -> Notice:
    """The announcement in this XML or JSON. Raises Refused: broken, another kind, or with nothing to take over."""
    found: list[Any] = read_documents(content, (".xml", ".json"))
    if len(found) != 1:
        raise refuse("too_many", "Kies een aankondiging tegelijk: een XML- of JSON-bestand, geen zip.")
    document = found[0]
    if isinstance(document, Element):
        return read_eforms(document)
    if not isinstance(document, dict):
        raise refuse("wrong_type", "Dit is geen OCDS: een bestand begint daar met een object ({...}).")
    return read_ocds(document)
