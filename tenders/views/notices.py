"""An announcement as a concept: paste or choose it, look at what is read and left out, and then take it over."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from indicators.selectors.cpv import cpv_prefixes
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.described import as_json
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.pages import actor_of, may, posted_document, redrawn, signed_in
from mvi_dashboard.ground.problems import Problem, Refused, refuse
from mvi_dashboard.ground.uploads import file_in
from tenders import selectors, services
from tenders.exchange.notices import read_notice
from tenders.exchange.ocds_out import package_of, release_of
from tenders.services.notices import CHOICES, Notice, place_of_notice

from . import tender_choices
from .words import crumbs, tender_url
from .workbooks import as_file

_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")


@require_http_methods(["GET", "HEAD", "POST"])
@may(access.TENDER_EDIT)
def take(request: HttpRequest) -> HttpResponse:
    """The announcement in, what it says, and with `neem` over into a concept."""
    if request.method != "POST":
        return _drawn(request, {})
    document = posted_document(request, "file", "neem")
    notice: Notice | None = None
    try:
        text = _text_of(request, document)
        document["text"] = text
        notice = read_notice(text.encode())
        place = str(document.get("organisation") or "")
        if "neem" in request.POST:
            before = services.taken_before(place_of_notice(actor_of(request), place), notice)
            tender = before or services.take_notice(
                actor_of(request),
                notice=notice,
                document={"lots": document.get("lots") or []},
                organisation=place,
                typed=True,
            )
            said = "Deze aankondiging was al overgenomen: er is niets veranderd."
            messages.success(request, said if before else _said(notice))
            return redirect(tender_url(tender))
    except Refused as refused:
        return _drawn(request, document, notice, refused.problems, redrawn(refused))
    return _drawn(request, document, notice)


@require_safe
@signed_in
def ocds(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The tender as OCDS, for who sees it."""
    actor = actor_of(request)
    tender = selectors.get_tender(actor, public_id)
    own = tender.organisation_id in actor.organisations_for(access.TENDER_READ)
    release = release_of(tender, selectors.standing_awards(tender) if own else {}, own=own)
    package = package_of(tender.organisation, release, request.build_absolute_uri())
    content = json.dumps(as_json(package), ensure_ascii=False, indent=2, default=str).encode()
    return as_file(content, f"ocds-{tender.reference}.json", "application/json")


def _text_of(request: HttpRequest, document: dict[str, Any]) -> str:
    """What was pasted, or what stands in the file: in UTF-8 from here on, whatever it was before."""
    sent = file_in(request)
    if sent is None:
        text = str(document.get("text") or "")
        if not text.strip():
            raise refuse("required", "Plak een aankondiging, of kies een bestand.", "text")
        return text
    content = sent[1]
    for encoding in ("utf-8-sig", "utf-16") if content[:2] not in (b"\xff\xfe", b"\xfe\xff") else ("utf-16",):
        try:
            return _DECLARED.sub("", content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise refuse("encoding", "Dit bestand is geen UTF-8: sla het zo op.", "file")


def _said(notice: Notice) -> str:
    left = formats.counted(len(notice.left_out), "ding had", "dingen hadden")
    rest = f" {left} geen plaats: dat staat hieronder." if notice.left_out else ""
    return f"De aankondiging is overgenomen in dit concept.{rest} Vul aan wat nog nodig is."


def _drawn(
    request: HttpRequest,
    document: dict[str, Any],
    notice: Notice | None = None,
    problems: Any = (),
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    places = actor.own_for(access.TENDER_EDIT)
    known = [each if each.path else Problem(("text",), each.code, each.detail) for each in problems]
    context: dict[str, Any] = {
        "document": document,
        "problems": known,
        "shape": CHOICES,
        "notice": notice,
        "crumbs": crumbs(("Uit een aankondiging", "")),
        "back_url": reverse("tenders:list"),
        "organisations": _organisations(places),
    }
    if notice is not None:
        context |= _shown(actor, document, notice)
    return render(request, "tenders/notice.html", context, status=status)


def _organisations(places: Collection[int]) -> list[tuple[str, str]]:
    """The organisations to choose from, for who works for more than one."""
    found = Organisation.objects.filter(pk__in=places if len(places) > 1 else ())
    return list(found.order_by("name").values_list("code", "name"))


def _shown(actor: access.Actor, document: dict[str, Any], notice: Notice) -> dict[str, Any]:
    prefixes = cpv_prefixes()
    rows = document.get("lots")
    if not isinstance(rows, list):
        document["lots"] = rows = []
    rows += [{}] * (len(notice.lots) - len(rows))
    lots = []
    for number, lot in enumerate(notice.lots):
        fits = prefixes.of_code(lot.cpv) if lot.cpv else None
        if fits and "productGroup" not in rows[number]:
            rows[number] = {**rows[number], "productGroup": fits[1].code}
        lots.append({"lot": lot, "name": f"lots.{number}", "fits": fits})
    there = None
    place = str(document.get("organisation") or "")
    if place or len(actor.own_for(access.TENDER_EDIT)) == 1:
        found = place_of_notice(actor, place)
        there = services.taken_before(found, notice) or services.concept_of(found, notice)
    return {"lots": lots, "there": there, "groups": tender_choices.choices()["groups"]}
