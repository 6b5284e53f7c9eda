"""The rows of a tender from its checked document: lots, demand items and ambitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indicators.models import BaselineProduct, ProductGroup, ProductType
from indicators.selectors import offered_products
from indicators.services import energy_of_demand
from tenders.models import Lot, LotItem, Tender, TenderTheme

from .checking import Found


def write_parts(tender: Tender, data: Mapping[str, Any], found: Found, *, replace: bool = False) -> None:
    """Store lots, items and ambitions; with `replace` instead of those that there were."""
    if replace:
        tender.lots.all().delete()
        tender.themes.all().delete()
    for row in data["lots"]:
        group = found.groups[row["product_group"]]
        lot = Lot.objects.create(
            organisation_id=tender.organisation_id,
            tender=tender,
            number=row["number"],
            title=row["title"],
            group=group,
            request_level=row["request_level"],
            fewer_items_allowed=row["fewer_items_allowed"],
            contract_start=row["contract_start"],
            contract_end=row["contract_end"],
        )
        LotItem.objects.bulk_create([_item(lot, group, item, found) for item in _demand(row)])
    TenderTheme.objects.bulk_create(
        TenderTheme(
            organisation_id=tender.organisation_id,
            tender=tender,
            theme=found.themes[row["theme"]],
            level=row["level"],
            motivation=row["motivation"] or "",
            main=row["main"],
        )
        for row in data["ambitions"]
    )


def _demand(lot: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The demand items; the short form on the lot is one item with the title of the lot."""
    if lot["items"] or lot["needed_count"] is None:
        return list(lot["items"])
    short = {"number": 1, "description": lot["title"], "cpv": None}
    products = dict.fromkeys(("product_type", "reference_product", "baseline_product", "use_energy"))
    return [short | products | {name: lot[name] for name in ("needed_count", "needed_years")}]


def _item(lot: Lot, group: ProductGroup, row: Mapping[str, Any], found: Found) -> LotItem:
    kind = found.type_of(row, group)
    return LotItem(
        organisation_id=lot.organisation_id,
        lot=lot,
        number=row["number"],
        description=row["description"],
        cpv=found.cpv_of(row["cpv"]),
        needed_count=row["needed_count"],
        needed_years=row["needed_years"],
        reference_product=found.products.get(row["reference_product"] or ""),
        baseline_product=found.products.get(row["baseline_product"] or "") or _only_baseline(group, kind),
        product_type=kind,
        use_energy=energy_of_demand(row["use_energy"]),
    )


def _only_baseline(group: ProductGroup, kind: ProductType | None) -> BaselineProduct | None:
    """The baseline product of the group, or of the type in it, when there is just one: it stands in for an unknown
    reference."""
    found = offered_products().filter(group=group, kind=BaselineProduct.Kind.BASELINE)
    products = list((found if kind is None else found.filter(product_type=kind))[:2])
    return products[0] if len(products) == 1 else None
