"""Factor sets, their versions and factors, and what differs between versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Self

from indicators.models import Factor, FactorSet, FactorSetVersion, Material
from mvi_dashboard.ground.described import Described, OneOf

from .catalogue import Named
from .making import MadeRow, MakingChangeRow
from .methods import StateOfVersion

if TYPE_CHECKING:
    from indicators.factors.version_diff import Change, Diff

Module = Annotated[str, "Levensfase", OneOf(Factor.Module.values)]
Bound = Annotated[float | None, "Grens; null waar de waarde geen grenzen heeft"]
Ratio = Annotated[float | None, "Nieuw gedeeld door oud; null als er geen oud is of dat 0 is"]


class VersionRow(Described):
    """A version of a factor set, in the list of sets."""

    version: str
    state: StateOfVersion
    valid_from: date | None


class FactorSetRow(Named):
    """A factor set with its versions."""

    description: str | None
    versions: list[VersionRow]

    @classmethod
    def with_versions(cls, row: FactorSet, *, drafts: bool) -> Self:
        """Of this set; concepts only with `drafts`."""
        found = [each for each in row.versions.all() if drafts or each.state != "draft"]
        return cls.of(
            row,
            description=row.description_nl or None,
            versions=[
                VersionRow(version=each.version, state=each.state, valid_from=each.valid_from) for each in found
            ],
        )


class FactorSetVersionRow(Described):
    """One version of a factor set."""

    factor_set: str
    version: str
    state: StateOfVersion
    content_hash: Annotated[str | None, "Zegel van alle factoren; null bij een concept"]
    valid_from: date | None
    created_at: datetime | None
    published_at: datetime | None
    factors: Annotated[int, "Hoeveel factoren"]

    @classmethod
    def of(cls, row: FactorSetVersion) -> Self:
        """Of this version; a query for the number of factors unless that was read along."""
        return cls(
            factor_set=row.factor_set.code,
            version=row.version,
            state=row.state,
            content_hash=row.content_hash or None,
            valid_from=row.valid_from,
            created_at=row.created_at,
            published_at=row.published_at,
            factors=row.factor_count if hasattr(row, "factor_count") else row.factors.count(),
        )


class FactorRow(Described):
    """A factor with its source."""

    material: str
    indicator: str
    module: Module
    value: Annotated[float, "Effect van 1 eenheid nieuw materiaal, in `unit`"]
    recycled_value: Annotated[float | None, "Effect van 1 eenheid gerecycled materiaal; null = onbekend"]
    low: Annotated[float | None, "Laagste waarde, waar die tussen grenzen bekend is; anders null"]
    high: Annotated[float | None, "Hoogste waarde; null zonder grenzen"]
    recycled_low: Annotated[float | None, "Laagste waarde gerecycled; null zonder grenzen"]
    recycled_high: Annotated[float | None, "Hoogste waarde gerecycled; null zonder grenzen"]
    unit: str
    geometric_sd: Annotated[float | None, "Geometrische standaardafwijking; null = onbekend"]
    biogenic: Annotated[float | None, "Het biogene deel van de waarde, in `unit`"]
    source: str
    source_url: str | None
    year: int | None
    region: str | None
    quality: str | None
    source_reference: str | None
    licence: str | None
    derivation: str | None

    @classmethod
    def of(cls, row: Factor) -> Self:
        """Of this factor, with material, indicator and source read."""
        return cls(
            material=row.material.code,
            indicator=row.indicator.code,
            module=row.module,
            value=row.value,
            recycled_value=row.recycled_value,
            low=row.low,
            high=row.high,
            recycled_low=row.recycled_low,
            recycled_high=row.recycled_high,
            unit=row.unit,
            geometric_sd=row.geometric_sd,
            biogenic=row.biogenic,
            source=row.source.title,
            source_url=row.source_url or row.source.url or None,
            year=row.year,
            region=row.region or None,
            quality=row.quality or None,
            source_reference=row.source_ref or None,
            licence=row.source.licence or None,
            derivation=row.derivation or None,
        )


class ChangedFactor(Described):
    """A factor that has another value in the newer version."""

    material: str
    indicator: str
    module: Module
    unit: str
    before: float
    after: float
    ratio: Ratio
    recycled_before: float | None
    recycled_after: float | None
    low_before: Bound
    high_before: Bound
    low_after: Bound
    high_after: Bound
    recycled_low_before: Bound
    recycled_high_before: Bound
    recycled_low_after: Bound
    recycled_high_after: Bound

    @classmethod
    def of(cls, row: Change) -> Self:
        """Of this change."""
        material, indicator, module = row.key
        return cls(
            material=material,
            indicator=indicator,
            module=module,
            unit=row.unit,
            before=row.before,
            after=row.after,
            ratio=row.ratio,
            recycled_before=row.recycled_before,
            recycled_after=row.recycled_after,
            low_before=row.bounds_before[0],
            high_before=row.bounds_before[1],
            low_after=row.bounds_after[0],
            high_after=row.bounds_after[1],
            recycled_low_before=row.recycled_bounds_before[0],
            recycled_high_before=row.recycled_bounds_before[1],
            recycled_low_after=row.recycled_bounds_after[0],
            recycled_high_after=row.recycled_bounds_after[1],
        )


class Differences(Described):
    """What changed between two versions."""

    added: list[FactorRow]
    removed: list[FactorRow]
    changed: list[ChangedFactor]
    same: Annotated[int, "Hoeveel factoren gelijk bleven"]
    processing: Annotated[list[MakingChangeRow], "Wat er over het maken anders is"]

    @classmethod
    def of(cls, diff: Diff) -> Self:
        """Of these differences."""
        return cls(
            added=[FactorRow.of(each) for each in diff.added],
            removed=[FactorRow.of(each) for each in diff.removed],
            changed=[ChangedFactor.of(each) for each in diff.changed],
            same=diff.same,
            processing=[
                MakingChangeRow(
                    product_group=each.key[0],
                    product_type=each.key[1] or None,
                    indicator=each.key[2],
                    before=MadeRow.of(each.before),
                    after=MadeRow.of(each.after),
                )
                for each in diff.making
            ],
        )


class ImportedChange(Described):
    """A factor that an import adds, changes or takes away."""

    material: str
    indicator: str
    module: Module
    unit: str
    before: Annotated[float | None, "null bij een nieuwe factor"]
    after: Annotated[float | None, "null bij een factor die verdwijnt"]
    ratio: Ratio
    recycled_before: float | None
    recycled_after: float | None
    low_before: Bound
    high_before: Bound
    low_after: Bound
    high_after: Bound

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """Of a row of the summary of a preview."""
        return cls(
            **{
                name: stored[name]
                for name in ("material", "indicator", "module", "unit", "before", "after", "ratio")
            },
            recycled_before=stored["recycledBefore"],
            recycled_after=stored["recycledAfter"],
            low_before=stored.get("lowBefore"),
            high_before=stored.get("highBefore"),
            low_after=stored.get("lowAfter"),
            high_after=stored.get("highAfter"),
        )


class NewMaterial(Described):
    """A material that an import would make."""

    code: str
    kind: Annotated[str, OneOf(Material.Kind.values)]
    unit: str
    name: str
    category: str
