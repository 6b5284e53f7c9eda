"""How it is calculated: methods with their assumed factors, adoptions, weighting sets and bases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from operator import attrgetter
from typing import Annotated, Any, Self

from indicators.models import AssumptionAdoption, Basis, MethodVersion, Weight, WeightingSetVersion
from indicators.models.coded import State
from mvi_dashboard.ground.described import LEFT_OUT, Described, LeftOut, OneOf
from mvi_dashboard.ground.shapes import camel

from .catalogue import Named

StateOfVersion = Annotated[str, OneOf(State.values)]
Factor01 = Annotated[float, "Waar het effect mee wordt vermenigvuldigd"]
Assumption = Annotated[bool, "Een aanname, en geen meting"]


class VersionOf(Described):
    """A version of something with a code."""

    code: str
    version: str


class ThrownAway(Described):
    """A method after a concept of it was thrown away."""

    code: str
    versions: Annotated[list[str], "De versies die er nog zijn"]


class AssumedRow(Named):
    """A strategy, plan or destination, with the factor that the method of the current basis assumes for it."""

    factor: Annotated[float | None, "R of E van de huidige rekenbasis; null = die kent er geen"]
    assumption: Annotated[bool | None, "Een aanname, en geen meting"]
    description: str | None
    r_ladder: Annotated[str | LeftOut, "Trede van de R-ladder, alleen bij een strategie"] = LEFT_OUT
    purchase_allowed: Annotated[bool | LeftOut, "Mag in een inschrijving, alleen bij een strategie"] = LEFT_OUT
    follows_plan: Annotated[bool | LeftOut, "Telt als het beloofde plan, alleen bij een bestemming"] = LEFT_OUT

    @classmethod
    def among(cls, row: Any, factors: Mapping[int, Any]) -> Self:
        """Of this row, with its factor among these by key."""
        found = factors.get(row.pk)
        return cls.of(
            row,
            factor=found.factor if found else None,
            assumption=found.assumption if found else None,
            description=row.description_nl or None,
            **{name: getattr(row, name, LEFT_OUT) for name in ("r_ladder", "purchase_allowed", "follows_plan")},
        )


class StrategyFactorRow(Described):
    """Factor R of a circular strategy."""

    code: str
    factor: Factor01
    assumption: Assumption


class PlanFactorRow(Described):
    """Factor E of an end-of-life plan, or what becomes of a material with it."""

    code: str
    factor: Factor01
    assumption: Assumption
    recycled: Annotated[float | None, "R2: deel dat wordt gerecycled, fractie van 0 tot 1"]
    recovered: Annotated[float | None, "R3: deel dat wordt verbrand met energie, fractie van 0 tot 1"]


class DestinationFactorRow(Described):
    """Factor E of a real destination, or what is done there."""

    code: str
    factor: Factor01
    assumption: Assumption
    treatment: str | None


class MethodRow(Named):
    """One version of a method."""

    version: str
    state: StateOfVersion
    formula: Annotated[dict[str, str], "Formules in woorden, per onderdeel"]
    parameters: Annotated[dict[str, str], "Getallen en codes van de methode, per naam"]
    source: str
    valid_from: date | None

    @classmethod
    def of(cls, row: MethodVersion, **more: Any) -> Self:
        """Of this version."""
        return super().of(
            row.method,
            version=row.version,
            state=row.state,
            formula={camel(name): str(value) for name, value in row.formula.items()},
            parameters={camel(name): str(value) for name, value in row.parameters.items()},
            source=row.source.title,
            valid_from=row.valid_from,
            **more,
        )


class Method(MethodRow):
    """One version of a method with all that it assumes."""

    strategies: list[StrategyFactorRow]
    plans: list[PlanFactorRow]
    destinations: list[DestinationFactorRow]

    @classmethod
    def of(cls, row: MethodVersion, **more: Any) -> Self:
        """Of this version; three queries."""
        return super().of(
            row,
            strategies=[
                StrategyFactorRow(code=each.strategy.code, factor=each.factor, assumption=each.assumption)
                for each in row.strategy_factors.select_related("strategy").order_by("id")
            ],
            plans=[
                PlanFactorRow(
                    code=each.plan.code,
                    factor=each.factor,
                    assumption=each.assumption,
                    recycled=each.recycled,
                    recovered=each.recovered,
                )
                for each in row.plan_factors.select_related("plan").order_by("id")
            ],
            destinations=[
                DestinationFactorRow(
                    code=each.destination.code,
                    factor=each.factor,
                    assumption=each.assumption,
                    treatment=each.treatment or None,
                )
                for each in row.destination_factors.select_related("destination").order_by("id")
            ],
        )


class Adoption(Described):
    """What an organisation took over, when and by whom."""

    organisation: str
    method: str
    version: str
    adopted_at: datetime
    adopted_by: str
    reason: str

    @classmethod
    def of(cls, row: AssumptionAdoption) -> Self:
        """Of this adoption."""
        return cls(
            organisation=row.organisation.code,
            method=row.method_version.method.code,
            version=row.method_version.version,
            adopted_at=row.adopted_at,
            adopted_by=row.name,
            reason=row.reason,
        )


class CategoryMapping(Described):
    """An indicator that counts for a category."""

    indicator: str
    factor: Annotated[float | None, "Waar de indicator mee wordt vermenigvuldigd; null = onbekend"]
    same_quantity: bool
    source: str
    note: str | None


class WeightingCategory(Described):
    """A category of a weighting set with its price."""

    code: str
    name: str
    unit: str
    eur_per_unit: float
    verified: bool
    mapping: list[CategoryMapping]

    @classmethod
    def of(cls, row: Weight) -> Self:
        """Of this weight, with its mappings read."""
        return cls(
            code=row.code,
            name=row.name_nl,
            unit=row.unit,
            eur_per_unit=row.eur,
            verified=row.verified,
            mapping=[
                CategoryMapping(
                    indicator=each.indicator.code,
                    factor=each.factor,
                    same_quantity=each.same_quantity,
                    source=each.source.title,
                    note=each.note or None,
                )
                for each in row.mappings.all()
            ],
        )


class WeightingSet(Described):
    """A version of a weighting set."""

    code: str
    version: str
    name: str
    state: StateOfVersion
    source: str
    categories: list[WeightingCategory]

    @classmethod
    def of(cls, row: WeightingSetVersion) -> Self:
        """Of this version, with its weights read."""
        return cls(
            code=row.code,
            version=row.version,
            name=row.name_nl,
            state=row.state,
            source=row.source.title,
            categories=[WeightingCategory.of(each) for each in sorted(row.weights.all(), key=attrgetter("pk"))],
        )


class BasisLayerRow(Described):
    """A factor set of a basis; the lowest rank is asked first."""

    rank: int
    code: str
    version: str


class BasisRow(Described):
    """What numbers are made with."""

    code: str
    name: str
    state: Annotated[str, OneOf(Basis.State.values)]
    current: Annotated[bool, "Hiermee rekenen wij nu"]
    method: VersionOf
    factor_sets: list[BasisLayerRow]
    weighting_set: VersionOf | None
    indicators: list[str]
    hash: Annotated[str, "Zegel van alles waar deze rekenbasis uit bestaat"]

    @classmethod
    def of(cls, row: Basis) -> Self:
        """Of this basis, with its layers read."""
        method, weights = row.method_version, row.weighting_set
        return cls(
            code=row.code,
            name=row.name_nl,
            state=row.state,
            current=row.state == Basis.State.CURRENT,
            method=VersionOf(code=method.method.code, version=method.version),
            factor_sets=[
                BasisLayerRow(rank=layer.rank, code=layer.version.factor_set.code, version=layer.version.version)
                for layer in row.layers.all()
            ],
            weighting_set=VersionOf(code=weights.code, version=weights.version) if weights else None,
            indicators=row.indicators,
            hash=row.hash,
        )
