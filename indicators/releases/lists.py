"""Loading lists from elsewhere: the last fallback per cluster, and which materials are on a critical list."""

from __future__ import annotations

from typing import Any

from indicators.models import Cluster, ClusterFallback, CriticalList, CriticalListing, Indicator, Material, Source

from .files import Release
from .framework import add_missing, by_code, names


def load_lists(release: Release) -> int:
    """Fallbacks and critical lists; a row that is there is left alone."""
    return _fallbacks(release) + _critical(release)


def _fallbacks(release: Release) -> int:
    clusters, indicators, sources = by_code(Cluster), by_code(Indicator), by_code(Source)
    there = set(ClusterFallback.objects.values_list("cluster__code", "indicator__code"))
    new = []
    for row in release.rows("cluster_fallbacks.csv"):
        cluster, indicator = row.one_of("cluster", clusters), row.one_of("indicator", indicators)
        source, value = row.one_of("source", sources), row.number("value", required=True)
        if cluster is None or indicator is None or source is None or value is None:
            continue
        if row.text("unit") != f"{indicator.unit}/kg":
            row.wrong("unit", "invalid_unit", f"De eenheid moet {indicator.unit}/kg zijn.")
        if value < 0:
            row.wrong("value", "range", "Een terugvaloptie is niet negatief.")
            continue
        if (cluster.code, indicator.code) in there:
            continue
        there.add((cluster.code, indicator.code))
        fields = {name: row.text(name) for name in ("unit", "source_ref", "note")}
        new.append(
            ClusterFallback(
                cluster=cluster, indicator=indicator, value=value, source=source, year=row.whole("year"), **fields
            )
        )
    ClusterFallback.objects.bulk_create(new)
    return len(new)


def _critical(release: Release) -> int:
    sources, lists = by_code(Source), by_code(CriticalList)
    rows = []
    for row in release.rows("critical_lists.csv"):
        source, day = row.one_of("source", sources), row.day("valid_from")
        if source is None or day is None:
            row.wrong("valid_from", "required", "Een lijst heeft een bron en een datum.")
            continue
        regulation = row.text("regulation", required=True)
        rows.append((row, CriticalList(**names(row), regulation=regulation, valid_from=day, source=source)))
    made = add_missing(CriticalList, rows, lists)
    public = Material.objects.filter(owner_organisation__isnull=True, owner_supplier__isnull=True)
    materials: dict[str, Any] = {material.code: material for material in public}
    there = set(CriticalListing.objects.values_list("critical_list_id", "material_id"))
    new = []
    for row in release.rows("critical_listings.csv"):
        found, material = row.one_of("list", lists), row.one_of("material", materials)
        if found is None or material is None:
            continue
        if material.critical is not True:
            row.wrong("material", "contradicts", f"'{material.code}' staat bij de materialen niet als kritiek.")
        if (found.id, material.id) in there:
            continue
        there.add((found.id, material.id))
        new.append(
            CriticalListing(
                critical_list=found,
                material=material,
                listed_as=row.text("listed_as", required=True),
                strategic=bool(row.flag("strategic")),
                note=row.text("note"),
            )
        )
    CriticalListing.objects.bulk_create(new)
    return made + len(new)
