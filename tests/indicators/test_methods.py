"""Methods beside each other: the same factors, another material term; the published one never changes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from indicators import selectors
from indicators.factors import bases
from indicators.models import (
    DestinationFactor,
    FactorSetVersion,
    MaterialParameter,
    MethodVersion,
    PlanFactor,
    StrategyFactor,
)
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.access import NOBODY

from .test_assess_page import PLACE, inputs_of
from .test_assessments_api import SOFA, assess, climate_of
from .test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
__all__ = ["assess"]

STEEL = {"material": "steel", "share": "1", "recycled": "0.5"}


def steel_sofa(method: str = "", **changes: Any) -> dict[str, Any]:
    """One kg of half recycled steel by this method, on the factors of the current basis."""
    document = {name: value for name, value in copy.deepcopy(SOFA).items() if name == "productGroup"}
    line = copy.deepcopy(SOFA["lines"][0]) | {"massKg": "1", "billOfMaterials": [STEEL]} | changes
    return document | {"lines": [line]} | ({"method": method} if method else {})


def test_cutoff_counts_recycled_steel_with_its_own_intensity(assess: Callable[..., Any]) -> None:
    # Steel (ICE): primary 2.89, recycled 0.47; half and half 1.68. metabolic-2019: 0.5 x 2.89 = 1.445.
    answer = assess(steel_sofa("cutoff"))
    assert climate_of(answer)["weightedPerKg"] == pytest.approx(1.68, abs=1e-12)
    assert answer.json()["method"] == {"code": "cutoff", "version": "1"}
    assert answer.json()["basis"] == "nl-open-2026-cutoff"
    rows = [row for row in answer.json()["lines"][0]["trace"] if row["indicator"] == "climate"]
    assert [(row["term"], row["intensity"]) for row in rows] == [("primary", 2.89), ("recycled", 0.47)]
    assert sum(row["perKg"] for row in rows) == pytest.approx(1.68, abs=1e-12)
    for method in ("", "metabolic-2019"):
        assert climate_of(assess(steel_sofa(method)))["weightedPerKg"] == pytest.approx(1.445, abs=1e-12)


def test_a_promise_for_the_end_of_life_gives_no_discount_with_cutoff(assess: Callable[..., Any]) -> None:
    plain = climate_of(assess(steel_sofa("cutoff")))["production"]
    answer = assess(steel_sofa("cutoff", endOfLifePlan="take-back"))
    assert climate_of(answer)["production"] == plain
    assert answer.json()["lines"][0]["eolFactor"] == 1
    version = MethodVersion.objects.get(method__code="cutoff")
    for model in (PlanFactor, DestinationFactor):
        found = model.objects.filter(method_version=version)
        assert set(found.values_list("factor", flat=True)) == {1.0}
        others = model.objects.filter(method_version__method__code="metabolic-2019")
        assert found.count() == others.count()


def test_the_sofa_has_no_recycled_factors_so_cutoff_is_incomplete(assess: Callable[..., Any]) -> None:
    found = climate_of(assess(SOFA | {"method": "cutoff"}))
    assert found["complete"] is False
    assert {"material": "steel", "shareOfMass": pytest.approx(0.18), "term": "recycled"} in found["missingFactors"]
    assert found["weightedPerKg"] == pytest.approx(1.8945066667, abs=1e-9)


def test_the_calculator_offers_the_method_and_explains_it(client: Client) -> None:
    sent = inputs_of(client.get(PLACE + "?voorbeeld=bank")) | {"factorSet": "", "method": "cutoff"}
    text = text_of(client.post(PLACE, sent)).replace("\u00a0", " ")
    assert "methode cutoff versie 1" in text
    assert "Staal, gerecycled deel" in text
    assert "effect van 1 kg gerecycled materiaal" in text
    assert "telt in deze methode voor 0" not in text


def test_a_new_version_of_the_factors_stands_under_every_method() -> None:
    current = selectors.current_basis()
    beside, footprint = selectors.bases_beside(current)
    assert (beside.code, footprint.code) == ("nl-open-2026-cutoff", "nl-open-2026-pef-cff")
    FactorSetVersion.objects.create(
        factor_set=current.layers.get().version.factor_set, version="2", content_hash="sha256:2",
        state="published", published_at=clock.now(),
    )  # fmt: skip
    new = bases.build_beside()
    assert new is not None
    other, ended = selectors.bases_beside(new)
    assert [layer.version.factor_set.code for layer in ended.layers.all()] == [
        "nl-open-2026",
        "einde-levensduur-2026",
    ]
    assert (other.code, other.method_version) == ("nl-open-2026-cutoff-b2", beside.method_version)
    assert other.hash not in (new.hash, beside.hash)
    bases.make_current(new)
    assert selectors.find_basis(method="cutoff") == other
    assert selectors.find_basis(method="metabolic-2019") == new


def test_the_version_that_was_made_last_holds_for_a_basis_and_for_who_asks_without_a_number() -> None:
    owner = selectors.current_basis().layers.get().version.factor_set
    for version, moment in (("2", clock.now()), ("3", None)):
        FactorSetVersion.objects.create(
            factor_set=owner, version=version, content_hash=f"sha256:{version}", state="published",
            published_at=moment,
        )  # fmt: skip
    new = bases.build_beside()
    assert new is not None
    asked = selectors.get_factor_version(NOBODY, owner.code)
    assert [new.layers.get().version.version, asked.version] == ["3", "3"]


def test_a_new_version_of_the_end_of_life_factors_stands_under_the_method_that_needs_them() -> None:
    before = {basis.code for basis in selectors.bases_beside(selectors.current_basis())}
    own = selectors.get_basis("nl-open-2026-pef-cff").layers.get(rank=2).version
    FactorSetVersion.objects.create(
        factor_set=own.factor_set, version="2", content_hash="sha256:2", state="published",
        published_at=clock.now(),
    )  # fmt: skip
    assert bases.build_beside() is None
    after = {basis.code for basis in selectors.bases_beside(selectors.current_basis())}
    assert after - before == {"nl-open-2026-pef-cff-b2"}
    assert before - after == {"nl-open-2026-pef-cff"}


def test_the_circular_footprint_formula_on_real_factors(assess: Callable[..., Any]) -> None:
    # Steel (ICE) 2.89 new, 0.47 recycled, half and half; A 0.2, quality 1:
    #   0.5 x 2.89 + 0.5 x (0.2 x 0.47 + 0.8 x 2.89) = 1.445 + 1.203 = 2.648
    # recycling plan, R2 0.9, the rest does not burn and is landfilled (0.00898311):
    #   0.8 x 0.9 x (0.47 - 2.89) + 0.1 x 0.00898311 = -1.7424 + 0.000898311
    answer = assess(steel_sofa("pef-cff", endOfLifePlan="recycling-plan"))
    found, end = climate_of(answer), -1.7424 + 0.000898311
    assert answer.json()["basis"] == "nl-open-2026-pef-cff"
    assert found["complete"] is True
    assert found["weightedPerKg"] == pytest.approx(2.648 + end, abs=1e-12)
    assert found["productionBeforeEol"] == pytest.approx(2.648, abs=1e-12)
    assert found["creditsIncluded"] == pytest.approx(0.72 * 2.89, abs=1e-12)
    rows = [row for row in answer.json()["lines"][0]["trace"] if row["indicator"] == "climate"]
    assert sum(row["perKg"] for row in rows) == pytest.approx(found["weightedPerKg"], abs=1e-12)
    [landfill] = [row for row in rows if row["term"] == "end-disposal"]
    assert (landfill["part"], "Landfill" in landfill["source"]) == (pytest.approx(0.1), True)


def test_plastic_that_is_burnt_gives_its_energy_as_a_benefit_for_others(assess: Callable[..., Any]) -> None:
    # No plan: burnt, B = 0: 2.678 - 32 MJ x (0.22 x 0.04045 + 0.16 x 0.244 / 3.6)
    row = {"material": "plastic-pp", "share": "1", "recycled": "0"}
    answer = assess(steel_sofa("pef-cff", endOfLifePlan="none", billOfMaterials=[row]))
    credit = 32 * (0.22 * 0.04045 + 0.16 * 0.244 / 3.6)
    found = climate_of(answer)
    assert found["creditsIncluded"] == pytest.approx(credit, abs=1e-12)
    assert found["production"] - found["productionBeforeEol"] == pytest.approx(2.678 - credit, abs=1e-12)


def test_the_calculator_shows_the_end_of_life_and_the_benefits_apart(client: Client) -> None:
    sent = inputs_of(client.get(PLACE + "?voorbeeld=bank")) | {"factorSet": "", "method": "pef-cff"}
    text = text_of(client.post(PLACE, sent)).replace("\u00a0", " ")
    assert "methode pef-cff versie 1" in text
    assert "Einde levensduur" in text
    assert "waarvan voordelen voor anderen" in text
    assert "voordeel: energie uit verbranden" in text


def test_a_published_parameter_never_changes() -> None:
    for model in (MaterialParameter, PlanFactor, DestinationFactor, StrategyFactor):
        with pytest.raises(DatabaseError), transaction.atomic():
            model._base_manager.update(note="anders")
