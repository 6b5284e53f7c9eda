"""Codes that documents name, looked up once per process: reference data changes only by a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from indicators.models import (
    CircularStrategy,
    EndOfLifePlan,
    Material,
    MaterialName,
    ProductGroup,
    ProductType,
    ProtocolVersion,
    Theme,
)
from indicators.models.coded import newest_published
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.problems import not_found

from .naming import Names


@dataclass(frozen=True)
class MaterialInfo:
    """What a check needs of a material or flow."""

    id: int
    code: str
    kind: str
    unit: str
    name: str

    @property
    def is_flow(self) -> bool:
        """Whether it is used up (electricity, fuel) and not part of the goods."""
        return self.kind == Material.Kind.FLOW


_NEWEST = '(SELECT COALESCE(MAX(id), 0) FROM "{}")'.format
_MATERIAL, _TYPE, _STRATEGY, _PLAN = (
    _NEWEST(model._meta.db_table) for model in (Material, ProductType, CircularStrategy, EndOfLifePlan)
)
# Both only grow, so their sum changes with either.
_STAMP = f"SELECT {_MATERIAL} + {_TYPE}, {_STRATEGY}, {_PLAN}"


def reference_stamp() -> tuple[int, int, int]:
    """What changes whenever a material, type, strategy or plan is added; one query, so that the rest can be kept.

    Written out, as it stands before every calculation: composing it took longer than asking it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        newest = cursor.fetchone() or (None, None, None)
    return tuple(number or 0 for number in newest)  # type: ignore[return-value]


def materials_visible_to(actor: Actor, stamp: tuple[int, int, int] | None = None) -> dict[str, MaterialInfo]:
    """Materials, flows and foods by code: everybody's, and the private ones of this actor's own place."""
    public = _public_materials(stamp or reference_stamp())
    if actor.supplier_id is not None:
        own = Material.objects.filter(owner_supplier_id=actor.supplier_id)
    elif actor.organisation_ids:
        own = Material.objects.filter(owner_organisation_id__in=actor.organisation_ids)
    else:
        return public
    return {row.code: _info(row) for row in own} | public


@lru_cache(maxsize=4)
def _public_materials(stamp: tuple[int, int, int]) -> dict[str, MaterialInfo]:
    rows = Material.objects.filter(owner_organisation__isnull=True, owner_supplier__isnull=True)
    return {row.code: _info(row) for row in rows}


def material_names(known: Mapping[str, MaterialInfo], stamp: tuple[int, int, int] | None = None) -> Names:
    """What materials are called, for ranking: names, synonyms and codes of what is public, and the own names."""
    stamp = stamp or reference_stamp()
    public = _public_materials(stamp)
    own = tuple((code, info.name) for code, info in known.items() if code not in public)
    names = _public_names(stamp)
    return Names((*names.pairs, *own)) if own else names


@lru_cache(maxsize=4)
def _public_names(stamp: tuple[int, int, int]) -> Names:
    public = Material.objects.filter(owner_organisation__isnull=True, owner_supplier__isnull=True)
    pairs = []
    for code, dutch, english in public.order_by("id").values_list("code", "name_nl", "name_en"):
        pairs += [(code, dutch), (code, english), (code, code)]
    pairs += MaterialName.objects.filter(material__in=public).order_by("id").values_list("material__code", "name")
    return Names(tuple(dict.fromkeys(pairs)))


def _info(row: Material) -> MaterialInfo:
    return MaterialInfo(row.id, row.code, row.kind, row.unit, row.name_nl)


def get_group(code: str) -> ProductGroup:
    """The product group with this code. Raises Refused (absent)."""
    found = ProductGroup.objects.select_related("cluster").filter(code=code).first()
    if found is None:
        raise not_found()
    return found


def groups_with_types() -> set[str]:
    """The codes of the product groups that have product types."""
    return set(ProductType.objects.values_list("group__code", flat=True))


def group_codes() -> list[str]:
    """The codes of all product groups, in order."""
    return list(ProductGroup.objects.order_by("code").values_list("code", flat=True))


def strategies(stamp: tuple[int, int, int] | None = None) -> dict[str, CircularStrategy]:
    """Circular strategies by code, also those that are no purchase."""
    return _strategies(stamp or reference_stamp())


@lru_cache(maxsize=4)
def _strategies(stamp: tuple[int, int, int]) -> dict[str, CircularStrategy]:
    return {row.code: row for row in CircularStrategy.objects.order_by("rank", "code")}


def plans(stamp: tuple[int, int, int] | None = None) -> dict[str, EndOfLifePlan]:
    """End-of-life plans by code."""
    return _plans(stamp or reference_stamp())


@lru_cache(maxsize=4)
def _plans(stamp: tuple[int, int, int]) -> dict[str, EndOfLifePlan]:
    return {row.code: row for row in EndOfLifePlan.objects.order_by("rank", "code")}


def themes() -> dict[str, Theme]:
    """Themes by code, in the order in which they are shown."""
    return {row.code: row for row in Theme.objects.order_by("theme_set_id", "position")}


def protocol_for(group: ProductGroup) -> ProtocolVersion | None:
    """The newest delivery protocol of the group, else the general one."""
    found = ProtocolVersion.objects.all()
    return newest_published(found.filter(group=group)) or newest_published(found.filter(group__isnull=True))
