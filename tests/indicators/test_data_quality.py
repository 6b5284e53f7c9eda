"""On what data a number rests: shares per class, the weakest that matters, one sentence for every page."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from indicators import services
from indicators.calculation import golden
from indicators.services import Assessed
from indicators.views.quality_words import quality_sentence
from mvi_dashboard.ground.access import NOBODY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]


def sofas(strategy: str = "new", plan: str = "none") -> Assessed:
    """One sofa, assessed."""
    bill = [{"material": code, "share": "0.5", "recycled": "0"} for code in golden.MATERIALS[:2]]
    line = {"reference": "bank", "massKg": "60", "count": 2, "lifetimeYears": "10", "billOfMaterials": bill}
    line |= {"circularStrategy": strategy, "endOfLifePlan": plan}
    document = {"productGroup": "kantoormeubilair", "factorSet": "metabolic-bankstel", "lines": [line]}
    return services.assess_document(NOBODY, document=document)


@pytest.mark.parametrize(
    ("strategy", "plan", "assumed"),
    [("new", "none", False), ("refurbish", "none", True), ("new", "take-back", True), ("recycle", "none", False)],
)
def test_a_discount_of_the_method_marks_a_number_as_an_assumption(strategy: str, plan: str, assumed: bool) -> None:
    found = services.quality_of(sofas(strategy, plan), np.array([12.0]), 0)
    assert found.assumed is assumed
    assert (found.split, found.worst) == ({"supplier": 1.0}, "supplier")


def test_without_impact_there_is_nothing_to_split() -> None:
    found = services.quality_of(sofas(), np.array([0.0]), 0)
    assert (found.split, found.factors, found.worst) == ({}, {}, None)
    assert quality_sentence(found.split, assumed=True) == ""


def test_factors_are_classed_apart_from_quantities() -> None:
    line = {"reference": "stoel", "massKg": "10", "count": 1, "lifetimeYears": "10", "circularStrategy": "new"}
    bill = [
        {"material": "steel", "share": "0.5", "recycled": "0"},
        {"material": "foam", "share": "0.5", "recycled": "0"},
    ]
    document = {
        "productGroup": "kantoormeubilair",
        "lines": [line | {"billOfMaterials": bill, "endOfLifePlan": "none"}],
    }
    assessed = services.assess_document(NOBODY, document=document)
    found = services.quality_of(assessed, np.array([10.0]), assessed.arrays.position("climate"))
    terms = [row for row in services.trace_rows(assessed, 0) if row.indicator == "climate" and row.per_kg]
    expected: dict[str, float] = {}
    for row in terms:
        name = row.quality if row.quality in services.FACTOR_CLASSES else "unstated"
        expected[name] = expected.get(name, 0.0) + (row.per_kg or 0) / sum(each.per_kg or 0 for each in terms)
    assert dict(found.factors) == pytest.approx(expected)
    assert found.split == {"supplier": 1.0}


def test_a_method_with_end_of_life_terms_has_no_split_of_factors() -> None:
    bill = [{"material": "steel", "share": "1", "recycled": "0"}]
    line = {"reference": "stoel", "massKg": "10", "count": 1, "lifetimeYears": "10", "circularStrategy": "new"}
    document = {
        "productGroup": "kantoormeubilair",
        "lines": [line | {"billOfMaterials": bill, "endOfLifePlan": "none"}],
    }
    assessed = services.assess_document(NOBODY, document=document | {"method": "pef-cff"})
    assert services.quality_of(assessed, np.array([1.0]), 0).factors == {}


@pytest.mark.parametrize(
    ("split", "assumed", "said"),
    [
        ({"measured": 0.38, "supplier": 0.62}, False, "38 % gemeten. Het zwakste gegeven is: van leverancier."),
        ({"measured": 0.97, "spend": 0.03}, False, "97 % gemeten."),
        ({"verified": 0.5, "spend": 0.5}, True,
         "Niets daarvan komt van een meter. Het zwakste gegeven is: uit bedrag. R of E is een aanname."),
        ({"measured": 1.0}, True, "100 % gemeten. R of E is een aanname."),
    ],
    ids=["mixed", "a few percent do not decide", "nothing measured", "all measured"],
)  # fmt: skip
def test_the_sentence_says_how_much_is_measured_and_what_is_weakest(
    split: Mapping[str, float], assumed: bool, said: str
) -> None:
    assert quality_sentence(split, assumed=assumed).replace("\xa0", " ") == said
