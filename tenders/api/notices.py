"""Announcements in and out over REST."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from mvi_dashboard.ground import access
from mvi_dashboard.ground.problems import refuse
from mvi_dashboard.ground.rest.operations import operation
from mvi_dashboard.ground.shapes import Boolean, ListOf, Object, Text, UnknownObject
from tenders import resources, selectors, services
from tenders.exchange.notices import read_notice
from tenders.exchange.ocds_out import package_of, release_of
from tenders.models import Tender
from tenders.services.notices import place_of_notice

from .tenders import TAG, Answering

_SENT = Object(
    {
        "text": Text(2_500_000, multiline=True, label="De aankondiging", help="OCDS (JSON) of eForms (XML)."),
        "lots": ListOf(
            UnknownObject(),
            max_items=50,
            required=False,
            default=(),
            label="Percelen",
            help="Per perceel van de aankondiging, in die volgorde: productGroup en neededYears.",
        ),
        "organisation": Text(60, required=False, default="", label="Organisatie"),
    }
)
_FORM = Object({"organisation": Text(60, required=False, default="", label="Organisatie")})


class NoticeImports(Answering):
    """An announcement of a tender or an award."""

    takes_file = True

    @operation(
        "Neem een aankondiging over: eerst een voorbeeld",
        body=_SENT,
        form=_FORM,
        query={"confirm": Boolean(required=False, default=False, help="Maak of wijzig het concept meteen.")},
        answers={200: resources.NoticePreview | resources.Tender, 201: resources.Tender},
        once=True,
        name="imports_notices",
        tags=TAG,
    )
    def post(self, request: Request) -> HttpResponse:
        """What is read and left out; with `confirm=true` the concept (201), or what held it already (200)."""
        access.require(self.actor, access.TENDER_EDIT)
        sent = self._sent()
        notice = read_notice(sent["content"])
        place = place_of_notice(self.actor, sent["organisation"])
        there = services.taken_before(place, notice)
        if not self.parameters["confirm"]:
            return self.answer(resources.NoticePreview.of(notice, there or services.concept_of(place, notice)))
        if there is not None:
            return self.tender(there)
        document = {"lots": sent["lots"]} if sent["lots"] else {}
        return self.once(
            lambda once: services.take_notice(
                self.actor, notice=notice, document=document, organisation=sent["organisation"], once=once
            ),
            answer=self.tender,
        )

    def _sent(self) -> dict[str, Any]:
        if self.file is not None:
            said = self.document(_FORM)
            return {"content": self.file.content, "lots": [], "organisation": said["organisation"] or ""}
        said = self.document(_SENT)
        if not said["text"]:
            raise refuse("required", "Stuur de aankondiging mee.", "text")
        return {"content": said["text"].encode(), "lots": said["lots"], "organisation": said["organisation"] or ""}


class Ocds(Answering):
    """A tender as OCDS."""

    @operation("Een aanbesteding als OCDS", answers={200: resources.OcdsPackage}, name="tenders_ocds", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """A release package of OCDS 1.1; value and decisions only for who leads the tender."""
        found = selectors.get_tender(self.actor, public_id)
        return self.answer(
            package_of(found.organisation, _release(self.actor, found), request.build_absolute_uri())
        )


def _release(actor: access.Actor, tender: Tender) -> dict[str, Any]:
    own = tender.organisation_id in actor.organisations_for(access.TENDER_READ)
    return release_of(tender, selectors.standing_awards(tender) if own else {}, own=own)
