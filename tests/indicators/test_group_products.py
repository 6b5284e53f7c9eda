"""Baseline and reference products that ship: plausible, with a source, and computed on the current basis."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from indicators.lines.assessment import Assessed, assess_lines
from indicators.lines.line_checks import check_lines, known_to
from indicators.lines.product_lines import product_line
from indicators.models import BaselineProduct, ProductGroup
from indicators.selectors import BasisArrays, basis_arrays, current_basis
from mvi_dashboard.ground.access import NOBODY
from mvi_dashboard.ground.models import Role
from tests.queries import queries_of

from .test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]

# kg CO2-eq of one item over its life or of one unit, worked out by hand from the factors of the current basis.
WORKED_OUT = {
    # 1/31.65 m3 * 2.134
    "warmte-gas-basis": (0.031596 * 2.134, True),
    "warmte-gas-referentie": (0.04045, True),
    "kantoorafval-referentie": (0.5 * 0.038 + 0.3 * 0.007 + 0.1 * 0.007 + 0.1 * 0.051, True),
    "sloopafval-referentie": (0.9 * 0.008 + 0.05 * 0.007 + 0.05 * 0.032, True),
    "vliegreis-referentie": (0.182, True),
    "binnenlandse-reis-referentie": (0.036, True),
    "wegvervoer-basis": (0.363, True),
    "busje-basis": (0.295, True),
    # materials only: how it is made is unknown, so the sum of what is known
    "kopieerpapier-basis": (1.3450779, False),
    "asfalt-basis": (1000 * 0.03921249, False),
    "damwand-basis": (1000 * 3.03, False),
    "damwand-referentie": (1000 * (1 - 0.59) * 3.03, False),
    "gewapend-beton-referentie": (2400 * (0.96 * 0.11879306 + 0.04 * (1 - 0.59) * 2.77), False),
    "vaatwasser-basis": (45 * 3.267 + 10 * 250 * 0.244, False),
    "airco-basis": (40 * 4.36333333 + 6 * (500 * 0.244 + 0.03 * 771), False),
}


def _computed(arrays: BasisArrays, product: BaselineProduct) -> Assessed:
    return assess_lines(arrays, product.group, [product_line(product)])


def _products() -> list[BaselineProduct]:
    return list(BaselineProduct.objects.select_related("group", "strategy", "plan", "source"))


def test_most_groups_have_a_baseline_and_a_dated_reference() -> None:
    both = [
        group.code
        for group in ProductGroup.objects.all()
        if {"baseline", "reference"} <= set(group.products.values_list("kind", flat=True))
    ]
    assert len(both) == 38
    assert not BaselineProduct.objects.filter(valid_from__isnull=True).exists()


def test_every_product_that_ships_can_be_assessed_without_a_single_remark() -> None:
    arrays, known = basis_arrays(current_basis()), known_to(NOBODY)
    for product in _products():
        problems, _ = check_lines([product_line(product)], group=product.group, arrays=arrays, known=known)
        assert problems == [], product.code


def test_the_lifetime_of_a_product_is_within_what_counts_in_a_comparison() -> None:
    durable = [product for product in _products() if not product.group.is_consumed]
    for product in durable:
        cap = product.group.lifetime_cap_years
        assert cap is not None
        assert float(product.lifetime_years) <= cap, product.code
    assert len(durable) > 50


def test_an_assumption_is_marked_and_said() -> None:
    for product in _products():
        if product.source.code == "assumption" or "aanname" in product.note.lower():
            assert product.to_verify or "te verifiëren" in product.note.lower(), product.code
        assert product.note, product.code


def test_products_compute_to_what_was_worked_out_by_hand() -> None:
    arrays = basis_arrays(current_basis())
    climate = arrays.position("climate")
    products = {product.code: product for product in _products()}
    for code, (expected, complete) in WORKED_OUT.items():
        results = _computed(arrays, products[code]).results
        assert float(results.lifetime[0, climate]) == pytest.approx(expected, rel=1e-9), code
        assert bool(results.complete[0, climate]) is complete, code


def test_every_product_gives_a_climate_number_and_primary_material_where_it_is_goods() -> None:
    arrays = basis_arrays(current_basis())
    climate, abiotic = arrays.position("climate"), arrays.position("primary_abiotic")
    for product in _products():
        results = _computed(arrays, product).results
        assert float(results.lifetime[0, climate]) > 0, product.code
        if not product.group.is_consumed and product.group.code != "zonnepanelen":
            assert bool(results.complete[0, abiotic]), product.code


def test_the_page_of_a_group_says_what_can_and_cannot_be_counted(client: Client) -> None:
    text = text_of(client.get("/productgroepen/zonnepanelen/"))
    assert "silicium" in text
    assert "klimaat (CO2): onvolledig, er is geen factor voor" in text
    assert "Geldig vanaf" in text
    assert "te verifiëren" in text
    few = len(queries_of(client, "/productgroepen/papier/"))
    assert len(queries_of(client, "/productgroepen/kantoormeubilair/")) == few


def test_rest_tells_per_indicator_what_is_complete(client: Client, bearer: Callable[..., dict[str, str]]) -> None:
    headers = bearer(Role.NATIONAL_VIEWER)
    rows = client.get("/api/v1/product-groups/wegen/products", headers=headers).json()["results"]
    climate = next(each for each in rows[0]["completeness"] if each["indicator"] == "climate")
    assert climate == {"indicator": "climate", "complete": False, "missing": ["het maken van het product"]}
    own = next(each for each in rows[0]["completeness"] if each["indicator"] == "primary_abiotic")
    assert own["complete"] is True
