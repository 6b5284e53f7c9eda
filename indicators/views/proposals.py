"""Proposals as pages: which there are, what one changes and does, publishing it and throwing it away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from indicators.groups import proposals
from indicators.groups.proposal_effects import RowEffect, effects_of
from indicators.groups.reference_rows import KINDS, World
from indicators.groups.row_shapes import CLOSING
from indicators.models import Proposal, ProposedRow
from indicators.selectors.proposals import get_proposal, maker_name, proposals_visible_to
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.pages import may, next_page, posted_number
from mvi_dashboard.ground.problems import Problem, Refused

from .catalogue import crumbs_to
from .reference_forms import cells_of
from .reference_places import ABOVE, PLACES, address_of

_TAGS = {Proposal.State.DRAFT: "", Proposal.State.PUBLISHED: "tag-ok", Proposal.State.DISCARDED: "tag-info"}


@may(access.REFERENCE_EDIT)
def overview(request: HttpRequest) -> HttpResponse:
    """The proposals, the newest first, and where a new one starts."""
    actor = _actor(request)
    found = proposals_visible_to(actor)
    rows, next_url = next_page(request, found, ("-created_at", "-id"))
    context = {
        "proposals": [_listed(actor, row) for row in rows],
        "next_url": next_url,
        "kinds": [
            {"label": KINDS[code].label, "url": reverse("indicators:reference_rows", args=[place])}
            for place, code in PLACES.items()
        ],
        "crumbs": crumbs_to("Wijzigingsvoorstellen"),
    }
    return render(request, "indicators/proposals.html", context)


@may(access.REFERENCE_EDIT)
def proposal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One proposal: what differs, row by row and cell by cell, and what it does."""
    actor = _actor(request)
    found = get_proposal(actor, public_id)
    draft = found.state == Proposal.State.DRAFT
    context = {
        **_told(actor, found),
        "standing": proposals.problems_of(found) if draft else [],
        "crumbs": crumbs_to(_title(found), ABOVE),
    }
    return render(request, "indicators/proposal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.REFERENCE_EDIT)
def publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks first: what it does to tenders and totals stands there before anybody says yes."""
    return _closing(
        request,
        public_id,
        act=proposals.publish_proposal,
        done="Het voorstel is vastgesteld en geldt vanaf nu.",
        said={
            "title": "Vaststellen",
            "question": "Wilt u dit voorstel vaststellen?",
            "lead": "Alles wat erin staat, geldt dan meteen voor nieuwe aanbestedingen.",
            "warning": "Lopende aanbestedingen en contracten houden wat zij hadden.",
            "warning_title": "Dit verandert waarmee wij rekenen",
            "submit_label": "Stel vast",
            "reason_label": "Waarom stelt u dit vast?",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.REFERENCE_EDIT)
def discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks first, with a reason."""
    return _closing(
        request,
        public_id,
        act=proposals.discard_proposal,
        done="Het voorstel is weggegooid. Er is niets veranderd.",
        said={
            "title": "Weggooien",
            "question": "Wilt u dit voorstel weggooien?",
            "lead": "Er verandert niets. Wat erin stond, blijft te lezen.",
            "submit_label": "Gooi weg",
            "reason_label": "Waarom gooit u dit weg?",
            "danger": True,
        },
    )


def _closing(request: HttpRequest, public_id: UUID, *, act: Any, done: str, said: dict[str, Any]) -> HttpResponse:
    actor = _actor(request)
    found = get_proposal(actor, public_id)
    document: dict[str, Any] = {}
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        document = {"reason": request.POST.get("reason", "")}
        expected = posted_number(request, "version")
        try:
            act(actor, public_id, expected_version=expected, document=document, typed=True)
        except Refused as refused:
            problems, status = refused.problems, refused.kind.value
            found = get_proposal(actor, public_id)
        else:
            messages.success(request, done)
            return redirect("indicators:proposals")
    context = {
        **_told(actor, found),
        **said,
        "eyebrow": _title(found),
        "problems": problems,
        "document": document,
        "shape": CLOSING,
        "hidden": {"version": found.version},
        "facts": [
            {"label": "Gemaakt door", "value": maker_name(found)},
            {"label": "Rijen", "value": found.rows.count()},
        ],
        "back_url": reverse("indicators:proposal", args=[found.public_id]),
        "publishing": act is proposals.publish_proposal,
        "crumbs": crumbs_to(said["title"], ABOVE),
    }
    return render(request, "indicators/proposal_close.html", context, status=status)


def _told(actor: Actor, found: Proposal) -> dict[str, Any]:
    draft = found.state == Proposal.State.DRAFT
    rows = list(found.rows.order_by("kind", "code"))
    world = World(rows)
    effects = effects_of(found) if draft else [RowEffect(row, None, None) for row in rows]
    return {
        "proposal": found,
        "maker": maker_name(found),
        "own": found.maker_key == actor.key,
        "draft": draft,
        "rows": [_row(each, world, draft=draft and found.maker_key == actor.key) for each in effects],
        "touched": _touched(effects),
        "title": _title(found),
    }


def _row(effect: RowEffect, world: World, *, draft: bool) -> dict[str, Any]:
    row = effect.row
    kind = KINDS[row.kind]
    return {
        "effect": effect,
        "code": row.code,
        "one": kind.one,
        "what": "nieuw" if row.before is None else "vervalt" if row.after is None else "gewijzigd",
        "name": (row.after or row.before or {}).get("nameNl", row.code),
        "cells": cells_of(kind, row, world) if row.after is not None else [],
        "confirmed": [each["reason"] for each in row.confirmed],
        "new_code": (row.after or {}).get("newCode") if row.kind == ProposedRow.Kind.PRODUCT else None,
        "url": address_of(row) if draft else "",
        "leave_url": reverse("indicators:leave_out_row", args=[_place(row), row.code]) if draft else "",
    }


def _touched(effects: list[RowEffect]) -> dict[str, Any]:
    """What the whole proposal touches: sums over its rows would count a tender twice, so only whether any is."""
    found = [each for each in effects if each.tenders is not None]
    return {
        "running": any(each.tenders.running for each in found if each.tenders is not None),
        "drafts": any(each.tenders.drafts for each in found if each.tenders is not None),
        "contracts": any(each.contracts.count for each in found if each.contracts is not None),
    }


def _listed(actor: Actor, row: Proposal) -> dict[str, Any]:
    return {
        "proposal": row,
        "title": _title(row),
        "tag": _TAGS[Proposal.State(row.state)],
        "maker": maker_name(row),
        "own": row.maker_key == actor.key,
        "draft": row.state == Proposal.State.DRAFT,
        "url": reverse("indicators:proposal", args=[row.public_id]),
    }


def _title(found: Proposal) -> str:
    return f"Voorstel van {found.created_at:%d-%m-%Y}"


def _place(row: ProposedRow) -> str:
    return next(place for place, code in PLACES.items() if code == row.kind)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
