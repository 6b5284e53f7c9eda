"""A tender as a package of OCDS: its shape is that of the standard, so here only its outside is described."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from mvi_dashboard.ground.described import Described, Form
from tenders import models

from .bid import NotRead


class OcdsPublisher(Described):
    """Who gives it out."""

    name: str


class OcdsPackage(Described):
    """A release package of OCDS 1.1."""

    uri: Annotated[str, Form("uri")]
    version: str
    published_date: datetime
    extensions: list[str]
    publisher: OcdsPublisher
    releases: Annotated[list[dict[str, Any]], "Elk volgens release-schema.json van OCDS 1.1"]


class NoticeLot(Described):
    """A lot as it was announced; its product group is chosen by who takes it over."""

    key: str
    title: str
    cpv: str | None


class NoticeFact(Described):
    """What was announced and has no field here."""

    what: str
    said: str


class NoticePreview(Described):
    """What an announcement says; nothing is kept of it."""

    kind: str
    title: str
    reference: str
    procedure: str
    tender: Annotated[UUID | None, "De aanbesteding van dezelfde procedure, als die hier al is"]
    read: Annotated[dict[str, Any], "Per soort gegeven hoeveel er is gelezen"]
    left_out: list[NotRead]
    facts: list[NoticeFact]
    lots: list[NoticeLot]

    @classmethod
    def of(cls, notice: Any, tender: models.Tender | None) -> Self:
        """Of this announcement."""
        return cls(
            kind=notice.kind,
            title=notice.title,
            reference=notice.reference,
            procedure=notice.procedure,
            tender=None if tender is None else tender.public_id,
            read=dict(notice.read),
            left_out=[NotRead(what=what, why=why) for what, why in notice.left_out],
            facts=[NoticeFact(what=what, said=said) for what, said in notice.facts],
            lots=[NoticeLot(key=each.key, title=each.title, cpv=each.cpv or None) for each in notice.lots],
        )
