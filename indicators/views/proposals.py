"""Proposals as pages: which there are, what one changes and does, publishing it and throwing it away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from indicators.groups import proposals
from indicators.groups.proposal_effects import Contracts, RowEffect, effects_of, totals_of
from indicators.groups.reference_rows import KINDS, World
from indicators.models import Proposal, ProposedRow
from indicators.selectors.proposals import get_proposal, maker_name, proposals_visible_to
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.act_pages import ActPage
from mvi_dashboard.ground.pages import actor_of, may, next_page

from .catalogue import crumbs_to
from .publishing import rows_of_totals
from .reference_forms import cells_of
from .reference_places import ABOVE, PLACES, address_of

_TAGS = {Proposal.State.DRAFT: "", Proposal.State.PUBLISHED: "tag-ok", Proposal.State.DISCARDED: "tag-info"}


@may(access.REFERENCE_EDIT)
def overview(request: HttpRequest) -> HttpResponse:
    """The proposals, the newest first, and where a new one starts."""
    actor = actor_of(request)
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
    actor = actor_of(request)
    found = get_proposal(actor, public_id)
    draft = found.state == Proposal.State.DRAFT
    context = {
        **_told(actor, found),
        "standing": proposals.problems_of(found) if draft else [],
        "crumbs": crumbs_to(_title(found), ABOVE),
    }
    return render(request, "indicators/proposal.html", context)


class _Closing(ActPage[Proposal]):
    """What both ways to close a proposal share: it is shown with what it does."""

    template = "indicators/proposal_close.html"
    back = "indicators:proposals"
    publishing = False

    def find(self, **address: Any) -> Proposal:
        """The proposal. Raises Refused: absent."""
        return get_proposal(self.actor, address["public_id"])

    def named(self) -> dict[str, Any]:
        """Its id."""
        return {"public_id": self.target.public_id}

    def content(self) -> dict[str, Any]:
        """What it changes and does."""
        found = self.target
        return {
            **_told(self.actor, found),
            "title": self.title,
            "eyebrow": _title(found),
            "publishing": self.publishing,
            "warning_title": "Dit verandert waarmee wij rekenen",
            "facts": [
                {"label": "Gemaakt door", "value": maker_name(found)},
                {"label": "Rijen", "value": found.rows.count()},
            ],
            "crumbs": crumbs_to(self.title, ABOVE),
        }


class Publish(_Closing):
    """Asks first: what it does to tenders and totals stands there before anybody says yes."""

    act = proposals.publish_proposal
    publishing = True
    title, submit_label = "Vaststellen", "Stel vast"
    question = "Wilt u dit voorstel vaststellen?"
    lead = "Alles wat erin staat, geldt dan meteen voor nieuwe aanbestedingen."
    warning = "Lopende aanbestedingen en contracten houden wat zij hadden."
    labels = {"reason": "Waarom stelt u dit vast?"}
    done = "Het voorstel is vastgesteld en geldt vanaf nu."


class Discard(_Closing):
    """Asks first, with a reason."""

    act = proposals.discard_proposal
    title, submit_label, danger = "Weggooien", "Gooi weg", True
    question = "Wilt u dit voorstel weggooien?"
    lead = "Er verandert niets. Wat erin stond, blijft te lezen."
    labels = {"reason": "Waarom gooit u dit weg?"}
    done = "Het voorstel is weggegooid. Er is niets veranderd."


def _told(actor: Actor, found: Proposal) -> dict[str, Any]:
    draft = found.state == Proposal.State.DRAFT
    rows = list(found.rows.order_by("kind", "code"))
    world = World(rows)
    effects = effects_of(actor, found) if draft else [RowEffect(row, None, None) for row in rows]
    contracts = totals_of(found) if draft else Contracts()
    return {
        "proposal": found,
        "maker": maker_name(found),
        "own": found.maker_key == actor.key,
        "draft": draft,
        "rows": [_row(each, world, draft=draft and found.maker_key == actor.key) for each in effects],
        "touched": _touched(effects),
        "contracts": contracts,
        "totals": rows_of_totals(contracts.totals),
        "hidden": any(each.bounds_hidden for each in contracts.totals),
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
        "contracts": any(each.contracts for each in found),
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
