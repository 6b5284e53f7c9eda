"""What is measured and bought: indicators, materials, clusters, product groups, their products, and themes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Self

from indicators.models import Cluster, Cpv, CriticalListing, Indicator, Material, ProductGroup, Theme
from mvi_dashboard.ground.described import LEFT_OUT, Described, LeftOut, OneOf

if TYPE_CHECKING:
    from indicators.lines import BomRow, Line, UseRow
    from indicators.lines.gaps import ProductGap
    from indicators.selectors import Fallback, Prefixes


class Named(Described):
    """A code with its names, as all reference data has them."""

    code: Annotated[str, "De code waarmee u ernaar verwijst"]
    name: str
    name_en: str | None

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:
        """Of a row with a code and names, and what else belongs to it."""
        return cls(code=row.code, name=row.name_nl, name_en=row.name_en or None, **more)


class IndicatorRow(Named):
    """What is measured."""

    unit: Annotated[str, "De eenheid van alle getallen op deze indicator"]
    definition: str
    definition_en: str | None
    core: Annotated[bool, "Staat standaard in vergelijkingen en rapporten"]
    kind: Annotated[str, OneOf(Indicator.Kind.values)]

    @classmethod
    def of(cls, row: Indicator, **more: Any) -> Self:
        """Of this indicator."""
        return super().of(
            row,
            unit=row.unit,
            definition=row.definition_nl,
            definition_en=row.definition_en or None,
            core=row.core,
            kind=row.kind,
        )


class CriticalList(Described):
    """A list of critical raw materials on which a material stands."""

    list: Annotated[str, "De code van de lijst"]
    name: str
    regulation: str
    valid_from: date | None
    listed_as: Annotated[str, "De naam waaronder het op de lijst staat"]
    strategic: bool
    note: str | None

    @classmethod
    def of(cls, row: CriticalListing) -> Self:
        """Of this place on a list."""
        found = row.critical_list
        return cls(
            list=found.code,
            name=found.name_nl,
            regulation=found.regulation,
            valid_from=found.valid_from,
            listed_as=row.listed_as,
            strategic=row.strategic,
            note=row.note or None,
        )


class MaterialRow(Named):
    """A material, a use flow or a food."""

    kind: Annotated[str, OneOf(Material.Kind.values)]
    unit: Annotated[str, "De eenheid waarin u de hoeveelheid geeft"]
    category: str | None
    composition: Annotated[str | None, "Waar het van is gemaakt: abiotisch, biotisch of beide"]
    critical: Annotated[bool | None, "Staat op een lijst van kritieke grondstoffen; null = niet beoordeeld"]
    critical_lists: list[CriticalList]
    synonyms: list[str]
    own: Annotated[bool, "Alleen van uw organisatie of bedrijf"]

    @classmethod
    def of(cls, row: Material, **more: Any) -> Self:
        """Of this material, with its names and listings read."""
        return super().of(
            row,
            kind=row.kind,
            unit=row.unit,
            category=row.category or None,
            composition=row.composition or None,
            critical=row.critical,
            critical_lists=[CriticalList.of(each) for each in row.listings.all()],
            synonyms=sorted(name.name for name in row.names.all()),
            own=bool(row.owner_organisation_id or row.owner_supplier_id),
        )


class MaterialSuggestions(Described):
    """Which materials may be meant, the best first."""

    name: Annotated[str, "Wat u vroeg"]
    suggestions: list[MaterialRow]


class ClusterRow(Named):
    """A cluster of product groups."""

    @classmethod
    def of(cls, row: Cluster, **more: Any) -> Self:
        """Of this cluster."""
        return super().of(row)


class CpvCode(Named):
    """A code of the common procurement vocabulary."""

    product_group: Annotated[str | None, "De productgroep van het langste begin dat past"]
    product_type: Annotated[str | None, "De soort product van dat begin; null als het alleen een groep noemt"]
    prefix: Annotated[str | None, "Dat begin"]

    @classmethod
    def among(cls, row: Cpv, prefixes: Prefixes) -> Self:
        """Of this code, with the group that these prefixes name."""
        prefix, group = prefixes.match(row.code) or (None, None)
        kind = prefixes.types.get(prefix or "")
        return cls.of(
            row,
            product_group=group.code if group else None,
            product_type=kind.code if kind else None,
            prefix=prefix,
        )


class ClusterFallback(Described):
    """An indication per kg: no reference, and in no total."""

    label: Annotated[str, "Zegt dat dit een terugvaloptie is"]
    indicator: str
    value: Annotated[float, "Per kg product, in `unit`"]
    unit: str
    source: str
    year: int | None
    note: str | None

    @classmethod
    def of(cls, found: Fallback, label: str) -> Self:
        """Of this fallback."""
        return cls(
            label=label,
            indicator=found.indicator,
            value=found.value,
            unit=found.unit,
            source=found.source_line,
            year=found.year,
            note=found.note or None,
        )


class ProductGroupRow(Named):
    """A product group with its units and the ranges that are plausible; null = no limit."""

    cluster: str
    kind: Annotated[str, OneOf(ProductGroup.Kind.values)]
    functional_unit: str | None
    amount_unit: Annotated[str, "Wat u telt: stuks, maaltijden, kilometers"]
    bill_unit: Annotated[str | None, "De eenheid van de materialenlijst: kg, of een andere"]
    bill_kind: Annotated[str | None, "Wat in de materialenlijst mag staan: material, flow of food; null is vrij"]
    high_impact: bool
    cpv_prefixes: Annotated[list[str], "CPV-codes die met deze cijfers beginnen horen hierbij"]
    valid_from: date | None
    valid_to: date | None
    successor: Annotated[str | None, "De productgroep die ervoor in de plaats kwam"]
    product_types: Annotated[list[str], "Codes van de soorten product; leeg waar de groep geen soorten heeft"]
    cluster_fallback: list[ClusterFallback]
    mass_min_kg: float | None
    mass_max_kg: float | None
    lifetime_min_years: float | None
    lifetime_max_years: float | None
    lifetime_usual_min_years: float | None
    lifetime_usual_max_years: float | None
    lifetime_limit_years: Annotated[float | None, "Langer kan niet"]
    lifetime_cap_years: Annotated[float | None, "Zoveel jaar telt hoogstens, tenzij er een garantie is"]
    recycled_min: Annotated[float | None, "Fractie van 0 tot 1"]
    recycled_max: Annotated[float | None, "Fractie van 0 tot 1"]

    @classmethod
    def with_fallbacks(cls, row: ProductGroup, fallbacks: Mapping[str, Fallback], label: str) -> Self:
        """Of this group, with the fallbacks of its cluster and how those are called."""
        return cls.of(
            row,
            cluster=row.cluster.code,
            kind=row.kind,
            functional_unit=row.functional_unit_nl or None,
            amount_unit=row.amount_unit,
            bill_unit=row.bill_unit or None,
            bill_kind=row.bill_kind or None,
            high_impact=row.high_impact,
            cpv_prefixes=sorted(each.prefix for each in row.cpv_prefixes.all()),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            successor=row.successor.code if row.successor else None,
            product_types=sorted(each.code for each in row.types.all()),
            cluster_fallback=[ClusterFallback.of(each, label) for each in fallbacks.values()],
            **{name: getattr(row, name) for name in RANGES},
        )


RANGES = (
    *("mass_min_kg", "mass_max_kg", "lifetime_min_years", "lifetime_max_years", "lifetime_usual_min_years"),
    *("lifetime_usual_max_years", "lifetime_limit_years", "lifetime_cap_years", "recycled_min", "recycled_max"),
)


class GroupSuggestions(Described):
    """Which product groups may be meant, the best first."""

    name: Annotated[str, "Wat u vroeg"]
    suggestions: Annotated[list[str], "Codes van productgroepen"]


class ProductMaterial(Described):
    """A row of the bill of materials of a product."""

    component: str | None
    material: str
    recycled: Annotated[Decimal, "Gerecycled deel, fractie van 0 tot 1"]
    added: bool
    mass_kg: Annotated[Decimal | LeftOut, "Massa in kg, als die van elke rij bekend is"] = LEFT_OUT
    share: Annotated[Decimal | LeftOut, "Anders: aandeel in de massa, fractie van 0 tot 1"] = LEFT_OUT

    @classmethod
    def of(cls, row: BomRow) -> Self:
        """Of this row."""
        return cls(
            component=row.component,
            material=row.material,
            recycled=row.recycled,
            added=row.added,
            mass_kg=LEFT_OUT if row.mass_kg is None else row.mass_kg,
            share=LEFT_OUT if row.share is None else row.share,
        )


class ProductUse(Described):
    """What one item of a product uses."""

    flow: str
    quantity: Annotated[Decimal, "In `unit`"]
    unit: str
    basis: Annotated[str, "Per jaar of eenmalig: item-year of item-once"]
    role: Annotated[str, "Verbruik of reparatie: use of repair"]

    @classmethod
    def of(cls, row: UseRow) -> Self:
        """Of this row."""
        return cls(flow=row.flow, quantity=row.quantity, unit=row.unit, basis=row.basis, role=row.role)


class ProductLine(Described):
    """One item of a product, in the words of a line of an assessment."""

    reference: str
    name: str
    mass_kg: Annotated[Decimal, "Massa in kg"]
    count: int
    lifetime_years: Annotated[Decimal, "Levensduur in jaren"]
    circular_strategy: str
    end_of_life_plan: str
    bill_of_materials: list[ProductMaterial]
    use: list[ProductUse]
    product_type: Annotated[str | LeftOut, "Code van de soort product, als het product er een heeft"] = LEFT_OUT

    @classmethod
    def of(cls, line: Line) -> Self:
        """Of a line as the calculation reads it; a row has a mass or a share."""
        assert line.mass_kg is not None
        return cls(
            reference=line.reference,
            name=line.name,
            mass_kg=line.mass_kg,
            count=int(line.count),
            lifetime_years=line.lifetime_years,
            circular_strategy=line.circular_strategy,
            end_of_life_plan=line.end_of_life_plan,
            bill_of_materials=[ProductMaterial.of(row) for row in line.bill_of_materials],
            use=[ProductUse.of(row) for row in line.use],
            product_type=line.product_type or LEFT_OUT,
        )


class Completeness(Described):
    """Whether a product can be counted on an indicator of the current basis."""

    indicator: str
    complete: bool
    missing: Annotated[list[str], "Materialen en stromen zonder factor"]


class ProductRow(Named):
    """A baseline or reference product."""

    kind: Annotated[str, OneOf(["baseline", "reference"])]
    product_type: Annotated[str | None, "Code van de soort product; null waar het voor de hele groep staat"]
    successor: Annotated[str | None, "Het product dat ervoor in de plaats kwam: kies dat in een nieuwe vraag"]
    valid_from: date | None
    description: str | None
    quality: Annotated[str, "Hoe zeker de gegevens zijn"]
    source: str
    source_url: str | None
    to_verify: bool
    note: str | None
    completeness: list[Completeness]
    line: ProductLine

    @classmethod
    def with_gaps(cls, gap: ProductGap) -> Self:
        """Of this product, with what it lacks."""
        row = gap.product
        return cls.of(
            row,
            kind=row.kind,
            product_type=row.product_type.code if row.product_type else None,
            successor=row.successor.code if row.successor else None,
            valid_from=row.valid_from,
            description=row.description_nl or None,
            quality=row.quality,
            source=row.source.title,
            source_url=row.source.url or None,
            to_verify=row.to_verify,
            note=row.note or None,
            completeness=[
                Completeness(
                    indicator=info.code,
                    complete=gap.is_complete(info.code),
                    missing=gap.missing.get(info.code, []),
                )
                for info in gap.indicators
            ],
            line=ProductLine.of(gap.line),
        )


class ThemeRow(Named):
    """A theme of responsible procurement, and the set that it belongs to."""

    theme_set: str

    @classmethod
    def of(cls, row: Theme, **more: Any) -> Self:
        """Of this theme."""
        return super().of(row, theme_set=row.theme_set.code)
