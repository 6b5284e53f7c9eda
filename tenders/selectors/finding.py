"""Tenders for the search box."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.searching import FoundKind, Hit, Question, itself
from tenders.models import Lot, Tender

from .tenders import status_of


def _rows(actor: Actor, question: Question) -> QuerySet[Tender]:
    lots = Lot.objects.order_by().filter(tender=OuterRef("pk"))
    return question.among(
        Tender.objects.visible_to(actor).select_related("organisation"),
        {Tender: itself, Lot: lambda hits: Exists(lots.filter(itself(hits)))},
    )


def _hit(tender: Tender) -> Hit:
    status = Tender.Status(status_of(tender, clock.host_now())).label
    return Hit(
        tender.title,
        reverse("tenders:tender", args=[tender.public_id]),
        f"{tender.reference}, {tender.organisation.name}, {worded(status).lower()}",
        dutch=True,
    )


FOUND = (
    FoundKind(
        "aanbestedingen",
        "Aanbestedingen",
        ("aanbesteding", "aanbestedingen"),
        _rows,
        ("-created_at", "id"),
        _hit,
        lambda actor: actor.may(access.TENDER_READ) or actor.may(access.BID_SUBMIT),
    ),
)
