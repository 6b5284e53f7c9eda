"""The reference data as pages: product groups, materials, factors and bases."""

from __future__ import annotations

from collections.abc import Container, Iterable
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from indicators import selectors, services
from indicators.attached import SOURCE
from indicators.factors.bases import released_bases
from indicators.lines.gaps import ProductGap, gap_of, gaps_of_group
from indicators.lines.rankable import Ranking, rankable
from indicators.models import (
    Basis,
    CircularStrategy,
    Destination,
    EndOfLifePlan,
    Factor,
    FactorSetVersion,
    Material,
)
from indicators.models.coded import State
from indicators.protocols.asked_types import with_types
from indicators.selectors import AskedField, Protocol
from indicators.selectors.protocols import PLACES
from mvi_dashboard.ground import access, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.files.seen import files_under
from mvi_dashboard.ground.pages import actor_of

from .edit_links import change_factor_url
from .group_parts import EARLIER, PRODUCTS, GroupParts
from .group_types import types_shown
from .lists import FACTORS_LIST, GROUPS_LIST, MATERIALS_LIST, QUALITIES, FactorRow, declaration_url, synonyms
from .material_words import category_word
from .searching import FACTORS, MATERIALS

_MOST_NAMES = 3
_START = {"label": "Start", "url": "/"}


def groups(request: HttpRequest) -> HttpResponseBase:
    """All product groups by cluster; or as one list, in the order that is asked."""
    page = GROUPS_LIST.page(request, selectors.product_groups().prefetch_related(None))
    if page.wants_file:
        return page.file()
    if page.chosen.asked:
        context = page.context() | {"crumbs": crumbs_to("Productgroepen")}
        return render(request, "indicators/groups.html", context)
    rows = selectors.product_groups().prefetch_related(None).order_by("cluster__position", "cluster_id", "name_nl")
    clusters = [(cluster, list(found)) for cluster, found in groupby(rows, key=lambda row: row.cluster)]
    return render(
        request,
        "indicators/groups.html",
        {"clusters": clusters, "listing": {"files": page.files()}, "crumbs": crumbs_to("Productgroepen")},
    )


def group(request: HttpRequest, code: str, part: str = "") -> HttpResponse:
    """One product group: its ranges, its products and what a supplier must deliver.

    One with many products is divided over tabs, each with an address of its own; `part` is the last bit of that.
    """
    found = selectors.get_group(code)
    protocol = with_types(selectors.protocol_of(selectors.protocol_for(found)), found)
    every = gaps_of_group(found)
    gaps = [gap for gap in every if gap.product.successor_id is None]
    own = gap_of(found, gaps, selectors.offered_types(found.types_by_code.values()))
    earlier = [gap for gap in every if gap.product.successor_id is not None]
    parts = GroupParts(found.code, part, products=len(gaps), earlier=len(earlier), types=bool(own.types))
    kind = request.GET.get("soort", "")
    chosen = [gap for gap in gaps if not kind or _type_code(gap) == kind]
    shown, next_url = parts.page(request, earlier if part == EARLIER else chosen)
    context = {
        "group": found,
        "parts": parts,
        "tabs": parts.tabs,
        "types": types_shown(own) if own.types else None,
        "products": [_product(gap) for gap in (shown if part == PRODUCTS else chosen)] if parts.products else [],
        "earlier": [_product(gap) for gap in (shown if part == EARLIER else earlier)] if parts.earlier else [],
        "kind": next((each.product_type for each in own.types if each.product_type.code == kind), None),
        "next_url": next_url,
        "first_url": parts.first_url(request),
        "lacks": own.lacks,
        "rankings": _rankings(gaps),
        "fallbacks": [
            each
            for code, each in selectors.fallbacks_of(found).items()
            if not any(gap.is_complete(code) for gap in gaps)
        ],
        "fallback_label": selectors.FALLBACK_LABEL,
        "asked": _asked(protocol, found.kind),
        "protocol": protocol,
        "prefixes": list(found.cpv_prefixes.order_by("prefix")),
        "may_edit": actor_of(request).may(access.REFERENCE_EDIT),
        "crumbs": crumbs_to(found.name_nl, ("Productgroepen", "indicators:groups")),
    }
    return render(request, "indicators/group.html", context)


def _type_code(gap: ProductGap) -> str:
    return gap.product.product_type.code if gap.product.product_type is not None else ""


def _product(gap: ProductGap) -> dict[str, Any]:
    """A product with its quality in words, and the core indicators that can and cannot be counted on it."""
    materials = list(gap.product.materials.all())
    return {
        "row": gap.product,
        "materials": list(zip(materials, formats.shares([each.share for each in materials]), strict=True)),
        "quality": QUALITIES.get(gap.product.quality, gap.product.quality),
        "complete": [info.name for info in gap.indicators if info.core and gap.is_complete(info.code)],
        "missing": [
            (info.name, _some(gap.missing[info.code]))
            for info in gap.indicators
            if info.core and not gap.is_complete(info.code)
        ],
    }


_RANKINGS = {
    Ranking.COMPLETE: "ja, volledig",
    Ranking.BOUNDED: "ja, tussen grenzen",
    Ranking.PARTLY: "voor een deel van de producten",
    Ranking.NONE: "nee",
}


def _rankings(gaps: list[ProductGap]) -> list[dict[str, str]]:
    """Per indicator whether a comparison can end in an order, and what stands in the way."""
    return [
        {
            "name": formats.capital(each.info.name),
            "state": _RANKINGS[each.state],
            "why": _some(list(each.missing)) if each.missing else "",
        }
        for each in rankable(gaps)
    ]


def _some(names: list[str]) -> str:
    """The first names, and how many more there are: the page with what is missing has them all."""
    more = len(names) - _MOST_NAMES
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:_MOST_NAMES])} en nog {more}"


def _asked(protocol: Protocol | None, kind: str) -> list[tuple[str, list[AskedField]]]:
    """What is asked of goods of this kind, by place, without the places where nothing is asked."""
    if protocol is None:
        return []
    found = ((label, protocol.of(place, kind)) for place, label in PLACES.items() if place != "bid")
    return [(label, fields) for label, fields in found if fields]


def materials(request: HttpRequest) -> HttpResponseBase:
    """Materials, flows and foods, found by Dutch name or synonym."""
    asked = MATERIALS.asked_in(request)
    search, kind = asked.values["search"] or "", asked.values["kind"] or ""
    page = MATERIALS_LIST.page(request, selectors.materials_list(actor_of(request), search=search, kind=kind))
    if page.wants_file:
        return page.file()
    missed = bool(search) and not page.rows
    context = {
        **page.context(),
        "meant": services.materials_meant(actor_of(request), search, kind=kind) if missed else [],
        "search": search,
        "kind": kind,
        "kinds": Material.Kind.choices,
        "crumbs": crumbs_to("Materialen"),
    }
    return render(request, "indicators/materials.html", context)


def material(request: HttpRequest, code: str) -> HttpResponse:
    """One material with every factor and where it comes from."""
    actor = actor_of(request)
    found = selectors.get_material(actor, code)
    rows = list(selectors.factors_of_material(found))
    filed = _sources_with_files(actor, rows)
    sets = [
        (version, _by_kind_of_indicator(factors, filed))
        for version, factors in groupby(rows, key=lambda row: row.version)
    ]
    newest = {owner: version.pk for version, _ in reversed(sets) for owner in [version.factor_set_id]}.values()
    context = {
        "material": found,
        "group": category_word(found.category),
        "synonyms": synonyms(found),
        "english": sorted({name.name for name in found.names.all() if name.language == "en"}),
        "critical_list": selectors.newest_critical_list(),
        "sets": [each for each in sets if each[0].pk in newest],
        "earlier": [each for each in sets if each[0].pk not in newest],
        "crumbs": crumbs_to(found.name_nl, ("Materialen", "indicators:materials")),
    }
    return render(request, "indicators/material.html", context)


def factors(request: HttpRequest) -> HttpResponseBase:
    """The factors of one version of a set for one indicator."""
    actor = actor_of(request)
    versions = list(selectors.versions_visible_to(actor).order_by("factor_set__name_nl", "-id"))
    indicators = list(selectors.indicator_rows().order_by("position", "id"))
    asked = FACTORS.asked_in(request)
    version = _chosen_version(versions, asked.texts["version"])
    # Without a choice the first one: all of them at once is long.
    wanted = asked.texts["indicator"] if "indicator" in asked.query else indicators[:1] and indicators[0].code
    indicator = next((row for row in indicators if row.code == wanted), None)
    search = asked.values["search"] or ""
    found = Factor.objects.none()
    if version is not None:
        found = selectors.factors_in(version, indicator=indicator.code if indicator else "", search=search)
    edits = actor.may(access.REFERENCE_EDIT) and version is not None and version.state != State.SUPERSEDED
    owner = version.factor_set.code if edits and version is not None else ""
    said = {} if version is None else {"Factorset": version.factor_set.name_nl, "Versie": version.version}
    page = FACTORS_LIST.page(
        request,
        found,
        prepare=lambda rows: [FactorRow(row, change_factor_url(row, owner) if owner else "") for row in rows],
        about=lambda: said,
    )
    if page.wants_file:
        return page.file()
    context = {
        **page.context(),
        "versions": versions,
        "version": version,
        "indicators": indicators,
        "indicator": indicator,
        "search": search,
        "crumbs": crumbs_to("Factoren"),
    }
    return render(request, "indicators/factors.html", context)


def bases(request: HttpRequest) -> HttpResponse:
    """What numbers are made with: method, factor sets and indicators, and the assumed factors R and E."""
    names = {row.code: row for row in selectors.indicator_rows()}
    manages = actor_of(request).may(access.REFERENCE_EDIT)
    ready = {each.code for each in released_bases()} if manages else set()
    found: list[dict[str, Any]] = [
        {
            "basis": basis,
            "indicators": [names[code] for code in basis.indicators if code in names],
            "switch_url": reverse("indicators:switch_basis", args=[basis.code]) if basis.code in ready else "",
        }
        for basis in selectors.bases().order_by("id")
    ]
    current = next((row["basis"] for row in found if row["basis"].state == Basis.State.CURRENT), None)
    tables = [
        (title, _assumed(model, current))
        for title, model in (
            ("R: circulaire strategie", CircularStrategy),
            ("E: plan na gebruik", EndOfLifePlan),
            ("E: echte bestemming", Destination),
        )
    ]
    context = {
        "bases": found,
        "tables": tables,
        "weighting_sets": _weighting_sets(request),
        "crumbs": crumbs_to("Rekenbasis"),
    }
    return render(request, "indicators/bases.html", context)


def _weighting_sets(request: HttpRequest) -> list[dict[str, Any]]:
    sets = selectors.weighting_sets(actor_of(request)).order_by("id")
    return [
        {
            "set": each,
            "rows": [
                {
                    "weight": weight,
                    "eur": formats.exact(weight.eur),
                    "mappings": [
                        {"row": row, "factor": "" if row.factor is None else formats.exact(row.factor)}
                        for row in weight.mappings.all()
                    ],
                }
                for weight in sorted(each.weights.all(), key=lambda weight: weight.pk)
            ],
        }
        for each in sets
    ]


def _assumed(model: Any, basis: Basis | None) -> list[dict[str, Any]]:
    factors = selectors.assumed_factors(model, basis.method_version_id) if basis else {}
    return [
        {
            "name": row.name_nl,
            "ladder": getattr(row, "r_ladder", ""),
            "follows_plan": getattr(row, "follows_plan", False),
            "purchase": getattr(row, "purchase_allowed", True),
            "factor": factors.get(row.id),
        }
        for row in model.objects.order_by("id")
    ]


def _sources_with_files(actor: Actor, rows: Iterable[Factor]) -> set[int]:
    """The sources of which this actor can open or add the files."""
    sources = {row.source_id: row.source for row in rows}
    if actor.may(access.REFERENCE_EDIT):
        return set(sources)
    if actor.is_anonymous:
        return set()
    return {each.object_id for each in files_under(actor, {SOURCE: sources.values()})}


def _by_kind_of_indicator(
    factors: Iterable[Factor], filed: Container[int]
) -> list[tuple[str, list[dict[str, Any]]]]:
    """The factors of a version in tables with a title: first the core indicators, on which all is compared."""
    rows = list(factors)
    tables = (
        ("Kernindicatoren", [row for row in rows if row.indicator.core]),
        ("Andere indicatoren", [row for row in rows if not row.indicator.core]),
    )
    return [(title, [_with_words(row, filed) for row in found]) for title, found in tables if found]


def _with_words(row: Factor, filed: Container[int]) -> dict[str, Any]:
    """The row in words."""
    return {
        "files_url": reverse("files-of", args=[SOURCE, row.source.code]) if row.source_id in filed else "",
        "factor": row,
        "url": row.source_url or row.source.url,
        "declaration_url": declaration_url(row),
        "quality": QUALITIES.get(row.quality, row.quality),
    }


def _chosen_version(versions: list[FactorSetVersion], asked: str) -> FactorSetVersion | None:
    """The version whose `code:number` was asked, else of those that are published the one with most factors."""
    by_name = {f"{row.factor_set.code}:{row.version}": row for row in versions}
    published = [row for row in versions if row.state == State.PUBLISHED]
    if asked in by_name or not published:
        return by_name.get(asked) or next(iter(versions), None)
    return max(published, key=lambda row: (row.factor_count, row.pk))  # type: ignore[attr-defined]


def crumbs_to(label: str, *above: tuple[str, str]) -> list[dict[str, str]]:
    """The way here: start, what stands above (label and name of its address), and this page."""
    return [_START, *({"label": name, "url": reverse(view)} for name, view in above), {"label": label, "url": ""}]
