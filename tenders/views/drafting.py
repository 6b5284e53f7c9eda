"""The tender form: a new tender and changes to a concept, in one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.pages import actor_of, may, posted_number, redrawn
from mvi_dashboard.ground.problems import Kind, Problem, Refused, conflict, forbidden
from tenders import selectors, services
from tenders.models import Tender
from tenders.services.shapes import TENDER

from . import tender_choices, tender_rows
from .words import crumbs, may_edit, tender_url


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.TENDER_EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """The form of a tender that is not there yet; saving makes a concept."""
    if request.method != "POST":
        return tender_form(request, {})
    document, filled = tender_rows.with_references(tender_rows.posted(request.POST))
    changed = tender_rows.edited(document, request.POST)
    if changed is not None:
        return tender_form(request, changed, focus=tender_rows.focus_of(changed, request.POST))
    document = tender_rows.ready(document)
    place = str(document.get("organisation") or "")
    content = {name: value for name, value in document.items() if name != "organisation"}
    try:
        tender = services.create_tender(actor_of(request), document=content, typed=True, organisation=place)
    except Refused as refused:
        return tender_form(request, document, problems=refused.problems, status=redrawn(refused))
    messages.success(request, f"De aanbesteding is opgeslagen als concept.{_filled_in(filled)}")
    return redirect(tender_url(tender))


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.TENDER_EDIT)
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form of a concept; somebody else's change in between is told, not overwritten."""
    actor = actor_of(request)
    tender = selectors.get_tender(actor, public_id)
    if not may_edit(actor, tender):
        raise forbidden()
    if request.method != "POST":
        # Somebody who was typing when it was published keeps the text: there the service refuses.
        require_editable(actor, tender)
        return tender_form(request, selectors.document_of_tender(tender), tender=tender)
    document, filled = tender_rows.with_references(tender_rows.posted(request.POST))
    version = posted_number(request, "version")
    changed = tender_rows.edited(document, request.POST)
    if changed is not None:
        focus = tender_rows.focus_of(changed, request.POST)
        return tender_form(request, changed, tender=tender, version=version, focus=focus)
    document = tender_rows.ready(document)
    try:
        services.change_tender(actor, tender_id=public_id, document=document, expected_version=version, typed=True)
    except Refused as refused:
        status = redrawn(refused)
        stale = refused.kind is Kind.STALE
        return tender_form(
            request,
            document,
            tender=tender,
            version=version,
            problems=refused.problems,
            status=status,
            stale=stale,
        )
    messages.success(request, f"De wijzigingen zijn opgeslagen.{_filled_in(filled)}")
    return redirect(tender_url(tender))


def _filled_in(names: Sequence[str]) -> str:
    """What was filled in for this person, to check."""
    return f" Wij vulden de referentie in: {'; '.join(names)}." if names else ""


def require_editable(actor: Actor, tender: Tender) -> None:
    """Refuse unless this is a concept of an organisation for which this person tenders."""
    if not may_edit(actor, tender):
        raise forbidden()
    if tender.status != Tender.Status.DRAFT:
        raise conflict("wrong_state", "Alleen een concept kunt u nog wijzigen.")


def tender_form(
    request: HttpRequest,
    document: dict[str, Any],
    *,
    tender: Tender | None = None,
    version: int | None = None,
    problems: Sequence[Problem] = (),
    status: int = 200,
    stale: bool = False,
    focus: str = "",
) -> HttpResponse:
    """The form with what was typed; `version` is the one that was seen, by default that of the tender."""
    title = tender.title if tender else "Nieuwe aanbesteding"
    context = {
        "tender": tender,
        "document": document,
        "shape": TENDER,
        "problems": list(problems),
        "version": version if version is not None else (tender.version if tender else 0),
        "stale": stale,
        "focus": focus,
        "action": reverse("tenders:edit", args=[tender.public_id]) if tender else reverse("tenders:new"),
        "back_url": tender_url(tender) if tender else reverse("tenders:list"),
        "organisations": [] if tender else _organisations(actor_of(request)),
        "crumbs": crumbs((title, tender_url(tender)), ("Wijzigen", "")) if tender else crumbs((title, "")),
        **tender_rows.drawn_rows(document),
        **tender_choices.choices(),
    }
    context["needs"] = _needs(document)
    tender_choices.add_choices(context["lot_rows"], str(document.get("title") or ""))
    return render(request, "tenders/form.html", context, status=status)


def _needs(document: dict[str, Any]) -> list[services.Need]:
    """What publishing needs, as far as it was typed; of a form without lots that of the empty one on the page."""
    typed = tender_rows.ready(document)
    return services.needs_of(typed | {"lots": typed["lots"] or [{}]}, clock.now())


def _organisations(actor: Actor) -> list[tuple[str, str]]:
    """The organisations to choose from, for who works for more than one."""
    places = actor.own_for(access.TENDER_EDIT)
    if len(places) < 2:
        return []
    return list(Organisation.objects.filter(pk__in=places).order_by("name").values_list("code", "name"))
