"""What is done with a tender as a whole, each on a page that asks first: open and cancel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.pages import actor_of, may, posted_number, redrawn
from mvi_dashboard.ground.problems import Problem, Refused, conflict, forbidden, not_found
from mvi_dashboard.ground.shapes import document_of
from tenders import selectors, services
from tenders.models import Tender
from tenders.selectors.tenders import OPENING_WINDOW
from tenders.services.shapes import CANCELLATION

from .words import crumbs, may_edit, tender_url

_ASKING = require_http_methods(["GET", "HEAD", "POST"])
Page = dict[str, Any]


@_ASKING
@may(access.TENDER_EDIT)
def cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks for the reason; bids stay sealed."""
    actor = actor_of(request)
    tender = selectors.get_tender(actor, public_id)
    if not may_edit(actor, tender):
        raise forbidden()
    page = _cancelling(tender)
    if request.method != "POST":
        if tender.status in (Tender.Status.FINAL, Tender.Status.CANCELLED):
            raise conflict("wrong_state", "Deze aanbesteding is al afgerond: stoppen kan niet meer.")
        return _confirm(request, tender, page)
    document = document_of([("reason", request.POST.get("reason", ""))])
    try:
        services.cancel_tender(
            actor,
            tender_id=public_id,
            document=document,
            expected_version=posted_number(request, "version"),
            typed=True,
        )
    except Refused as refused:
        return _confirm(request, tender, page | {"document": document}, refused.problems, redrawn(refused))
    messages.success(request, "De aanbesteding is gestopt.")
    return redirect(tender_url(tender))


@_ASKING
@may(access.TENDER_OPEN)
def open_bids(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The first person asks, the second opens; also for an officer of another organisation who co-signs."""
    actor = actor_of(request)
    tender, own = _openable(actor, public_id)
    if request.method != "POST":
        return _opening_page(request, tender, own)
    try:
        opened = services.open_tender(actor, tender_id=public_id)
    except Refused as refused:
        return _opening_page(request, tender, own, refused.problems, redrawn(refused))
    if opened.status == Tender.Status.OPENED:
        _tell_opened(request, opened)
    elif opened.vault is not None and opened.vault.opened_at is not None:
        messages.success(request, "De kluis is open. Wij maken de inschrijvingen nu klaar.")
    else:
        return redirect(reverse("tenders:open", args=[tender.public_id]))
    return redirect(tender_url(tender) if own else "start")


def _tell_opened(request: HttpRequest, tender: Tender) -> None:
    """What stands open, and what does not."""
    aside = selectors.bid_counts(tender)[1]
    if not aside:
        messages.success(request, "De inschrijvingen zijn geopend.")
        return
    how_many = formats.counted(aside, "inschrijving kon", "inschrijvingen konden")
    rest = "" if aside == selectors.bid_counts(tender)[0] else "De inschrijvingen zijn geopend. "
    messages.warning(request, f"{rest}{how_many} niet open: hieronder staat waarom.")


def _openable(actor: Actor, public_id: UUID) -> tuple[Tender, bool]:
    """(tender, whether it is of an own organisation); another one only while it waits for a co-signer."""
    found = selectors.visible_tenders(actor).select_related("vault").filter(public_id=public_id).first()
    if found is not None:
        if not actor.may(access.TENDER_OPEN, found.organisation_id):
            raise forbidden()
        return found, True
    waiting = selectors.tenders_to_cosign(actor, clock.now()).filter(public_id=public_id)
    found = waiting.select_related("organisation", "vault").first()
    if found is None:
        raise not_found()
    return found, False


def _opening_page(
    request: HttpRequest, tender: Tender, own: bool, problems: Sequence[Problem] = (), status: int = 200
) -> HttpResponse:
    now, actor = clock.now(), actor_of(request)
    waiting = selectors.wait_for_opening(tender, now)
    mine = waiting is not None and actor.user is not None and waiting.person_id == actor.user.pk
    if not problems and tender.status != Tender.Status.PUBLISHED:
        raise conflict("wrong_state", "Deze aanbesteding is al geopend, of nog niet gepubliceerd.")
    early = tender.opening_at is not None and now < tender.opening_at
    context = {
        "tender": tender,
        "own": own,
        "problems": list(problems),
        "early": early,
        "waiting": waiting,
        "until": waiting.moment + OPENING_WINDOW if waiting else None,
        "mine": mine,
        "bid_count": selectors.bid_count(tender) if own else None,
        "back_url": tender_url(tender) if own else "/",
        "crumbs": crumbs((tender.title, tender_url(tender)), ("Openen", "")) if own else [],
    }
    return render(request, "tenders/open.html", context, status=status)


def _confirm(
    request: HttpRequest, tender: Tender, page: Page, problems: Sequence[Problem] = (), status: int = 200
) -> HttpResponse:
    context = {
        "eyebrow": f"{tender.title}, {tender.reference}",
        "hidden": {"version": tender.version if request.method != "POST" else posted_number(request, "version")},
        "back_url": tender_url(tender),
        "problems": list(problems),
        "crumbs": crumbs((tender.title, tender_url(tender)), (page["title"], "")),
        **page,
    }
    return render(request, "confirm.html", context, status=status)


def _cancelling(tender: Tender) -> Page:
    return {
        "title": "Stoppen",
        "question": "Wilt u deze aanbesteding stoppen?",
        "lead": "Inschrijvingen die nog verzegeld zijn, blijven voor altijd verzegeld.",
        "warning": "Een gestopte aanbesteding kunt u niet opnieuw starten.",
        "reason_label": "Waarom stopt u?",
        "submit_label": "Stop de aanbesteding",
        "danger": True,
        "shape": CANCELLATION,
        "document": {},
        "facts": [{"label": "Stand", "value": str(tender.get_status_display())}],
    }
