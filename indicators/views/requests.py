"""What a supplier is asked, as a page that goes with the documents of a tender: to read and to print."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from indicators import selectors, services
from indicators.models import ProductGroup
from indicators.protocols.asked_types import with_types
from indicators.selectors import AskedField, Protocol
from indicators.selectors.protocols import LEVELS, PLACES, STANDARD
from mvi_dashboard.ground.inputs import field_at
from mvi_dashboard.ground.problems import not_found
from mvi_dashboard.ground.shapes import Object

from .catalogue import crumbs_to

_PATHS = {"line": (), "material": ("billOfMaterials", "0"), "use": ("use", "0"), "answers": ("answers",)}


@require_safe
def request_page(request: HttpRequest, code: str) -> HttpResponse:
    """What must be delivered for this group at the level in the address, with units and how it is judged."""
    group = selectors.get_group(code)
    level = request.GET.get("niveau", STANDARD)
    protocol = selectors.protocol_of(selectors.protocol_for(group))
    if level not in LEVELS or protocol is None:
        raise not_found()
    here = reverse("indicators:request", args=[group.code])
    context = {
        "group": group,
        "level": level,
        "level_word": LEVELS[level],
        "tabs": [
            {"label": word.capitalize(), "url": f"{here}?niveau={each}", "current": each == level}
            for each, word in LEVELS.items()
        ],
        "crumbs": _crumbs(group),
        **request_tables(protocol, group, level),
    }
    return render(request, "indicators/request.html", context)


def _crumbs(group: ProductGroup) -> list[dict[str, str]]:
    *above, here = crumbs_to("Wat wij vragen", ("Productgroepen", "indicators:groups"))
    own = {"label": group.name_nl, "url": reverse("indicators:group", args=[group.code])}
    return [*above, own, here]


def request_tables(protocol: Protocol, group: ProductGroup, level: str) -> dict[str, Any]:
    """The parts of the request: what is asked at this level, and what may be given all the same."""
    protocol = with_types(protocol, group) or protocol
    shape = services.asked_line(protocol, consumed=group.is_consumed, level=level)
    asked, more = [], []
    for place, label in PLACES.items():
        fields = [] if place == "bid" else protocol.of(place, group.kind)
        rows = [_row(field, shape, level) for field in fields if field.asked_at(level)]
        more += [_row(field, shape, level) for field in fields if not field.asked_at(level)]
        if rows:
            asked.append((label, rows))
    sources = {field.source for field in protocol.fields if field.source}
    return {"protocol": protocol, "asked": asked, "more": more, "sources": sorted(sources)}


def _row(field: AskedField, shape: Object, level: str) -> dict[str, Any]:
    path = _PATHS.get(field.place)
    found = None if path is None else field_at(shape, (*path, field.code))
    # What is used up has words of ours where the general protocol speaks of goods.
    words = found or field
    unit = getattr(found, "unit", "") or (field.unit if words.label == field.label else "")
    return {
        "field": field,
        "label": words.label,
        "help": words.help,
        "required": field.required_at(level) if found is None else found.required or field.always_required,
        "evidence": field.evidence_at(level),
        "unit": "%" if field.type == "fraction" or field.unit == "fractie" else unit,
        "choices": [label for _, label in field.choices],
    }
