"""What can be chosen in the tender form, and what a CPV code or a description suggests there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from indicators.models import BaselineProduct, ProductGroup, ProductType
from indicators.selectors import (
    Prefixes,
    cpv_prefixes,
    offered_types,
    product_groups,
    product_types,
    themes,
    types_meant,
)
from indicators.selectors.categories import groups_meant
from indicators.services import energy_of_demand, energy_to_choose
from mvi_dashboard.ground.shapes import camel

from .energy import energy_names
from .tender_rows import ENERGY, TYPE

Row = dict[str, Any]
Options = list[tuple[str, str]]
_LEVELS = (("0", "0, geen"), ("1", "1, basis"), ("2", "2, meer dan gewoon"), ("3", "3, voorop lopen"))
_OTHER_GROUP, _OTHER_TYPE, _EARLIER = "andere productgroep", "andere soort", "eerdere versie"


def choices() -> dict[str, Any]:
    """What can be chosen whatever was typed: groups, themes and levels."""
    return {
        "groups": [(group.code, group.name_nl) for group in product_groups().order_by("name_nl", "id")],
        "theme_options": [(code, theme.name_nl) for code, theme in themes().items()],
        "levels": _LEVELS,
    }


def add_choices(lot_rows: Sequence[Row], title: str) -> None:
    """Add to the drawn rows what can be chosen in each: types and products of its group, energy, and what its
    words suggest; `title` is that of the tender."""
    names = energy_names()
    groups = {row["group"] for row in lot_rows}
    found = BaselineProduct.objects.filter(group__code__in=groups).select_related("group", "product_type")
    products = list(found.order_by("group__name_nl", "name_nl"))
    types = list(product_types().filter(group__code__in=groups).order_by("name_nl"))
    for row in lot_rows:
        of_group = [each for each in types if each.group.code == row["group"]]
        for item in row["items"]:
            item["energy"] = energy_fields(item, names)
            item["more"] = item["more"] or any(field["other"] for field in item["energy"])
            _add_types(item, of_group)
            _add_products(item, [each for each in products if each.group.code == row["group"]])
    # The title of a tender says what is asked only where that is one thing.
    _add_suggestions(lot_rows, types, title if len(lot_rows) == 1 else "")


def _add_types(item: Row, types: Sequence[ProductType]) -> None:
    """The types of the group; none where it has none, unless one was chosen before the group changed."""
    options = [(each.code, each.name_nl) for each in offered_types(types)]
    kept = [(each.code, each.name_nl) for each in types if each.code == item["kind"] and not _is_in(each, options)]
    item["types"] = with_typed([*options, *kept], item["kind"], _OTHER_GROUP)


def _is_in(each: ProductType, options: Options) -> bool:
    return each.code in dict(options)


def _add_products(item: Row, products: Sequence[BaselineProduct]) -> None:
    """The products of the chosen type, and those that are of no type; without a type all that the group offers."""
    kind = item["kind"]
    fits = [
        each
        for each in products
        if each.successor_id is None and (not kind or each.product_type is None or each.product_type.code == kind)
    ]
    named = {each.code: each for each in products}
    for name, field, of_kind in (
        ("references", "referenceProduct", BaselineProduct.Kind.REFERENCE),
        ("baselines", "baselineProduct", BaselineProduct.Kind.BASELINE),
    ):
        options = [(each.code, each.name_nl) for each in fits if each.kind == of_kind]
        typed = str(item["typed"].get(field) or "")
        product = named.get(typed)
        item[name] = with_typed(options, typed, _why(product), product.name_nl if product else "")


def _why(product: BaselineProduct | None) -> str:
    """Why a product that was chosen before is not offered here any more."""
    if product is None:
        return _OTHER_GROUP
    return _OTHER_TYPE if product.successor_id is None else _EARLIER


def with_typed(options: Options, typed: str, why: str, name: str = "") -> Options:
    """The options, and what was chosen before the group or type changed, so that it stands beside its message."""
    return options if not typed or typed in dict(options) else [*options, (typed, f"{name or typed} ({why})")]


def _add_suggestions(lot_rows: Sequence[Row], types: Sequence[ProductType], title: str) -> None:
    """The group that a lot without one may mean, and the type that an item without one may be: only to choose."""
    prefixes: Prefixes | None = None
    groups: dict[str, ProductGroup] = {}
    for row in lot_rows:
        of_group = offered_types(each for each in types if each.group.code == row["group"])
        if row["group"] and not of_group:
            continue
        prefixes = prefixes or cpv_prefixes()
        if of_group:
            for item in row["items"]:
                item["meant"] = [] if item["kind"] else _types(item, row, title, prefixes, of_group)
            continue
        groups = groups or {each.code: each for each in product_groups().prefetch_related(None)}
        row["meant"] = _choices(f"{row['name']}.productGroup", _groups(row, title, prefixes, groups))


def _types(
    item: Row, row: Row, title: str, prefixes: Prefixes, among: Sequence[ProductType]
) -> list[dict[str, str]]:
    typed = item["typed"]
    texts = [str(typed.get("description") or ""), *([] if row["several"] else [row["typed_title"], title])]
    return _choices(f"{item['name']}.{TYPE}", types_meant(str(typed.get("cpv") or ""), texts, prefixes, among))


def _groups(row: Row, title: str, prefixes: Prefixes, groups: Mapping[str, ProductGroup]) -> list[ProductGroup]:
    meant: Callable[..., list[str]] = partial(groups_meant, prefixes=prefixes)
    for item in row["items"]:
        typed = item["typed"]
        found = meant(str(typed.get("cpv") or ""), str(typed.get("description") or ""))
        if found:
            return [groups[code] for code in found]
    return [groups[code] for code in meant("", row["typed_title"]) or meant("", title)]


def _choices(name: str, rows: Sequence[ProductGroup | ProductType]) -> list[dict[str, str]]:
    return [{"value": f"{name}={each.code}", "label": _in_a_sentence(each.name_nl)} for each in rows]


def _in_a_sentence(name: str) -> str:
    """A name without its capital; an abbreviation keeps its own: `ICT-hardware`, `beeldscherm`."""
    return name if name[1:2].isupper() else f"{name[:1].lower()}{name[1:]}"


def energy_fields(item: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Per purpose the flows to choose from by their name, the usual one chosen until somebody chooses another."""
    typed = item["typed"].get(ENERGY)
    typed = typed if isinstance(typed, Mapping) else {}
    fields = []
    for purpose, usual in energy_of_demand(None).items():
        value = str(typed.get(camel(purpose)) or usual)
        options = [(flow, names.get(flow, flow)) for flow in energy_to_choose()[purpose]]
        options = [(flow, f"gewoon: {name}" if flow == usual else name) for flow, name in options]
        name = f"{item['name']}.{ENERGY}.{camel(purpose)}"
        fields.append({"name": name, "value": value, "options": options, "other": value != usual})
    return fields
