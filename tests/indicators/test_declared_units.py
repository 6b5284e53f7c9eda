"""What a declaration declares: the whole of its unit, in the units of the trade, and each thing once."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from .epd_files import (
    ALUMINIUM,
    DESK,
    FITTING,
    FOAM,
    OPERATOR,
    WOOD_XML,
    changed,
    content_of,
    flow_of,
    left_out,
    problems_of,
    read,
    result_of,
    values,
    zipped,
)
from .test_epd_readers import FLOW

STEEL = {
    "doctype": "openEPD",
    "id": "ec3demo0002",
    "product_name": "Steel section",
    "program_operator_doc_id": "T-2",
    "declared_unit": {"qty": 1, "unit": "kg"},
    "impacts": {"EF 3.1": {"gwp": {"A1A2A3": {"mean": 2, "unit": "kgCO2e"}}}},
}
TWICE = "Staat er twee keer in met dezelfde waarde: die telt één keer."


def steel(qty: Any, unit: str, mean: float, kg: float | None = None, **more: Any) -> bytes:
    """An openEPD of steel: so much of it, the climate effect of the whole, and what the whole weighs."""
    document = copy.deepcopy(STEEL) | more
    document["declared_unit"] = {"qty": qty, "unit": unit}
    document["impacts"] = {"EF 3.1": {"gwp": {"A1A2A3": {"mean": mean, "unit": "kgCO2e"}}}}
    if kg is not None:
        document["kg_per_declared_unit"] = {"qty": kg, "unit": "kg"}
    return json.dumps(document).encode()


def per_kg(content: bytes) -> float:
    found = read(content, "openepd")
    assert not found.problems, [problem.detail for problem in found.problems]
    return values(found)["climate", "production"]


@pytest.mark.parametrize(
    ("qty", "unit", "mean", "kg", "expected"),
    [
        (1000, "kg", 2000, 1000, 2.0),
        (1000, "kg", 2000, None, 2.0),
        (0.5, "m3", 150, 1200, 0.125),
        (100, "m2", 2200, 1100, 2.0),
        (1, "kg", 2, 1, 2.0),
    ],
)
def test_results_and_mass_are_for_the_whole_of_what_is_declared(
    qty: float, unit: str, mean: float, kg: float | None, expected: float
) -> None:
    assert per_kg(steel(qty, unit, mean, kg)) == pytest.approx(expected, rel=1e-12)


def test_a_mass_that_contradicts_a_declared_mass_is_refused_with_both() -> None:
    (problem,) = problems_of(steel(1000, "kg", 2000, 1), "openepd")
    assert (problem.attr, problem.code) == ("declaredUnit", "mass_disagrees")
    assert "1000 kg (massa) en 1 kg (massa)" in problem.detail


@pytest.mark.parametrize(
    ("unit", "kg"),
    [
        *(
            ("yd3", 1835),
            ("yd^3", 1835),
            ("CY", 1835),
            ("ft3", 68),
            ("cubic yard", 1835),
            ("gal", 4.5),
            ("L", 1.2),
        ),
        *(("ft2", 2), ("SF", 2), ("sqft", 2), ("ft**2", 2), ("m**2", 11), ("m2", 11), ("m²", 11), ("sqm", 11)),
        *(("each", 4), ("EA", 4), ("item", 4), ("lf", 3), ("ft", 3), ("lb", 0.45359237), ("t", 1000)),
        *(("tonne", 1000), ("metric ton", 1000), ("MT", 1000), ("short ton", 907.185), ("long ton", 1016.05)),
    ],
)
def test_usual_units_of_the_trade_are_read_when_the_mass_is_stated(unit: str, kg: float) -> None:
    assert per_kg(steel(1, unit, kg * 2, kg)) == pytest.approx(2.0, rel=1e-4)


@pytest.mark.parametrize(("unit", "kg"), [("t", 1000), ("short_ton", 907.18474), ("lb", 0.45359237), ("g", 0.001)])
def test_a_unit_of_mass_needs_no_other_mass(unit: str, kg: float) -> None:
    assert per_kg(steel(1, unit, kg * 2)) == pytest.approx(2.0, rel=1e-12)


@pytest.mark.parametrize("kg", [1000, 907.18474])
def test_a_ton_is_the_one_that_the_mass_beside_it_tells(kg: float) -> None:
    assert per_kg(steel(1, "ton", kg * 2, kg)) == pytest.approx(2.0, rel=1e-9)


@pytest.mark.parametrize("kg", [None, 950.0])
def test_a_ton_that_nothing_explains_is_asked_with_both_weights(kg: float | None) -> None:
    (problem,) = problems_of(steel(1, "ton", 1814.37, kg), "openepd")
    assert (problem.attr, problem.code) == ("declaredUnit", "ambiguous_unit")
    assert "1000 kg" in problem.detail
    assert "907,185 kg" in problem.detail


def test_a_declared_unit_in_one_text_is_read() -> None:
    assert per_kg(json.dumps(STEEL | {"declared_unit": "1 kg"}).encode()) == 2.0
    (problem,) = problems_of(json.dumps(STEEL | {"declared_unit": "1,5 kg"}).encode(), "openepd")
    assert (problem.attr, problem.code) == ("declaredUnit.qty", "decimal_comma")


def test_a_declaration_by_another_method_says_which_and_what_we_read() -> None:
    other = {"impacts": {"TRACI 2.1": STEEL["impacts"]["EF 3.1"]}}  # type: ignore[index]
    (problem,) = problems_of(json.dumps(STEEL | other).encode(), "openepd")
    assert problem.code == "other_method"
    assert "TRACI 2.1" in problem.detail
    assert "EF 3.1" in problem.detail


def test_one_declaration_without_factors_in_a_zip_is_named_too() -> None:
    other = json.dumps(STEEL | {"impacts": {}}).encode()
    found = read(zipped(a_json=content_of(DESK), b_json=other), "openepd")
    assert [problem.code for problem in found.problems] == ["no_factors"]


def factor_of(value: str, *, mass: float | None = None) -> Any:
    """A door operator of which a conversion factor tells the weight, and perhaps its mass."""

    def change(document: Any) -> None:
        flow_of(document)["materialProperties"][0]["value"] = value
        if mass is not None:
            key = "93a60a56-a3c8-11da-a746-0800200b9a66"
            flow_of(document)["flowProperties"].append({"uuid": key, "meanValue": mass})

    return change


@pytest.mark.parametrize(("value", "way"), [("12.7", "kg_per_unit"), ("0.07874015748031496", "units_per_kg")])
def test_a_conversion_factor_alone_counts_in_the_way_that_was_told(value: str, way: str) -> None:
    content = changed(OPERATOR, factor_of(value))
    (asked,) = problems_of(content)
    assert (asked.attr, asked.code) == ("conversionFactor", "ambiguous")
    # By hand: 63.3 kg CO2-eq for one of 12.7 kg.
    found = values(read(content, conversion_factor=way))
    assert found["climate", "production"] == pytest.approx(63.3 / 12.7, rel=1e-9)


def test_a_conversion_factor_the_other_way_round_is_taken_with_a_remark_when_a_mass_says_so() -> None:
    found = read(changed(OPERATOR, factor_of("0.0787", mass=12.7)))
    assert not found.problems
    ((_, document),) = found.declarations.items()
    assert (document["conversion"]["kg"], document["conversion"]["how"]) == ("12.7", "massa")
    assert "andersom" in document["conversion"]["remark"]
    (straight,) = read(changed(OPERATOR, factor_of("12.7", mass=12.7))).declarations.values()
    assert straight["conversion"]["remark"] == ""


def test_a_conversion_factor_that_fits_neither_way_is_refused_with_both() -> None:
    (problem,) = problems_of(changed(OPERATOR, factor_of("3", mass=12.7)))
    assert problem.code == "mass_disagrees"
    assert "12,7 kg (massa) en 3 kg (omrekenfactor naar 1 kg)" in problem.detail


def test_a_conversion_factor_of_one_needs_no_question() -> None:
    assert not problems_of(changed(OPERATOR, factor_of("1.0")))


def test_a_module_twice_with_another_value_is_refused_with_both() -> None:
    def twice(document: Any) -> None:
        result_of(document, "6a37f984").append({"module": "A1-A3", "value": "0.01"})

    (problem,) = problems_of(changed(ALUMINIUM, twice))
    assert (problem.path[0], problem.path[-1], problem.code) == ("indicators", "A1-A3", "duplicate_value")
    assert "1,93153238620983 en 0,01" in problem.detail


def test_a_scenario_twice_with_another_value_is_refused_and_two_scenarios_are_not() -> None:
    def twice(document: Any) -> None:
        result_of(document, "77e416eb").append({"module": "D", "scenario": "S1", "value": "7"})

    (problem,) = problems_of(changed(FOAM, twice))
    assert (problem.path[-1], problem.code) == ("D S1", "duplicate_value")
    assert "-32,39 en 7" in problem.detail
    assert not problems_of(FOAM)


def test_a_module_in_two_spellings_is_the_same_module() -> None:
    def twice(document: Any) -> None:
        result_of(document, "6a37f984").append({"module": "A1A2A3", "value": "5"})

    assert [problem.code for problem in problems_of(changed(ALUMINIUM, twice))] == ["duplicate_value"]
    spelled = {"A1A2A3": {"mean": 2, "unit": "kgCO2e"}, "A1-A3": {"mean": 3, "unit": "kgCO2e"}}
    document = STEEL | {"impacts": {"EF 3.1": {"gwp": spelled}}}
    found = problems_of(json.dumps(document).encode(), "openepd")
    assert [problem.code for problem in found] == ["duplicate_value"]


def test_an_indicator_twice_with_another_value_is_refused_with_both() -> None:
    def twice(document: Any) -> None:
        rows = document["LCIAResults"]["LCIAResult"]
        again = copy.deepcopy(
            next(row for row in rows if row["other"]["anies"] is result_of(document, "6a37f984"))
        )
        next(row for row in again["other"]["anies"] if row.get("module") == "A1-A3")["value"] = "99"
        rows.append(again)

    (problem,) = problems_of(changed(ALUMINIUM, twice))
    assert problem.code == "duplicate_indicator"
    assert "met 1,93153238620983 en 99 voor A1-A3" in problem.detail


def test_what_stands_twice_with_one_value_counts_once_and_is_said() -> None:
    def twice(document: Any) -> None:
        rows = document["LCIAResults"]["LCIAResult"]
        held = result_of(document, "6a37f984")
        again = copy.deepcopy(next(row for row in rows if row["other"]["anies"] is held))
        held.append({"module": "C2", "value": next(row for row in held if row.get("module") == "C2")["value"]})
        rows.append(again)

    found = read(changed(ALUMINIUM, twice))
    assert not found.problems
    assert values(found) == values(read(ALUMINIUM))
    assert left_out(found)[TWICE] == "GWP-total C2, GWP-total"


def test_xml_is_looked_at_in_the_same_way() -> None:
    process = content_of(WOOD_XML)
    start = process.index(b"<epd:amount"), process.index(b"</epd:amount>") + len(b"</epd:amount>")
    again = process[start[0] : start[1]]
    other = again[: again.index(b">") + 1] + b"12345</epd:amount>"
    parts = {"flows_xml": FLOW.encode(), "processes_xml": process.replace(again, again + other, 1)}
    assert [problem.code for problem in problems_of(zipped(**parts))] == ["duplicate_value"]
    parts["processes_xml"] = process.replace(again, again + again, 1)
    assert TWICE in left_out(read(zipped(**parts)))


def carbon(production: str, biogenic: str, end: str, released: str) -> Any:
    """Climate of a product of wood, as a whole and of the carbon of plants alone."""

    def change(document: Any) -> None:
        for start, modules in (
            ("6a37f984", {"A1-A3": production, "C3": end}),
            ("2356e1ab", {"A1-A3": biogenic, "C3": released}),
        ):
            for row in result_of(document, start):
                if row.get("module"):
                    row["value"] = modules.get(row["module"], "0")

    return change


def test_uptake_and_release_by_plants_both_stand_apart() -> None:
    # By hand: -1.20 + 1.50 = 0.30 in production, 1.55 - 1.50 = 0.05 at the end, for 1 kg.
    found = read(changed(ALUMINIUM, carbon("-1.20", "-1.50", "1.55", "1.50")))
    cells = found.cells
    apart = {
        module: float(each)
        for indicator, module, each in zip(cells["indicator"], cells["module"], cells["biogenic"], strict=True)
        if indicator == "climate" and each is not None
    }
    assert values(found)["climate", "production"] == pytest.approx(0.30)
    assert values(found)["climate", "end"] == pytest.approx(0.05)
    assert apart == {"production": -1.5, "end": 1.5}


def test_what_comes_free_beyond_the_uptake_stays_in() -> None:
    # By hand: of 2.00 biogenic at the end, 1.50 was taken up; the rest is an emission of its own.
    found = read(changed(ALUMINIUM, carbon("-1.20", "-1.50", "2.05", "2.00")))
    assert values(found)["climate", "end"] == pytest.approx(0.55)
    found = read(changed(ALUMINIUM, carbon("1.20", "0.02", "2.05", "2.00")))
    assert values(found)["climate", "end"] == pytest.approx(2.05)


def test_without_a_production_no_other_stage_makes_a_factor() -> None:
    def wood(document: Any) -> None:
        rows = result_of(document, "77e416eb")
        next(row for row in rows if row.get("module") == "A1-A3")["value"] = "-647.42"
        rows += [{"module": f"B{number}", "value": "0"} for number in range(1, 8)]

    found = read(changed(FITTING, wood))
    assert not found.problems
    assert [key for key in values(found) if key[0] == "climate"] == [("climate", "beyond")]
    reason = "Zonder het maken geen factor: een andere fase komt daar niet voor in de plaats."
    assert left_out(found)[reason] == "GWP B1 + B2 + B3 + B4 + B5 + B6 + B7"
