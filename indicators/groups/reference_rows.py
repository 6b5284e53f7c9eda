"""Rows of reference data as documents, and the reference data as it would be with the rows of a proposal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import FloatField, Model

from indicators.models import (
    BaselineMaterial,
    BaselineProduct,
    BaselineUse,
    Cluster,
    GroupCpv,
    Material,
    MaterialName,
    ProductGroup,
    ProductType,
    ProposedRow,
    Source,
)
from indicators.models.groups import LIMITS
from indicators.selectors import MaterialInfo, materials_visible_to, plans, reference_stamp, strategies
from mvi_dashboard.ground.access import NOBODY
from mvi_dashboard.ground.shapes import Object, read

from .row_shapes import GROUP, MATERIAL, PREFIX, TYPE, canonical, product_shape

Data = Mapping[str, Any]
_K = ProposedRow.Kind
_VALID = ("valid_from", "valid_to", "note")
_GROUP = (
    *("name_nl", "name_en", "kind", "amount_unit", "bill_unit", "bill_kind", "functional_unit_nl", "high_impact"),
    *(*LIMITS, "recycled_min", "recycled_max", *_VALID),
)
_TYPE = ("name_nl", "name_en", "functional_unit_nl", "search_words", *LIMITS, *_VALID)
_PRODUCT = (
    *("name_nl", "name_en", "kind", "valid_from", "description_nl", "mass_kg", "lifetime_years"),
    *("quality", "to_verify", "note"),
)
_NUMBERED = re.compile(r"(.+)-(\d+)")
_SMALLEST_SHARE = Decimal("0.000001")


class World:
    """Reference data as it would be with these rows: objects that are not stored, by code."""

    def __init__(self, rows: Iterable[ProposedRow] = ()) -> None:
        self.rows = [row for row in rows if row.after is not None]
        self.ended = {(row.kind, row.code) for row in rows if row.after is None}
        self.clusters = {row.code: row for row in Cluster.objects.all()}
        self.groups = {row.code: row for row in ProductGroup.objects.select_related("cluster", "successor")}
        self.types = {row.code: row for row in ProductType.objects.select_related("group", "successor")}
        for row in self._of(_K.GROUP):
            self.groups.setdefault(row.code, ProductGroup(code=row.code))
        for row in self._of(_K.TYPE):
            self.types.setdefault(row.code, ProductType(code=row.code))
        for row in self._of(_K.GROUP):
            fill_group(self.groups[row.code], self.data(row), self)
        for row in self._of(_K.TYPE):
            fill_type(self.types[row.code], self.data(row), self)
        for group in self.groups.values():
            group.__dict__["types_by_code"] = {}
        for each in self.types.values():
            named = each._state.fields_cache.get("group")
            if named is not None and named.code in self.groups:
                self.groups[named.code].types_by_code[each.code] = each

    def _of(self, kind: str) -> list[ProposedRow]:
        return [row for row in self.rows if row.kind == kind]

    def data(self, row: ProposedRow) -> dict[str, Any]:
        """The row as its shape reads it."""
        return read(KINDS[row.kind].shape_of(self, row.after or {}), row.after)[0]

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The code of the group that each CPV prefix points at."""
        found = dict(GroupCpv.objects.values_list("prefix", "group__code"))
        found |= {row.code: str((row.after or {}).get("group")) for row in self._of(_K.PREFIX)}
        return {prefix: group for prefix, group in found.items() if (_K.PREFIX, prefix) not in self.ended}

    @cached_property
    def products(self) -> set[str]:
        """The codes of all products, with those that would be made."""
        new = {str((row.after or {}).get("newCode") or row.code) for row in self._of(_K.PRODUCT)}
        return set(BaselineProduct.objects.values_list("code", flat=True)) | new

    @cached_property
    def materials(self) -> Mapping[str, MaterialInfo]:
        """Everybody's materials and flows."""
        return materials_visible_to(NOBODY)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Sources by code."""
        return {row.code: row for row in Source.objects.all()}


@dataclass(frozen=True)
class RowKind:
    """One kind of reference data: how a row is found, told as a document, and stored."""

    code: str
    one: str
    """what one of them is called, in a sentence"""
    shape_of: Callable[[World, Data], Object]
    """the shape of a document of this kind: of a product that depends on its group"""
    find: Callable[[str], Model | None]
    data_of: Callable[[Any], dict[str, Any]]
    store: Callable[[str, Data, World], None]
    """makes it so"""
    fixed: tuple[str, ...] = ()
    """what is said once and never changes"""
    may_add: bool = True
    may_end: bool = False

    @property
    def label(self) -> str:
        """The heading above them."""
        return str(_K(self.code).label)

    def remove(self, code: str) -> None:
        """Takes it away, for what nothing rests on."""
        found = self.find(code) if self.may_end else None
        if found is not None:
            found.delete()

    def document(self, code: str) -> dict[str, Any] | None:
        """The row that holds now; None when there is none."""
        found = self.find(code)
        return None if found is None else canonical(self.data_of(found))


def fill_group(row: ProductGroup, data: Data, world: World) -> None:
    """Sets what a document says of a group; nothing is stored."""
    _fill(row, data, _GROUP)
    cluster = world.clusters.get(data.get("cluster") or "")
    if cluster is not None:
        row.cluster = cluster
    row.successor = world.groups.get(data.get("successor") or "")


def fill_type(row: ProductType, data: Data, world: World) -> None:
    """Sets what a document says of a product type; nothing is stored."""
    _fill(row, data, _TYPE)
    row.search_words = list(data.get("search_words") or ())
    group = world.groups.get(data.get("group") or "")
    if group is not None:
        row.group = group
    row.successor = world.types.get(data.get("successor") or "")


def _fill(row: Model, data: Data, names: Sequence[str]) -> None:
    for name in names:
        value = data.get(name)
        if value is not None and isinstance(row._meta.get_field(name), FloatField):
            value = float(value)
        setattr(row, name, value)


def _told(row: Model, names: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {name: Decimal(repr(each)) if isinstance(each, float) else each for name, each in values.items()}


def _code(row: Any) -> str | None:
    return None if row is None else str(row.code)


def _group_data(row: ProductGroup) -> dict[str, Any]:
    return _told(row, _GROUP) | {"cluster": row.cluster.code, "successor": _code(row.successor)}


def _type_data(row: ProductType) -> dict[str, Any]:
    return _told(row, _TYPE) | {"group": row.group.code, "successor": _code(row.successor)}


def _prefix_data(row: GroupCpv) -> dict[str, Any]:
    return {"group": row.group.code, "product_type": _code(row.product_type), "note": row.note}


def _material_data(row: Material) -> dict[str, Any]:
    names = row.names.order_by("language", "name").values("language", "name")
    return {"name_nl": row.name_nl, "name_en": row.name_en, "names": [dict(each) for each in names]}


def _product_data(row: BaselineProduct) -> dict[str, Any]:
    materials = list(row.materials.select_related("material").order_by("id"))
    exact = all(each.amount is not None for each in materials)
    bill = [
        {"component": each.component, "material": each.material.code, "recycled": each.recycled}
        | ({"mass_kg": each.amount} if exact else {"share": each.share})
        for each in materials
    ]
    use = [
        {
            "flow": each.flow.code,
            "quantity": each.quantity,
            "unit": each.flow.unit,
            "basis": each.basis,
            "role": each.role,
        }
        for each in row.use.select_related("flow").order_by("id")
    ]
    return _told(row, _PRODUCT) | {
        "group": row.group.code,
        "product_type": _code(row.product_type),
        "circular_strategy": row.strategy.code,
        "end_of_life_plan": row.plan.code,
        "source": row.source.code,
        "bill_of_materials": bill,
        "use": use,
    }


def _store_group(code: str, data: Data, world: World) -> None:
    world.groups[code].save()


def _store_type(code: str, data: Data, world: World) -> None:
    world.types[code].save()


def _store_prefix(code: str, data: Data, world: World) -> None:
    GroupCpv.objects.update_or_create(
        prefix=code,
        defaults={
            "group": world.groups[data["group"]],
            "product_type": world.types.get(data["product_type"] or ""),
            "note": data["note"],
        },
    )


def _store_material(code: str, data: Data, world: World) -> None:
    row = public_materials().get(code=code)
    row.name_nl, row.name_en = data["name_nl"], data["name_en"]
    row.save(update_fields=["name_nl", "name_en"])
    wanted = {(each["language"], each["name"]) for each in data["names"]}
    for name in row.names.all():
        if (name.language, name.name) not in wanted:
            name.delete()
        wanted.discard((name.language, name.name))
    MaterialName.objects.bulk_create(
        MaterialName(material=row, language=language, name=name) for language, name in sorted(wanted)
    )


def _store_product(code: str, data: Data, world: World) -> None:
    """A new product; the one with this code, when there is one, is offered no more."""
    old = BaselineProduct.objects.filter(code=code).first()
    stamp = reference_stamp()
    made = BaselineProduct(
        code=data["new_code"] or code,
        group=world.groups[data["group"]],
        product_type=world.types.get(data["product_type"] or ""),
        strategy=strategies(stamp)[data["circular_strategy"]],
        plan=plans(stamp)[data["end_of_life_plan"]],
        source=world.sources[data["source"]],
    )
    _fill(made, data, _PRODUCT)
    made.save()
    BaselineMaterial.objects.bulk_create(
        BaselineMaterial(
            product=made,
            component=each["component"],
            material_id=world.materials[each["material"]].id,
            share=share_of(each, data["mass_kg"]),
            recycled=each["recycled"],
            amount=each["mass_kg"],
        )
        for each in data["bill_of_materials"]
    )
    BaselineUse.objects.bulk_create(
        BaselineUse(
            product=made,
            flow_id=world.materials[each["flow"]].id,
            quantity=each["quantity"],
            basis=each["basis"],
            role=each["role"],
        )
        for each in data["use"]
    )
    if old is not None:
        BaselineProduct.objects.filter(pk=old.pk).update(successor=made)


def share_of(row: Data, mass_kg: Decimal) -> Decimal:
    """The share of a row of a bill, which may give an amount instead."""
    share: Decimal | None = row["share"]
    return (row["mass_kg"] / mass_kg).quantize(_SMALLEST_SHARE) if share is None else share


def free_code(code: str, taken: Iterable[str]) -> str:
    """The next code after this one that nothing has.

    >>> free_code("laptop-basis", {"laptop-basis"}), free_code("stoel-2", {"stoel-2", "stoel-3"})
    ('laptop-basis-2', 'stoel-4')
    """
    known = set(taken)
    numbered = _NUMBERED.fullmatch(code)
    stem, number = (numbered[1], int(numbered[2])) if numbered else (code, 1)
    while f"{stem}-{number}" in known or number < 2 or f"{stem}-{number}" == code:
        number += 1
    return f"{stem}-{number}"


def public_materials() -> Any:
    """Materials that belong to nobody."""
    return Material.objects.filter(owner_organisation__isnull=True, owner_supplier__isnull=True)


def _product_shape(world: World, document: Data) -> Object:
    group = world.groups.get(str(document.get("group") or ""))
    return product_shape(consumed=group is not None and group.is_consumed)


def _finder(rows: Callable[[], Any], field: str = "code") -> Callable[[str], Model | None]:
    return lambda code: rows().filter(**{field: code}).first()


KINDS: dict[str, RowKind] = {
    each.code: each
    for each in (
        RowKind(
            _K.GROUP,
            "productgroep",
            lambda world, document: GROUP,
            _finder(lambda: ProductGroup.objects.select_related("cluster", "successor")),
            _group_data,
            _store_group,
            fixed=("kind", "amount_unit", "bill_unit", "bill_kind"),
        ),
        RowKind(
            _K.TYPE,
            "soort product",
            lambda world, document: TYPE,
            _finder(lambda: ProductType.objects.select_related("group", "successor")),
            _type_data,
            _store_type,
            fixed=("group",),
        ),
        RowKind(
            _K.PREFIX,
            "CPV-koppeling",
            lambda world, document: PREFIX,
            _finder(lambda: GroupCpv.objects.select_related("group", "product_type"), "prefix"),
            _prefix_data,
            _store_prefix,
            may_end=True,
        ),
        RowKind(
            _K.PRODUCT,
            "product",
            _product_shape,
            _finder(
                lambda: BaselineProduct.objects.select_related(
                    "group", "product_type", "strategy", "plan", "source", "successor"
                )
            ),
            _product_data,
            _store_product,
            fixed=("group", "kind"),
        ),
        RowKind(
            _K.MATERIAL,
            "materiaal",
            lambda world, document: MATERIAL,
            _finder(public_materials),
            _material_data,
            _store_material,
            may_add=False,
        ),
    )
}
