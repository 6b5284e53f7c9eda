"""Loading weighting sets: prices per category, and which indicator is the same quantity."""

from __future__ import annotations

from typing import Any

from indicators.factors.version_losses import price_losses
from indicators.models import Indicator, Source, Weight, WeightingSetVersion, WeightMapping

from .asking import ask, holding
from .files import Release, Row
from .framework import by_code


def load_weighting_sets(release: Release) -> int:
    """Weighting set versions with prices and mapping; a version that is there is left alone."""
    sources, made = by_code(Source), 0
    before = holding(WeightingSetVersion.objects.all(), "code")
    for row in release.rows("weighting_sets.csv"):
        code, number = row.text("code", required=True), row.text("version", required=True)
        source = row.one_of("source", sources)
        if source is None or WeightingSetVersion.objects.filter(code=code, version=number).exists():
            continue
        version = WeightingSetVersion.objects.create(
            code=code, version=number, name_nl=row.text("name_nl", required=True), source=source
        )
        weights = _weights(release, version)
        made += 1 + len(weights) + _mappings(release, version, weights, sources)
        version.state = row.text("state", required=True)
        version.save(update_fields=["state"])
        ask(release, ("weighting_sets.csv", row.place), version, before.get(code), price_losses)
    return made


def _weights(release: Release, version: WeightingSetVersion) -> dict[str, Weight]:
    new: dict[str, Weight] = {}
    for row in release.rows("weights.csv"):
        if not _is_of(row, version):
            continue
        code, eur = row.text("code", required=True), row.number("eur", required=True)
        if eur is None or eur < 0:
            row.wrong("eur", "range", "Een prijs is nul of meer.")
            continue
        if code in new:
            row.wrong("code", "duplicate_line", f"Categorie '{code}' staat er al.")
        new[code] = Weight(
            weighting_set=version,
            code=code,
            name_nl=row.text("name_nl", required=True),
            unit=row.text("unit", required=True),
            eur=eur,
            verified=bool(row.flag("verified")),
        )
    Weight.objects.bulk_create(new.values())
    return new


def _mappings(
    release: Release, version: WeightingSetVersion, weights: dict[str, Weight], sources: dict[str, Any]
) -> int:
    indicators, new = by_code(Indicator), []
    counted: set[str] = set()
    for row in release.rows("weight_mappings.csv"):
        if not _is_of(row, version):
            continue
        weight, indicator = row.one_of("code", weights), row.one_of("indicator", indicators)
        source, factor, same = row.one_of("source", sources), row.number("factor"), bool(row.flag("same_quantity"))
        if weight is None or indicator is None or source is None:
            continue
        if same and (factor is None or factor <= 0):
            row.wrong("factor", "required", "Dezelfde grootheid heeft een factor boven nul.")
            continue
        if same and indicator.code in counted:
            # A part of a category that is a category too would be paid twice.
            row.wrong("indicator", "double_count", f"'{indicator.code}' telt al mee in deze weegset.")
        counted |= {indicator.code} if same else set()
        new.append(
            WeightMapping(
                weight=weight,
                indicator=indicator,
                factor=factor,
                same_quantity=same,
                source=source,
                note=row.text("note"),
            )
        )
    WeightMapping.objects.bulk_create(new)
    return len(new)


def _is_of(row: Row, version: WeightingSetVersion) -> bool:
    return (row.text("weighting_set"), row.text("version")) == (version.code, version.version)
