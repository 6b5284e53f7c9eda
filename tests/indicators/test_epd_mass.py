"""What the declared unit of a declaration weighs: only as declared, only when it agrees, only when it can be."""

from __future__ import annotations

from typing import Any

import pytest

from .epd_files import (
    ALUMINIUM,
    CONCRETE,
    DESK,
    FITTING,
    FOAM,
    OPERATOR,
    PAVING,
    changed,
    flow_of,
    problems_of,
    read,
)

MASS, VOLUME = "93a60a56-a3c8-11da-a746-0800200b9a66", "93a60a56-a3c8-22da-a746-0800200c9a66"


def weighing(value: Any) -> Any:
    def change(document: Any) -> None:
        rows = flow_of(document)["flowProperties"]
        next(row for row in rows if row["uuid"] == MASS)["meanValue"] = value

    return change


@pytest.mark.parametrize(("kg", "shown"), [(24, "24 kg per m3"), (240000, "240000 kg per m3")])
def test_concrete_of_a_hundredth_or_a_hundred_times_its_weight_is_refused(kg: int, shown: str) -> None:
    (problem,) = problems_of(changed(CONCRETE, weighing(kg)))
    assert (problem.attr, problem.code) == ("declaredUnit", "implausible_mass")
    assert shown in problem.detail
    assert "500 tot 6000" in problem.detail


@pytest.mark.parametrize(("value", "said"), [(0, "is 0"), (-2265, "is -2265"), (None, "is leeg")])
def test_a_mass_of_nothing_is_refused_with_both_units(value: Any, said: str) -> None:
    (problem,) = problems_of(changed(CONCRETE, weighing(value)))
    assert problem.code == "mass_conversion"
    assert "Van m3 naar kg" in problem.detail
    assert said in problem.detail


def test_light_foam_is_possible_where_light_concrete_is_not() -> None:
    assert not problems_of(FOAM)


def test_two_masses_that_differ_are_refused_with_both() -> None:
    def differ(document: Any) -> None:
        next(row for row in flow_of(document)["materialProperties"] if row["name"] == "grammage")["value"] = "18.8"

    problems = problems_of(changed(PAVING, differ))
    assert {problem.code for problem in problems} == {"mass_disagrees", "implausible_mass"}
    assert "188 kg (omrekenfactor naar 1 kg)" in problems[0].detail
    assert "18,8 kg (gewicht per vierkante meter)" in problems[0].detail


def test_of_a_conversion_factor_alone_only_the_reading_that_can_be_is_taken() -> None:
    def inverse(document: Any) -> None:
        rows = flow_of(document)["materialProperties"]
        rows[:] = [
            {"name": "layer thickness", "value": "0.08", "unit": "m"},
            {"name": "conversion factor to 1 kg", "value": "0.00532", "unit": "-"},
        ]

    # By hand: 0.00532 kg for a square metre of 8 cm is no stone; 1 / 0.00532 = 187.97 kg is.
    ((_, document),) = read(changed(PAVING, inverse)).declarations.items()
    assert float(document["conversion"]["kg"]) == pytest.approx(1 / 0.00532)
    assert "kijk of dat kan" in document["conversion"]["remark"]


def test_a_thickness_and_a_density_together_check_the_weight_of_a_square_metre() -> None:
    def thin(document: Any) -> None:
        rows = flow_of(document)["materialProperties"]
        next(row for row in rows if row["name"] == "layer thickness")["value"] = "0.0008"

    (problem,) = problems_of(changed(PAVING, thin))
    assert problem.code == "implausible_mass"
    assert "235000 kg per m3" in problem.detail


def test_without_any_mass_nothing_is_known_per_kg() -> None:
    def bare(document: Any) -> None:
        flow_of(document)["materialProperties"] = []

    (problem,) = problems_of(changed(FOAM, bare))
    assert problem.code == "no_mass"
    assert "1 m3" in problem.detail


def test_a_conversion_factor_alone_is_asked_with_both_readings_and_pointed_out() -> None:
    (problem,) = problems_of(OPERATOR)
    assert (problem.attr, problem.code) == ("conversionFactor", "ambiguous")
    assert "12,7 kg (kg per stuk) of 0,0787402 kg (stuk per kg)" in problem.detail
    found = read(OPERATOR, conversion_factor="kg_per_unit")
    ((_, document),) = found.declarations.items()
    assert document["conversion"]["how"] == "omrekenfactor naar 1 kg"
    assert "kijk of dat kan" in document["conversion"]["remark"]
    (sure,) = read(ALUMINIUM).declarations.values()
    assert sure["conversion"]["remark"] == ""


@pytest.mark.parametrize(
    ("unit", "group", "said"),
    [("kg", "cd950537-0a98-4044-9ba7-9f9a68d0a504", "m3"), ("m3", "93a60a57-a3c8-11da-a746-0800200c9a66", "MJ")],
)
def test_a_unit_that_contradicts_its_property_or_its_group_is_refused_with_both(
    unit: str, group: str, said: str
) -> None:
    def contradict(document: Any) -> None:
        row = next(row for row in flow_of(document)["flowProperties"] if row["uuid"] == VOLUME)
        row["referenceUnit"], row["unitGroupUUID"] = unit, group

    (problem,) = problems_of(changed(CONCRETE, contradict))
    assert problem.code == "unit_disagrees"
    assert f"'{unit}'" in problem.detail
    assert said in problem.detail


def test_a_unit_that_nobody_can_weigh_is_refused() -> None:
    def in_years(document: Any) -> None:
        row = next(row for row in flow_of(document)["flowProperties"] if row.get("referenceFlowProperty"))
        row.update(referenceUnit="m2*a", uuid="93a60a56-a3c8-21da-a746-0800200c9a66", unitGroupUUID="")

    (problem,) = problems_of(changed(FITTING, in_years))
    assert (problem.code, "m2*a" in problem.detail) == ("invalid_unit", True)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_declared_amount_of_nothing_is_refused(amount: int) -> None:
    def nothing(document: Any) -> None:
        flow_of(document)["meanAmount"] = amount

    (problem,) = problems_of(changed(ALUMINIUM, nothing))
    assert problem.code == "range"


def test_a_declaration_for_a_tonne_comes_down_to_a_kilogram() -> None:
    def per_tonne(document: Any) -> None:
        document["declared_unit"] = {"qty": 2, "unit": "t"}
        del document["kg_per_declared_unit"]

    found = read(changed(DESK, per_tonne), "openepd")
    assert not found.problems
    assert float(found.cells["value"][0]) == pytest.approx(24.5 / 2000)


def test_a_mass_in_grams_or_pounds_is_converted_and_one_in_litres_refused() -> None:
    def weighs(unit: str) -> Any:
        def change(document: Any) -> None:
            document["kg_per_declared_unit"] = {"qty": 17500, "unit": unit}

        return change

    grams = read(changed(DESK, weighs("g")), "openepd")
    assert float(grams.cells["value"][0]) == pytest.approx(1.4)
    pounds = read(changed(DESK, weighs("lb")), "openepd")
    assert float(pounds.cells["value"][0]) == pytest.approx(24.5 / (17500 * 0.45359237))
    (problem,) = problems_of(changed(DESK, weighs("l")), "openepd")
    assert problem.code == "invalid_unit"
    assert "'l'" in problem.detail
    assert "kg per m2" in problem.detail
