"""Versions of factor sets as pages: their life, what changed between two of them, and publishing a concept."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from indicators import selectors
from indicators.attached import FACTOR_SET
from indicators.factors import factor_drafts, factor_file, publishing
from indicators.factors.version_diff import Diff, diff_versions
from indicators.factors.version_losses import Losses, losses_between
from indicators.lines.gaps import find_gaps
from indicators.models import FactorSetVersion
from indicators.models.coded import State, newest_published
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.act_pages import Document
from mvi_dashboard.ground.pages import actor_of
from mvi_dashboard.ground.throttling import take_export

from .catalogue import crumbs_to
from .lists import VERSIONS_LIST
from .making import said
from .publishing import OfFactorVersion, PublishPage

_TAGS = {State.DRAFT: "", State.PUBLISHED: "tag-ok", State.SUPERSEDED: "tag-info"}
MOST_SHOWN = 200


def factor_sets(request: HttpRequest) -> HttpResponseBase:
    """All sets with their versions, the newest first; concepts only for who makes them."""
    actor = actor_of(request)
    page = VERSIONS_LIST.page(request, selectors.versions_visible_to(actor))
    if page.wants_file:
        return page.file()
    versions = list(selectors.versions_visible_to(actor).order_by("factor_set__name_nl", "-id"))
    own = publishing.own_drafts(actor, FactorSetVersion) if actor.may(access.REFERENCE_EDIT) else set()
    sets: dict[str, dict[str, Any]] = {}
    for version in versions:
        entry = sets.setdefault(version.factor_set.code, {"set": version.factor_set, "rows": []})
        entry["rows"].append(_row(actor, version) | {"own": version.pk in own})
    for entry in sets.values():
        _link_differences(entry)
    context = {
        "sets": list(sets.values()),
        "listing": {"files": page.files()},
        "may_import": actor.may(access.REFERENCE_EDIT),
        "crumbs": crumbs_to("Factorsets"),
    }
    return render(request, "indicators/factor_sets.html", context)


@require_safe
def download(request: HttpRequest, code: str, version: str) -> StreamingHttpResponse:
    """All factors of a version as a CSV with our own columns, which can be read in again."""
    found = selectors.get_factor_version(actor_of(request), code, version)
    take_export(request)
    answer = StreamingHttpResponse(factor_file.file_of(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{factor_file.file_name_of(found)}"'
    return answer


def differences(request: HttpRequest, code: str, before: str, after: str) -> HttpResponse:
    """What came, what went and what changed between two versions of a set."""
    actor = actor_of(request)
    old, new = (selectors.get_factor_version(actor, code, number) for number in (before, after))
    diff = diff_versions(old, new)
    context = {
        "set": new.factor_set,
        "before": old,
        "after": new,
        "changed": [
            {
                "change": each,
                "percentage": formats.percentage_change(None if each.ratio is None else each.ratio - 1),
            }
            for each in diff.changed[:MOST_SHOWN]
        ],
        "making": [
            {
                "group": each.name,
                "type": "",
                "indicator": each.indicator,
                "before": said(each.before),
                "after": said(each.after),
            }
            for each in diff.making[:MOST_SHOWN]
        ],
        "added": diff.added[:MOST_SHOWN],
        "removed": diff.removed[:MOST_SHOWN],
        "counts": _counts(diff),
        "most": MOST_SHOWN,
        "crumbs": crumbs_to("Verschillen", ("Factorsets", "indicators:factor_sets")),
    }
    return render(request, "indicators/differences.html", context)


def gaps(request: HttpRequest) -> HttpResponse:
    """What is still missing, per product group and core indicator."""
    found, stamp = find_gaps(), selectors.reference_stamp()
    missing = [
        {"product": each.product.name_nl, "indicator": info.name, "names": each.missing[info.code]}
        for group in found.groups
        for each in group.products
        for info in found.indicators
        if info.code in each.missing
    ]
    with_products = sum(1 for group in found.groups if group.products)
    context = {
        "indicators": found.indicators,
        "rows": [
            {
                "gap": group,
                "states": [group.state(i.code) for i in found.indicators],
                "types": [(each, [each.state(i.code) for i in found.indicators]) for each in group.types],
                "fallbacks": list(selectors.fallbacks_of(group.group, stamp).values()),
            }
            for group in found.groups
        ],
        "missing": missing,
        "counts": [
            {"label": "Productgroepen", "value": len(found.groups)},
            {"label": "Met producten", "value": with_products},
            {"label": "Zonder producten", "value": len(found.groups) - with_products},
        ],
        "crumbs": crumbs_to("Wat ontbreekt"),
    }
    return render(request, "indicators/gaps.html", context)


class Publish(OfFactorVersion, PublishPage[FactorSetVersion]):
    """Asks first: a published version never changes."""

    act = factor_drafts.publish_draft
    back = "indicators:factor_sets"
    question = "Wilt u deze versie vaststellen?"
    lead = "Rust de geldige rekenbasis op deze set? Dan bouwen wij een nieuwe en herrekenen alles."
    warning = "Een vastgestelde versie verandert nooit meer. Wat al is berekend, blijft staan."

    def losses(self) -> Losses:
        """Factors that disappear or jump."""
        return losses_between(newest_published(self.target.factor_set.versions.all()), self.target)

    def content(self) -> Document:
        """What it comes to."""
        found, shown = self.target, super().content()
        return shown | {
            "eyebrow": f"{found.factor_set.name_nl}, versie {found.version}",
            "facts": [
                {"label": "Gemaakt door", "value": publishing.maker_of(found) or "een systeem"},
                {"label": "Factoren", "value": found.factors.count()},
                {"label": "Verdwijnt", "value": formats.number(shown["losses"].removed)},
                {"label": "Maken niet meer bekend", "value": formats.number(shown["losses"].making_lost)},
                {"label": "Meer dan 10 keer anders", "value": shown["losses"].jump_count},
            ],
            "crumbs": crumbs_to("Vaststellen", ("Factorsets", "indicators:factor_sets")),
        }


def _row(actor: Actor, version: FactorSetVersion) -> dict[str, Any]:
    draft = version.state == State.DRAFT and factor_drafts.publish_draft.may(actor)
    place = [version.factor_set.code, version.version]
    return {
        "version": version,
        "tag": _TAGS[State(version.state)],
        "factors_url": f"{reverse('indicators:factors')}?versie={version.factor_set.code}:{version.version}",
        "files_url": reverse("files-of", args=[FACTOR_SET, ":".join(place)]),
        "file_url": reverse("indicators:download_version", args=place),
        "making_url": reverse("indicators:making", args=place),
        "publish_url": reverse("indicators:publish_version", args=place) if draft else "",
        "throw_away_url": reverse("indicators:throw_away_version", args=place) if draft else "",
    }


def _link_differences(entry: dict[str, Any]) -> None:
    """Each version is compared with the one that came before it."""
    rows = entry["rows"]
    for row, earlier in pairwise(rows):
        numbers = [entry["set"].code, earlier["version"].version, row["version"].version]
        row["diff_url"] = reverse("indicators:differences", args=numbers)


def _counts(diff: Diff) -> list[dict[str, Any]]:
    return [
        {"label": "Gewijzigd", "value": len(diff.changed)},
        {"label": "Erbij", "value": len(diff.added)},
        {"label": "Eruit", "value": len(diff.removed)},
        {"label": "Gelijk", "value": diff.same},
        {"label": "Maken anders", "value": len(diff.making)},
    ]
