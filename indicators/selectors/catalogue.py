"""The framework as lists: what pages and REST show of materials, factors, methods and bases."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import Count, Model, Prefetch, Q, QuerySet

from indicators.models import (
    BaselineProduct,
    Basis,
    BasisLayer,
    CircularStrategy,
    Cluster,
    CriticalList,
    Declaration,
    Destination,
    DestinationFactor,
    EndOfLifePlan,
    Factor,
    FactorSet,
    FactorSetVersion,
    Indicator,
    Material,
    MaterialName,
    MethodVersion,
    PlanFactor,
    Processing,
    ProductGroup,
    Source,
    StrategyFactor,
    Theme,
    WeightingSetVersion,
    WeightMapping,
)
from indicators.models.coded import State, newest_published
from mvi_dashboard.ground.access import REFERENCE_EDIT, Actor
from mvi_dashboard.ground.problems import not_found

from .lookups import reference_stamp

Row = TypeVar("Row", bound=Model)

_MOST_WORDS = 5
_AFTER_NAME = re.compile(r"\s*[,(]")
_AVERAGE = ", gemiddeld"
_ASSUMED: tuple[tuple[type[Model], type[Any], str], ...] = (
    (CircularStrategy, StrategyFactor, "strategy_id"),
    (EndOfLifePlan, PlanFactor, "plan_id"),
    (Destination, DestinationFactor, "destination_id"),
)


def indicator_rows() -> QuerySet[Indicator]:
    """All indicators, for the order `position`, `id`."""
    return Indicator.objects.all()


def clusters() -> QuerySet[Cluster]:
    """Clusters of product groups, for the order `position`, `id`."""
    return Cluster.objects.all()


def names_of_codes(materials: Iterable[str], indicators: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The names of these materials and of these indicators, by code."""
    named = Material.objects.filter(code__in=set(materials), owner_organisation=None, owner_supplier=None)
    of_indicators = Indicator.objects.filter(code__in=set(indicators))
    return dict(named.values_list("code", "name_nl")), dict(of_indicators.values_list("code", "name_nl"))


def product_groups(cluster: str = "") -> QuerySet[ProductGroup]:
    """Product groups with their cluster and CPV prefixes."""
    found = ProductGroup.objects.select_related("cluster", "successor").prefetch_related("cpv_prefixes", "types")
    return found.filter(cluster__code=cluster) if cluster else found


def offered_products() -> QuerySet[BaselineProduct]:
    """Baseline and reference products that can be chosen: those for which a better one came are left out."""
    return BaselineProduct.objects.filter(successor__isnull=True)


def average_products(group: ProductGroup) -> QuerySet[BaselineProduct]:
    """What may stand for an average product of a group, for who knows only how many."""
    found = offered_products().filter(group=group, kind=BaselineProduct.Kind.BASELINE)
    return found.select_related("strategy", "plan", "product_type").order_by("name_nl", "pk")


def products_of(group: ProductGroup) -> QuerySet[BaselineProduct]:
    """The baseline and reference products of a group, complete with bill and use."""
    joined = ("strategy", "plan", "source", "product_type", "successor")
    return group.products.select_related(*joined).prefetch_related("materials__material", "use__flow")


def products_by_id(ids: Iterable[int]) -> QuerySet[BaselineProduct]:
    """These products with what their line names; also those for which a better one came."""
    return BaselineProduct.objects.select_related("strategy", "plan", "product_type").filter(pk__in=list(ids))


def newest_critical_list() -> CriticalList | None:
    """The list of critical materials that holds now: the newest one that is loaded."""
    return CriticalList.objects.select_related("source").order_by("-valid_from", "-id").first()


def theme_rows() -> QuerySet[Theme]:
    """Themes with the set that they belong to."""
    return Theme.objects.select_related("theme_set")


def method_versions(actor: Actor) -> QuerySet[MethodVersion]:
    """Versions of methods; concepts only for who makes them."""
    return _unless_draft(MethodVersion.objects.select_related("method", "source"), actor)


def get_method_version(actor: Actor, method: str, version: str = "") -> MethodVersion:
    """This version of a method, or the newest that is published. Raises Refused (absent)."""
    return _this_or_newest(method_versions(actor).filter(method__code=method), version)


def weighting_sets(actor: Actor) -> QuerySet[WeightingSetVersion]:
    """Weighting sets with their prices and mapping; concepts only for who makes them."""
    found = WeightingSetVersion.objects.select_related("source").prefetch_related(
        Prefetch("weights__mappings", WeightMapping.objects.select_related("indicator", "source"))
    )
    return _unless_draft(found, actor)


def bases() -> QuerySet[Basis]:
    """Bases with method, layers and weighting set; a basis that is not in use yet is left out."""
    found = Basis.objects.exclude(state=Basis.State.DRAFT)
    return found.select_related("method_version__method", "weighting_set").prefetch_related(
        Prefetch("layers", BasisLayer.objects.select_related("version__factor_set"))
    )


def assumed_factors(model: type[Model], method_version_id: int | None = None) -> dict[int, Any]:
    """The factor rows of strategies, plans or destinations by their id; without a version of the current basis."""
    if method_version_id is None:
        current = Basis.objects.filter(state=Basis.State.CURRENT).values_list("method_version_id", flat=True)
        method_version_id = current.first()
    _, rows, name = next(entry for entry in _ASSUMED if entry[0] is model)
    found = rows.objects.filter(method_version_id=method_version_id).select_related("source")
    return {getattr(row, name): row for row in found}


def materials_list(actor: Actor, *, search: str = "", kind: str = "") -> QuerySet[Material]:
    """Materials that this actor may see, found by every word in a name, a synonym or the code."""
    seen = Q(owner_organisation__isnull=True, owner_supplier__isnull=True)
    if actor.supplier_id is not None:
        seen |= Q(owner_supplier_id=actor.supplier_id)
    elif actor.organisation_ids:
        seen |= Q(owner_organisation_id__in=actor.organisation_ids)
    found = Material.objects.filter(seen)
    if kind:
        found = found.filter(kind=kind)
    for word in search.replace("\x00", "").split()[:_MOST_WORDS]:
        synonyms = MaterialName.objects.filter(name__icontains=word).values("material_id")
        found = found.filter(
            Q(name_nl__icontains=word) | Q(name_en__icontains=word) | Q(code__icontains=word) | Q(id__in=synonyms)
        )
    return found.prefetch_related("names", "listings__critical_list")


def get_material(actor: Actor, code: str) -> Material:
    """The material with this code; the own one before the public one. Raises Refused (absent)."""
    order = ("owner_supplier_id", "owner_organisation_id")
    found = sorted(
        materials_list(actor).filter(code=code),
        key=lambda row: all(getattr(row, name) is None for name in order),
    )
    if not found:
        raise not_found()
    return found[0]


def factors_of_material(material: Material) -> QuerySet[Factor]:
    """Every published factor of a material with its source, by set and indicator."""
    found = Factor.objects.filter(material=material).exclude(version__state=State.DRAFT)
    found = found.select_related("version__factor_set", "indicator", "source__declaration", "material")
    return found.defer("source__declaration__content").order_by(
        "version__factor_set__name_nl", "-version_id", "indicator__position", "module"
    )


def get_declaration(actor: Actor, code: str) -> Declaration:
    """The declaration behind the source with this code. Raises Refused (absent, or only behind a concept)."""
    found = Declaration.objects.select_related("source").filter(source__code=code).first()
    behind = Factor.objects.filter(source__code=code).exclude(version__state=State.DRAFT)
    if found is None or not (actor.may(REFERENCE_EDIT) or behind.exists()):
        raise not_found()
    return found


def sources_visible_to(actor: Actor) -> QuerySet[Source]:
    """Sources of factors; what only a concept rests on is for who makes it."""
    if actor.may(REFERENCE_EDIT):
        return Source.objects.select_related("declaration").defer("declaration__content")
    behind = Factor.objects.exclude(version__state=State.DRAFT).order_by().values("source")
    found = Source.objects.filter(pk__in=behind)
    return found.select_related("declaration").defer("declaration__content")


def get_source(actor: Actor, code: str) -> Source:
    """The source with this code. Raises Refused (absent, or only behind a concept)."""
    found = sources_visible_to(actor).filter(code=code).first()
    if found is None:
        raise not_found()
    return found


def factor_sets() -> QuerySet[FactorSet]:
    """Factor sets with their versions."""
    return FactorSet.objects.prefetch_related("versions")


def versions_visible_to(actor: Actor) -> QuerySet[FactorSetVersion]:
    """Versions of factor sets with the number of their factors; concepts only for who makes them."""
    found = FactorSetVersion.objects.select_related("factor_set").annotate(factor_count=Count("factors"))
    return _unless_draft(found, actor)


def get_factor_version(actor: Actor, factor_set: str, version: str = "") -> FactorSetVersion:
    """This version of a factor set, or the newest that is published. Raises Refused (absent)."""
    return _this_or_newest(versions_visible_to(actor).filter(factor_set__code=factor_set), version)


def factors_in(version: FactorSetVersion, *, indicator: str = "", search: str = "") -> QuerySet[Factor]:
    """The factors of a version with material, indicator and source."""
    found = version.factors.select_related("material", "indicator", "source__declaration")
    found = found.defer("source__declaration__content")
    if indicator:
        found = found.filter(indicator__code=indicator)
    for word in search.replace("\x00", "").split()[:_MOST_WORDS]:
        found = found.filter(Q(material__name_nl__icontains=word) | Q(material__code__icontains=word))
    return found


def rows_of_making(version: FactorSetVersion, *, group: str = "", indicator: str = "") -> QuerySet[Processing]:
    """What a version says of making, with what each row names."""
    found = version.processing.select_related("group", "product_type", "indicator", "source")
    if group:
        found = found.filter(group__code=group)
    return found.filter(indicator__code=indicator) if indicator else found


def codes_by_name(stamp: tuple[int, int, int] | None = None) -> dict[str, str]:
    """Codes of public materials by what people call them, in lower case: name, synonym, or the short name.

    The short name of `hout, gemiddeld` is `hout`. What two materials are called is left out, unless it is the
    whole name of one of them or one of them is the average.
    """
    return dict(_codes_by_name(stamp or reference_stamp()))


@lru_cache(maxsize=4)
def _codes_by_name(stamp: tuple[int, int, int]) -> dict[str, str]:
    public = Material.objects.filter(owner_organisation__isnull=True, owner_supplier__isnull=True)
    own = [(name.strip().lower(), code) for code, name in public.values_list("code", "name_nl")]
    names = MaterialName.objects.filter(material__in=public).values_list("material__code", "name")
    called: dict[str, set[str]] = {}
    for code, name in names:
        called.setdefault(name.strip().lower(), set()).add(code)
    for name, code in own:
        called.setdefault(_AFTER_NAME.split(name, maxsplit=1)[0], set()).add(code)
    found = {name: codes.pop() for name, codes in called.items() if len(codes) == 1}
    averages = {name.removesuffix(_AVERAGE): code for name, code in own if name.endswith(_AVERAGE)}
    return found | averages | dict(own)


def _this_or_newest(found: QuerySet[Row], version: str) -> Row:
    row = found.filter(version=version).first() if version else newest_published(found)
    if row is None:
        raise not_found()
    return row


def _unless_draft(found: QuerySet[Row], actor: Actor) -> QuerySet[Row]:
    return found if actor.may(REFERENCE_EDIT) else found.exclude(state=State.DRAFT)
