"""A product group with product types, made by hand: always the same rows in the same order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from indicators.models import (
    BaselineMaterial,
    BaselineProduct,
    CircularStrategy,
    EndOfLifePlan,
    GroupCpv,
    Material,
    ProductGroup,
    ProductType,
    Source,
)

GROUP, PANEL, INVERTER = "zonnepanelen", "proef-paneel", "proef-omvormer"
_TYPES: dict[str, dict[str, Any]] = {
    PANEL: {
        "name_nl": "Paneel",
        "name_en": "Panel",
        "functional_unit_nl": "1 paneel op een dak",
        "search_words": ["zonnepaneel", "pv-paneel"],
    },
    INVERTER: {
        "name_nl": "Omvormer",
        "name_en": "Inverter",
        "functional_unit_nl": "1 omvormer",
        "mass_min_kg": 8,
        "mass_max_kg": 60,
        "lifetime_min_years": 5,
        "lifetime_max_years": 20,
        "lifetime_usual_min_years": 8,
        "lifetime_usual_max_years": 12,
        "lifetime_limit_years": 30,
        "lifetime_cap_years": 10,
        "search_words": ["omvormer", "inverter"],
        "valid_from": date(2026, 1, 1),
    },
}
_PRODUCTS = {
    "proef-paneel-referentie": ("Paneel, marktstandaard", PANEL, "reference", "20"),
    "proef-omvormer-referentie": ("Omvormer, marktstandaard", INVERTER, "reference", "12"),
    "proef-omvormer-basis": ("Omvormer", INVERTER, "baseline", "12"),
}


@pytest.fixture
def product_types(reference: None) -> dict[str, ProductType]:
    """The types of solar panels by code, each with a reference product, and a CPV code of inverters."""
    group = ProductGroup.objects.get(code=GROUP)
    types = {code: ProductType.objects.create(code=code, group=group, **fields) for code, fields in _TYPES.items()}
    for code, (name, of_type, kind, kg) in _PRODUCTS.items():
        make_product(types[of_type], code=code, name_nl=name, kind=kind, mass_kg=Decimal(kg))
    GroupCpv.objects.create(group=group, product_type=types[INVERTER], prefix="31155000")
    return types


def make_product(of_type: ProductType, **fields: Any) -> BaselineProduct:
    """A product of this type, of aluminium and steel."""
    made = BaselineProduct.objects.create(
        group=of_type.group,
        product_type=of_type,
        valid_from=date(2026, 1, 1),
        lifetime_years=Decimal(10),
        strategy=CircularStrategy.objects.get(code="new"),
        plan=EndOfLifePlan.objects.get(code="none"),
        quality="average",
        source=Source.objects.get(code="assumption"),
        **fields,
    )
    for material, share in (("aluminium", "0.4"), ("steel", "0.6")):
        row = Material.objects.get(code=material)
        BaselineMaterial.objects.create(product=made, material=row, share=Decimal(share), recycled=Decimal(0))
    return made
