"""Rows of reference data as tables and forms: what is changed stands in one's own proposal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from indicators.groups import proposals
from indicators.groups.reference_rows import RowKind, World
from indicators.groups.row_shapes import ADDITION
from indicators.models import Proposal, ProposedRow
from indicators.selectors.reference_rows import rows_of_kind
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.inputs import with_reasons_only
from mvi_dashboard.ground.pages import may, next_page, posted_number
from mvi_dashboard.ground.problems import Problem, Refused, not_found
from mvi_dashboard.ground.shapes import document_of

from .catalogue import crumbs_to
from .reference_forms import row_form, stored_values
from .reference_places import ABOVE, PLACES

_BESIDE = ("csrfmiddlewaretoken", "version", "more")


@may(access.REFERENCE_EDIT)
def rows(request: HttpRequest, place: str) -> HttpResponse:
    """The rows of one kind, found by code or name; those that one's own proposal changes say so."""
    actor, kind = _actor(request), _kind(place)
    search = request.GET.get("zoek", "")[:200]
    found = rows_of_kind(kind.code).matching(search)
    page, next_url = next_page(request, found.rows, (found.code, "id"))
    own = proposals.own_concept(actor)
    proposed = {} if own is None else {row.code: row for row in own.rows.filter(kind=kind.code)}
    context = {
        "kind": kind,
        "place": place,
        "search": search,
        "rows": [
            {
                "code": found.code_of(row),
                "name": found.name_of(row),
                "note": found.note_of(row),
                "proposed": proposed.pop(found.code_of(row), None),
                "url": reverse("indicators:reference_row", args=[place, found.code_of(row)]),
            }
            for row in page
        ],
        "added": [row for row in proposed.values() if row.before is None],
        "concept": own,
        "next_url": next_url,
        "tabs": [
            {"label": label, "url": reverse("indicators:reference_rows", args=[each]), "current": each == place}
            for each, label in ((each, str(ProposedRow.Kind(code).label)) for each, code in PLACES.items())
        ],
        "crumbs": crumbs_to(kind.label, ABOVE),
    }
    return render(request, "indicators/reference_rows.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.REFERENCE_EDIT)
def row(request: HttpRequest, place: str, code: str) -> HttpResponse:
    """The form of one row: saving it puts it in one's own proposal."""
    actor, kind = _actor(request), _kind(place)
    found = proposals.get_row(actor, kind.code, code)
    world = _world(actor)
    document: Mapping[str, Any] = {"values": stored_values(kind, found.document or found.before or {}, world)}
    problems: list[Problem] = []
    status, more = 200, "more" in request.POST
    if request.method == "POST":
        document = _posted(request)
        if not more:
            try:
                proposal = proposals.change_row(
                    actor,
                    kind=kind.code,
                    code=code,
                    expected_version=posted_number(request, "version"),
                    document=document,
                    typed=True,
                )
            except Refused as refused:
                problems, status = refused.problems, refused.kind.value
            else:
                return _saved(request, proposal)
    context = _form_context(kind, place, document, world, problems, more=more) | {
        "row": found,
        "version": found.stamp,
        "title": f"{(found.document or found.before or {}).get('nameNl', code)} wijzigen",
        "end_url": reverse("indicators:end_row", args=[place, code]) if kind.may_end and found.before else "",
    }
    return render(request, "indicators/reference_row.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.REFERENCE_EDIT)
def new_row(request: HttpRequest, place: str) -> HttpResponse:
    """The form of a row that is not there yet."""
    actor, kind = _actor(request), _kind(place)
    if not kind.may_add:
        raise not_found()
    document: Mapping[str, Any] = {"values": {}}
    problems: list[Problem] = []
    status, more = 200, "more" in request.POST
    if request.method == "POST":
        document = _posted(request)
        if not more:
            try:
                proposal = proposals.add_row(actor, kind=kind.code, document=document, typed=True)
            except Refused as refused:
                problems, status = refused.problems, refused.kind.value
            else:
                return _saved(request, proposal)
    context = _form_context(kind, place, document, _world(actor), problems, new=True, more=more)
    return render(request, "indicators/reference_row.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.REFERENCE_EDIT)
def leave_out(request: HttpRequest, place: str, code: str) -> HttpResponse:
    """Asks whether a row goes out of the proposal."""
    return _asked(
        request,
        place,
        code,
        act=proposals.leave_out_row,
        question="Wilt u deze rij uit uw voorstel halen?",
        lead="De rij zelf verandert dan niet.",
        submit="Haal eruit",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.REFERENCE_EDIT)
def end(request: HttpRequest, place: str, code: str) -> HttpResponse:
    """Asks whether a row goes: only for what nothing rests on."""
    return _asked(
        request,
        place,
        code,
        act=proposals.end_row,
        question="Wilt u voorstellen dat deze koppeling vervalt?",
        lead="Het komt in uw voorstel. Een tweede persoon stelt het vast.",
        submit="Zet in het voorstel",
    )


def _asked(
    request: HttpRequest, place: str, code: str, *, act: Any, question: str, lead: str, submit: str
) -> HttpResponse:
    actor, kind = _actor(request), _kind(place)
    found = proposals.get_row(actor, kind.code, code)
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        try:
            proposal = act(actor, kind=kind.code, code=code, expected_version=posted_number(request, "version"))
        except Refused as refused:
            problems, status = refused.problems, refused.kind.value
        else:
            return _saved(request, proposal)
    context = {
        "title": submit,
        "eyebrow": f"{kind.label}, {code}",
        "question": question,
        "lead": lead,
        "submit_label": submit,
        "hidden": {"version": found.stamp},
        "problems": problems,
        "back_url": reverse("indicators:reference_rows", args=[place]),
        "crumbs": crumbs_to(submit, ABOVE),
    }
    return render(request, "confirm.html", context, status=status)


def _form_context(
    kind: RowKind,
    place: str,
    document: Mapping[str, Any],
    world: World,
    problems: list[Problem],
    *,
    new: bool = False,
    more: bool = False,
) -> dict[str, Any]:
    values = document.get("values")
    form = row_form(kind, values if isinstance(values, Mapping) else {}, world, new=new, more=more)
    code = ADDITION.fields["code"]
    return {
        "kind": kind,
        "new": new,
        "title": f"Een {kind.one} toevoegen",
        "places": form.places,
        "tables": form.tables,
        "shape": form.shape.with_fields({"code": code}) if new else form.shape,
        "document": document,
        "problems": problems,
        "back_url": reverse("indicators:reference_rows", args=[place]),
        "crumbs": crumbs_to(kind.label, ABOVE),
    }


def _saved(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    messages.success(
        request, "Het staat in uw voorstel. Er verandert niets voordat een tweede persoon het vaststelt."
    )
    return redirect("indicators:proposal", public_id=proposal.public_id)


def _posted(request: HttpRequest) -> dict[str, Any]:
    sent = ((name, str(value)) for name, value in request.POST.items() if name not in _BESIDE)
    return with_reasons_only({"values": {}, **document_of(sent)})


def _world(actor: Actor) -> World:
    own = proposals.own_concept(actor)
    return World([] if own is None else list(own.rows.all()))


def _kind(place: str) -> RowKind:
    if place not in PLACES:
        raise not_found()
    return proposals.kind_named(PLACES[place])


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
