"""The factors of release 2026.2 as files: whole, within bounds, and what was derived can be redone from them."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from django.conf import settings

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
OLD, NEW = "reference-2026.1", "reference-2026.2"
OPEN, OPEN_BEFORE = "factors-nl-open-2026-2.csv", "factors-nl-open-2026.csv"
CHAIN, BUILDING = "factors-materiaalketen-2026-1.csv", "factors-en15804-a1-2026-1.csv"
SETS = (OPEN, CHAIN, BUILDING)
WIDEST = 1_000
Row = dict[str, str]

REPAIRED = {
    ("electricity", "climate"): ("0.244", "0.26"),
    ("electricity-grey", "climate"): ("0.483", "0.485"),
    ("electricity-green-wind", "climate"): ("0", "0.016"),
    ("electricity-green-solar", "climate"): ("0", "0.062"),
    ("electricity-green-hydro", "climate"): ("0", "0.004"),
    ("electricity-green-biomass", "climate"): ("0.071", "0.073"),
    ("car-electric", "climate"): ("0.056", "0.0596"),
    ("car-electric-green", "climate"): ("0", "0.0036"),
    ("minibus-electric", "climate"): ("0.092", "0.097867"),
    ("coach-electric", "climate"): ("0.293", "0.311622"),
    ("e-bike", "climate"): ("0.002", "0.002133"),
    ("waste-residual", "climate"): ("0.038", "0.613"),
    ("waste-paper", "climate"): ("0.007", "0.578"),
    ("waste-glass", "climate"): ("0.026", "0.066"),
    ("waste-organic", "climate"): ("0.007", "0.06"),
    ("waste-plastic", "climate"): ("0.051", "0.64"),
    ("waste-wood", "climate"): ("0.007", "0.061"),
    ("waste-metal", "climate"): ("0.032", "0.868"),
    ("waste-rubble", "climate"): ("0.008", "0.0344"),
    ("clothing", "climate"): ("22.31", "6.78"),
}


@cache
def _rows(release: str, file: str) -> tuple[Row, ...]:
    with (FIXTURES / release / file).open(encoding="utf-8", newline="") as text:
        return tuple(csv.DictReader(text))


def _both(file: str) -> dict[str, Row]:
    return {row["code"]: row for release in (OLD, NEW) for row in _rows(release, file)}


def _document(release: str, file: str) -> list[dict[str, Any]]:
    return list(json.loads((FIXTURES / release / file).read_text(encoding="utf-8")))


def _factors(file: str, release: str = NEW) -> dict[tuple[str, str], Row]:
    return {(row["material"], row["indicator"]): row for row in _rows(release, file)}


def _sources() -> dict[str, Row]:
    own = {row["code"]: row for row in _rows(NEW, "sources_factors.csv")}
    return {row["code"]: row for row in _rows(OLD, "sources.csv")} | own


@pytest.mark.parametrize("file", ["materials.csv", "indicators.csv"])
def test_no_code_and_no_dutch_name_of_the_first_release_is_used_again(file: str) -> None:
    before, added = _rows(OLD, file), _rows(NEW, file)
    for column in ("code", "name_nl"):
        everyone = Counter(row[column].lower() for row in (*before, *added) if row.get("kind") != "food")
        assert [name for name, times in everyone.items() if times > 1] == []


@pytest.mark.parametrize("file", SETS)
def test_every_factor_names_what_is_known_and_has_the_unit_of_both(file: str) -> None:
    materials, indicators, sources = _both("materials.csv"), _both("indicators.csv"), _sources()
    for row in _rows(NEW, file):
        unit = f"{indicators[row['indicator']]['unit']}/{materials[row['material']]['unit']}"
        assert row["unit"] == unit, row
        assert row["source"] in sources, row
        assert all(row[column] for column in ("derivation", "quality", "year")), row
        assert len(row["source_ref"]) <= 300, row
    keys = Counter((row["material"], row["indicator"], row["module"]) for row in _rows(NEW, file))
    assert max(keys.values()) == 1


@pytest.mark.parametrize("file", SETS)
@pytest.mark.parametrize(
    ("low", "value", "high"), [("low", "value", "high"), ("recycled_low", "recycled_value", "recycled_high")]
)
def test_every_range_holds_its_central_value_and_is_no_wider_than_a_factor_1000(
    file: str, low: str, value: str, high: str
) -> None:
    for row in _rows(NEW, file):
        assert (row[low] == "") == (row[high] == ""), row
        if row[low]:
            least, central, most = float(row[low]), float(row[value]), float(row[high])
            assert 0 < least <= central <= most, row
            assert 1 < most / least <= WIDEST, row
        elif row[value]:
            assert float(row[value]) >= 0, row


def test_version_2_keeps_every_factor_of_version_1_but_the_repaired_ones() -> None:
    before, after = _factors(OPEN_BEFORE, OLD), _factors(OPEN)
    assert before.keys() <= after.keys()
    changed = {
        key: (row["value"], after[key]["value"])
        for key, row in before.items()
        if row["value"] != after[key]["value"]
    }
    assert changed == REPAIRED
    recycled = [key for key, row in before.items() if row["recycled_value"] != after[key]["recycled_value"]]
    assert recycled == [("concrete", "climate")]
    assert all(row["module"] == after[key]["module"] for key, row in before.items())


def test_no_electricity_is_free_and_wind_beats_sun_and_the_grid() -> None:
    found = {code: float(row["value"]) for (code, what), row in _factors(OPEN).items() if what == "climate"}
    assert (
        0 < found["electricity-green-hydro"] < found["electricity-green-wind"] < found["electricity-green-solar"]
    )
    assert found["electricity-green-solar"] < found["electricity"] < found["electricity-grey"]
    assert 0 < found["car-electric-green"] < found["car-electric"] < found["car-petrol"]


def test_burning_and_recycling_count_all_that_is_emitted_and_nothing_that_is_avoided() -> None:
    materials = _both("materials.csv")
    waste = {
        code: row
        for (code, what), row in _factors(OPEN).items()
        if materials[code]["category"] == "afval" and what == "climate" and code != "waste-hazardous"
    }
    assert len(waste) == 16
    for code, row in waste.items():
        terms, total = row["derivation"].split(" kg CO2-eq per ton", 1)[0].split(" = ")
        parts = [float(part) for part in re.findall(r"[\d.]+", terms)]
        assert sum(parts) == pytest.approx(float(total)) == pytest.approx(1000 * float(row["value"])), code
        assert ("verbranden" in terms) != ("recyclen" in terms), code
        assert "zonder vermeden uitstoot" in row["derivation"], code


def test_gas_heat_and_the_average_network_are_two_flows() -> None:
    factors = _factors(OPEN)
    gas, network = factors["heat-natural-gas", "climate"], factors["district-heat", "climate"]
    assert float(gas["value"]) == pytest.approx(
        float(factors["natural-gas", "climate"]["value"]) / 31.65, abs=1e-6
    )
    assert float(network["value"]) == 0.04045


def _family(row: Row) -> list[str]:
    name = row["source_ref"].removeprefix("familie ")
    return [member["material"] for member in _rows(NEW, "range_families.csv") if member["family"] == name]


@pytest.mark.parametrize("indicator", ["climate", "energy_nonrenewable"])
def test_a_range_of_a_family_is_its_lowest_median_and_highest_known_factor(indicator: str) -> None:
    factors, redone = _factors(OPEN), 0
    for (code, what), row in factors.items():
        if what != indicator or not row["source_ref"].startswith("familie "):
            continue
        for low, value, high in (("low", "value", "high"), ("recycled_low", "recycled_value", "recycled_high")):
            known = [
                float(factors[key][value])
                for m in _family(row)
                if (key := (m, what)) in factors and factors[key][value]
            ]
            if not row[low]:
                continue
            assert float(row[low]) == pytest.approx(min(known), rel=1e-9), code
            assert float(row[value]) == pytest.approx(median(known), rel=1e-6), code
            assert float(row[high]) == pytest.approx(max(known), rel=1e-9), code
            redone += 1
    assert redone >= 50


def test_every_category_of_goods_has_a_generic_material_that_says_so_and_has_a_range() -> None:
    factors = _factors(OPEN)
    generic = [
        row for row in _rows(NEW, "materials.csv") if row["generic"] == "true" and row["kind"] == "material"
    ]
    first = {row["category"] for row in _rows(OLD, "materials.csv") if row["kind"] == "material"}
    assert first == {row["category"] for row in generic} & first
    for row in generic:
        assert "onbekend" in row["name_nl"], row["code"]
        assert factors[row["code"], "climate"]["low"], row["code"]


def test_what_has_no_climate_factor_says_why() -> None:
    factors = _factors(OPEN)
    silent = [
        row["code"]
        for row in _rows(NEW, "materials.csv")
        if (row["code"], "climate") not in factors and "Nog geen klimaatfactor: " not in row["note"]
    ]
    assert silent == []
    assert sum(1 for row in _rows(NEW, "materials.csv") if (row["code"], "climate") in factors) >= 60


def test_raw_materials_in_the_chain_are_ranges_of_poor_quality_in_a_set_of_their_own() -> None:
    rows = _rows(NEW, CHAIN)
    assert {row["indicator"] for row in rows} == {"materials"}
    assert {row["quality"] for row in rows} == {"poor"}
    assert all(row["low"] and row["high"] for row in rows)
    assert not [row for row in _rows(NEW, OPEN) if row["indicator"] == "materials"]
    own_sets = [{layer["factor_set"] for layer in basis["layers"]} for basis in _document(NEW, "bases.json")]
    assert all("materiaalketen-2026" in layers and "metabolic-bankstel" not in layers for layers in own_sets)


def test_the_sofa_of_the_source_lies_within_the_ranges_of_the_chain() -> None:
    sofa = {"steel": 25, "other-metals": 1.5, "plastic": 20, "textile": 5, "wood": 10, "rubber": 1.5, "foam": 4}
    chain = _factors(CHAIN)
    low, high = (
        sum(kg * float(chain[code, "materials"][side]) for code, kg in sofa.items()) for side in ("low", "high")
    )
    assert low < 448 < high


def test_use_phases_and_waste_have_raw_materials_too() -> None:
    chain = _factors(CHAIN)
    needed = {
        row["code"]
        for row in _both("materials.csv").values()
        if row["kind"] == "flow" and row["category"] not in ("koudemiddel", "einde levensduur")
    }
    assert {code for code in needed if (code, "materials") not in chain} == set()
    assert all(
        chain[code, "materials"]["module"] == row["module"]
        for (code, what), row in _factors(OPEN).items()
        if what == "climate" and code in needed
    )


def test_en_15804_stands_under_its_own_codes_from_one_source() -> None:
    rows, own = _rows(NEW, BUILDING), {row["code"] for row in _rows(NEW, "indicators.csv")}
    assert {row["indicator"] for row in rows} == own
    assert all(code.endswith("_en15804_a1") for code in own)
    assert {row["source"] for row in rows} == {"oekobaudat-2020"}
    assert len({row["material"] for row in rows}) >= 20


def test_one_basis_is_current_and_every_basis_rests_on_versions_that_ship() -> None:
    sets = {(row["code"], row["version"]) for release in (OLD, NEW) for row in _rows(release, "factor_sets.csv")}
    methods = {
        (each["code"], each["version"]) for release in (OLD, NEW) for each in _document(release, "methods.json")
    }
    bases, indicators = _document(NEW, "bases.json"), _both("indicators.csv")
    assert [basis["code"] for basis in bases if basis["current"]] == ["nl-open-2026-2"]
    assert not {basis["code"] for basis in bases} & {basis["code"] for basis in _document(OLD, "bases.json")}
    for basis in bases:
        assert (basis["method"]["code"], basis["method"]["version"]) in methods
        assert [layer["rank"] for layer in basis["layers"]] == list(range(1, len(basis["layers"]) + 1))
        assert {(layer["factor_set"], layer["version"]) for layer in basis["layers"]} <= sets
        assert set(basis["indicators"]) <= indicators.keys()


def test_version_2_of_each_method_keeps_what_a_kept_part_was_made_of_and_falls_with_the_ladder() -> None:
    for method in _document(NEW, "methods.json"):
        assert method["version"] == "2"
        assert method["parameters"]["kept_recycled"] == "reference"
        factors = {
            row["code"]: float(row["factor"])
            for row in _rows(NEW, "strategy_factors.csv")
            if (row["method"], row["method_version"]) == (method["code"], "2")
        }
        ladder = [factors[code] for code in ("reuse", "repair", "refurbish", "remanufacture", "repurpose")]
        assert ladder == sorted(ladder) == [0.2, 0.3, 0.4, 0.5, 0.6]
        assert all(factors[code] == 1 for code in ("new", "rethink", "reduce", "recycle"))


def test_two_owners_together_never_count_less_than_the_making() -> None:
    rows = {
        row["code"]: float(row["factor"])
        for row in _rows(NEW, "destination_factors.csv")
        if row["method"] == "metabolic-2019"
    }
    taken = {
        row["code"]: float(row["factor"])
        for row in _rows(NEW, "strategy_factors.csv")
        if row["method"] == "metabolic-2019"
    }
    assert rows["reuse"] >= 1 - taken["reuse"]
    assert rows["refurbish"] >= 1 - taken["refurbish"]


def test_the_end_of_life_method_knows_every_material_of_its_first_version() -> None:
    known = {row["material"] for row in _rows(NEW, "material_parameters.csv")}
    assert {row["material"] for row in _rows(OLD, "material_parameters.csv")} <= known
    assert known <= _both("materials.csv").keys()
    assert {row["method_version"] for row in _rows(NEW, "material_parameters.csv")} == {"2"}


def test_every_new_source_is_used_and_says_its_licence() -> None:
    used = {row["source"] for file in SETS for row in _rows(NEW, file)}
    for source in _rows(NEW, "sources_factors.csv"):
        assert source["code"] in used
        assert source["licence"]
        assert source["share_alike"] == "false"


def test_what_is_critical_stands_on_the_list_and_the_other_way_round() -> None:
    flagged = {row["code"] for row in _rows(NEW, "materials.csv") if row["critical"] == "true"}
    assert {row["material"] for row in _rows(NEW, "critical_listings.csv")} == flagged
    counted = {
        code
        for (code, what), row in _factors(OPEN).items()
        if what == "critical_materials" and row["value"] == "1"
    }
    assert flagged <= counted


def test_every_flow_of_electricity_and_heat_per_mj_is_energy_that_the_buyer_chooses() -> None:
    chosen = {row["flow"] for row in _rows("checks-2026.1", "energy_in_use.csv")}
    power = {
        code
        for code, row in _both("materials.csv").items()
        if row["kind"] == "flow" and row["unit"] in ("kWh", "MJ")
    }
    assert power <= chosen
