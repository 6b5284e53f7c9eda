"""Environmental product declarations: what each format says, and what per kg becomes a factor."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from indicators.factors.exchange.epd import read_declarations
from mvi_dashboard.ground.problems import Problems

from .epd_files import (
    ALUMINIUM,
    CONCRETE,
    DESK,
    FITTING,
    FOAM,
    OPERATOR,
    PAINT,
    PAVING,
    SAMPLE_XML,
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

PER_UNIT = "kg_per_unit"
NO_INDICATOR = "Wij hebben geen indicator voor deze grootheid."
PART = "Onderdeel van een totaal dat al is gelezen: onderdelen tellen wij niet nog een keer."


def declared(name: str, layout: str = "ilcd-epd") -> Any:
    problems = Problems()
    (found,) = read_declarations(content_of(name), layout, problems)
    assert not problems
    return found


@pytest.mark.parametrize(
    ("name", "standard", "unit", "kg", "results", "factors", "unused"),
    [
        (FITTING, "A1", "piece", "0.696", 25, 6, 22),
        (OPERATOR, "A1", "piece", "12.7", 25, 9, 22),
        (CONCRETE, "A2", "m3", "2265.0", 38, 6, 35),
        (PAINT, "A1", "kg", "1", 25, 6, 22),
        (FOAM, "A1", "m3", "76.02", 25, 6, 22),
        (ALUMINIUM, "A2", "kg", "1", 37, 9, 34),
        (PAVING, "A1", "m2", "188.0", 25, 3, 22),
    ],
)
def test_every_real_declaration_is_read_with_its_unit_its_mass_and_all_of_its_indicators(
    name: str, standard: str, unit: str, kg: str, results: int, factors: int, unused: int
) -> None:
    found = read(name, conversion_factor=PER_UNIT)
    ((_, document),) = found.declarations.items()
    assert not found.problems
    assert (document["standard"], document["declared"]["unit"]) == (standard, unit)
    assert Decimal(document["conversion"]["kg"]) == Decimal(kg)
    assert (found.file_rows, len(document["results"]), len(found)) == (results, results, factors)
    assert sum(not row["indicator"] for row in document["results"]) == unused
    assert {row["indicator"] for row in document["results"]} == {"climate", "energy_nonrenewable", "water", ""}


def test_the_values_of_a_fitting_are_those_of_the_file_divided_by_its_weight() -> None:
    # By hand: 5.75046217471126 kg CO2-eq for a piece of 0.696 kg, and 84.7279360939828 MJ.
    found = values(read(FITTING))
    assert found["climate", "production"] == pytest.approx(8.26215829699894, rel=1e-12)
    assert found["energy_nonrenewable", "production"] == pytest.approx(84.7279360939828 / 0.696, rel=1e-12)
    assert found["climate", "beyond"] == pytest.approx(-3.34062826134951 / 0.696, rel=1e-12)


def test_three_modules_that_are_all_there_make_the_production() -> None:
    # By hand: A1 + A2 + A3 = 20.6207922599649 + 1.68958273219572 + 3.1653184 for 1 m2 of 188 kg.
    found = read(PAVING)
    assert values(found) == {
        ("climate", "production"): pytest.approx(25.4756933921606 / 188, rel=1e-12),
        ("energy_nonrenewable", "production"): pytest.approx(173.388442661072 / 188, rel=1e-12),
        ("water", "production"): pytest.approx(0.000254426357966165 / 188, rel=1e-12),
    }
    assert found.cells["source_reference"][0] == "GWP, A1 + A2 + A3"


def test_an_end_of_life_with_all_its_modules_becomes_one_sum() -> None:
    # By hand: C1 0 + C2 0.00302406... + C3 0 + C4 0.00241918... for 1 kg.
    found = values(read(ALUMINIUM))
    assert found["climate", "end"] == pytest.approx(0.00544325366832375, rel=1e-12)


def test_a_stage_with_a_module_missing_is_left_out_and_said() -> None:
    found = read(PAINT)
    assert ("climate", "end") not in values(found)
    assert left_out(found)["Einde levensduur: C1 en C3 niet opgegeven. Onbekend is niet nul."] == "GWP, PENRT, FW"


def test_without_the_transport_to_the_factory_there_is_no_production() -> None:
    def without_a2(document: Any) -> None:
        for start in ("77e416eb", "06159210", "3cf952c8"):
            rows = result_of(document, start)
            rows[:] = [row for row in rows if row.get("module") != "A2"]

    found = problems_of(changed(PAVING, without_a2))
    assert [problem.code for problem in found] == ["no_factors"]


@pytest.mark.parametrize("value", [None, "", "ND", "MND", "-", "n.d."])
def test_a_module_that_was_not_declared_is_unknown_and_never_zero(value: str | None) -> None:
    def empty(document: Any) -> None:
        next(row for row in result_of(document, "77e416eb") if row.get("module") == "A4")["value"] = value

    found = read(changed(OPERATOR, empty), conversion_factor=PER_UNIT)
    assert not found.problems
    assert ("climate", "transport") not in values(found)
    assert ("energy_nonrenewable", "transport") in values(found)


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [("1,5", "decimal_comma", "1.5"), ("circa 2", "invalid_number", "circa 2"), ("NaN", "invalid_number", "NaN")],
)
def test_a_text_that_is_no_number_is_refused_at_its_place(value: str, code: str, said: str) -> None:
    def text(document: Any) -> None:
        result_of(document, "77e416eb")[0]["value"] = value

    (problem,) = problems_of(changed(FITTING, text))
    assert (problem.attr, problem.code) == ("indicators.Global warming potential (GWP).A1-A3", code)
    assert said in problem.detail


def test_a_negative_value_stays_out_unless_it_lies_beyond_the_system() -> None:
    def negative(document: Any) -> None:
        result_of(document, "77e416eb")[0]["value"] = "-2.5"

    found = read(changed(FITTING, negative))
    assert ("climate", "production") not in values(found)
    reason = next(why for why in left_out(found) if why.startswith("Negatief: zo telt de opname door planten mee"))
    assert left_out(found)[reason] == "GWP A1-A3"
    assert values(found)["climate", "beyond"] < 0


def test_a_module_with_scenarios_and_no_default_is_left_out() -> None:
    found = read(FOAM)
    reason = "Buiten de systeemgrens: D heeft meer scenario's en geen standaard."
    assert left_out(found)[reason] == "GWP, PENRT, FW"
    ((_, document),) = found.declarations.items()
    gwp = next(row for row in document["results"] if row["indicator"] == "climate")
    assert ["D", "S1", "-32.39"] in gwp["amounts"]
    assert ["D", "S2", "-2.718"] in gwp["amounts"]


def test_acidification_in_mol_h_is_not_acidification_in_kg_so2() -> None:
    found = read(ALUMINIUM)
    assert "acidification" not in found.cells["indicator"]
    assert left_out(found)["Andere grootheid: mol H+ is geen kg SO2."] == "AP"
    assert left_out(found)[PART] == "GWP-fossil, GWP-luluc, PENRE, PENRM"


def test_a_sum_that_contradicts_its_parts_is_refused() -> None:
    def contradict(document: Any) -> None:
        result_of(document, "77e416eb").append({"module": "A1-A3", "value": "30"})

    (problem,) = problems_of(changed(PAVING, contradict))
    assert problem.code == "modules_disagree"
    assert "25.4756" in problem.detail


def test_a_result_in_another_unit_is_refused_with_both_units() -> None:
    def in_so2(document: Any) -> None:
        group = next(row for row in result_of(document, "77e416eb") if row.get("name"))
        group["value"]["shortDescription"] = [{"value": "kg SO2 eq.", "lang": "en"}]

    (problem,) = problems_of(changed(FITTING, in_so2))
    assert problem.code == "invalid_unit"
    assert "kg SO2 eq." in problem.detail
    assert "kg CO2-eq" in problem.detail


def test_a_result_in_grams_becomes_kilograms() -> None:
    def in_grams(document: Any) -> None:
        group = next(row for row in result_of(document, "77e416eb") if row.get("name"))
        group["value"]["shortDescription"] = [{"value": "g CO2 eq.", "lang": "en"}]

    def without_group(document: Any) -> None:
        in_grams(document)
        del next(row for row in result_of(document, "77e416eb") if row.get("name"))["value"]["refObjectId"]

    found = read(changed(FITTING, without_group))
    assert values(found)["climate", "production"] == pytest.approx(0.00826215829699894, rel=1e-12)


def test_the_sample_in_xml_gives_its_scenarios_and_content_declaration() -> None:
    found = declared(SAMPLE_XML)
    assert (found.name, found.subtype, found.standard) == (
        "Name of the product or system",
        "average dataset",
        "A1",
    )
    assert (found.year, found.valid_until) == (2006, date(2010, 12, 31))
    assert found.default_scenarios == {"Sc1", "S2"}
    parts = {part.name: part for part in found.content}
    assert list(parts) == [
        "wooden panel",
        "Spruce",
        "MUF adhesive",
        "Straps, nylon",
        "(Z)-octadec-9-enyl oleate",
        "Clingwrap, polyeten",
        "Sodium perfluoroheptanoate",
    ]
    assert (parts["MUF adhesive"].recycled, parts["Clingwrap, polyeten"].packaging) == ("40", True)
    assert parts["Spruce"].weight == {"lowerValue": "97", "upperValue": "99"}
    assert [len(result.amounts) for result in found.results] == [5, 5, 5, 5]


def test_xml_alone_does_not_tell_what_its_unit_weighs() -> None:
    for name, count in ((SAMPLE_XML, 4), (WOOD_XML, 37)):
        problem = problems_of(name)[0]
        assert problem.code == "no_declared_unit"
        assert "zip" in problem.detail
        assert len(declared(name).results) == count


FLOW = """<flowDataSet xmlns="http://lca.jrc.it/ILCD/Flow" xmlns:common="http://lca.jrc.it/ILCD/Common">
<flowInformation><dataSetInformation><common:UUID>a7432abd-0881-4977-a817-f8aaf627fb91</common:UUID>
</dataSetInformation><quantitativeReference><referenceToReferenceFlowProperty>0</referenceToReferenceFlowProperty>
</quantitativeReference></flowInformation><flowProperties>
<flowProperty dataSetInternalID="0"><referenceToFlowPropertyDataSet
refObjectId="93a60a56-a3c8-22da-a746-0800200c9a66"/><meanValue>1.0</meanValue></flowProperty>
<flowProperty dataSetInternalID="1"><referenceToFlowPropertyDataSet
refObjectId="93a60a56-a3c8-11da-a746-0800200b9a66"/><meanValue>650</meanValue></flowProperty>
</flowProperties></flowDataSet>"""


def test_a_zip_with_the_flow_beside_the_process_gives_factors_by_the_default_scenario() -> None:
    found = read(zipped(processes_xml=content_of(WOOD_XML), flows_xml=FLOW.encode()))
    assert not found.problems
    ((_, document),) = found.declarations.items()
    assert (document["registration"], document["valid_until"]) == ("EPD042812-01", "2024-05-08")
    gwp = next(row for row in document["results"] if row["name"].endswith("(GWP-total)"))
    default = next(value for module, scenario, value in gwp["amounts"] if scenario == "Transport to Gdansk")
    assert values(found)["climate", "transport"] == pytest.approx(float(default) / 650, rel=1e-12)
    assert gwp["used"]["transport"] == "A4 (Transport to Gdansk)"
    assert gwp["used"]["beyond"] == "D (100% recycling)"


def test_open_epd_gives_values_with_their_own_units_and_takes_uptake_out_of_climate() -> None:
    found = read(DESK, "openepd")
    assert not found.problems
    # By hand: (-3.5 + 28.0) / 17.5 = 1.4; the uptake of 28 / 17.5 = 1.6 stands apart.
    assert values(found)["climate", "production"] == pytest.approx(1.4)
    assert [float(each) for each in found.cells["biogenic"] if each is not None] == [-1.6, 1.6]
    # What comes free at the end is what was taken up: it stands apart too, or wood would pay for it twice.
    assert values(found)["climate", "end"] == pytest.approx(0.0875 / 17.5)
    assert len(found) == 7
    reason = "De opname door planten is eruit gehaald: die staat apart, als biogeen."
    assert left_out(found)[reason] == "gwp (EF 3.1) A1-A3"
    assert left_out(found)["De methode is geen EN 15804."] == "gwp (TRACI 2.1)"
    assert left_out(found)[NO_INDICATOR] == "pocp (EF 3.1), pert, hwd"
    ((_, document),) = found.declarations.items()
    assert (document["standard"], document["valid_until"]) == ("A2", "2029-02-28")
    assert [part["name"] for part in document["content"]] == ["Spaanplaat", "Melamine"]


def test_the_material_is_proposed_with_its_number_unless_one_of_ours_is_named() -> None:
    found = read(ALUMINIUM)
    (new,) = found.materials.values()
    assert (new.code, new.unit, new.category) == ("epd-hfe-20220036-iba1-de", "kg", "milieuverklaring")
    named = read(ALUMINIUM, material="aluminium")
    assert set(named.cells["material"]) == {"aluminium"}
    assert not named.materials
    (source,) = found.sources.values()
    assert source.licence == "Free of charge for all users and uses"
    assert source.title == "Aluminum profile, mill finish (EPD-HFE-20220036-IBA1-DE)"


def test_another_content_is_another_source() -> None:
    def later(document: Any) -> None:
        document["processInformation"]["time"]["dataSetValidUntil"] = 2031

    first, second = read(ALUMINIUM), read(changed(ALUMINIUM, later))
    assert set(first.sources) != set(second.sources)
    assert set(first.sources) == set(read(ALUMINIUM).sources)


def test_a_value_that_is_hardly_possible_asks_for_a_reason() -> None:
    # The file has 464 m3 of water for a door operator of 12.7 kg.
    found = read(OPERATOR, conversion_factor=PER_UNIT)
    assert [(problem.code, problem.confirmable, problem.path[-1]) for problem in found.warnings] == [
        ("implausible", True, "production"),
        ("implausible", True, "beyond"),
    ]
    assert "36,5354" in found.warnings[0].detail
    assert not read(ALUMINIUM).warnings


def test_a_template_is_no_declaration() -> None:
    def template(document: Any) -> None:
        document["modellingAndValidation"]["LCIMethodAndAllocation"]["other"]["anies"] = [
            {"name": "subType", "value": "template dataset"}
        ]

    assert [problem.code for problem in problems_of(changed(FITTING, template))] == ["template"]


@pytest.mark.parametrize(
    ("content", "layout"),
    [(b'{"doctype": "openEPD"}', "ilcd-epd"), (b"[]", "ilcd-epd"), (b"{}", "openepd"), (b"<a/>", "ilcd-epd")],
)
def test_another_kind_of_document_is_named_as_such(content: bytes, layout: str) -> None:
    assert [problem.code for problem in problems_of(content, layout)] == ["unknown_root"]


def test_a_declaration_of_which_everything_is_empty_says_what_it_lacks() -> None:
    bare = json.dumps({"processInformation": None, "exchanges": [], "LCIAResults": {"LCIAResult": [1, None]}})
    assert [problem.code for problem in problems_of(bare.encode())] == ["no_declared_unit"]
    empty = json.dumps({"doctype": "openEPD", "declared_unit": {"qty": "1", "unit": "m3"}, "impacts": []})
    assert [problem.code for problem in problems_of(empty.encode(), "openepd")] == ["no_mass"]


def test_the_flow_names_the_product_and_not_another_exchange() -> None:
    def unmarked(document: Any) -> None:
        del flow_of(document)["referenceFlow"]

    assert values(read(changed(FITTING, unmarked))) == values(read(FITTING))


def test_signs_that_nobody_can_see_do_not_come_along() -> None:
    def hidden(document: Any) -> None:
        name = document["processInformation"]["dataSetInformation"]["name"]
        name["baseName"] = [{"lang": "nl", "value": "Profiel\u0000 \u202enet\ud800\n" + "x" * 5_000}]
        owned = document["administrativeInformation"]["publicationAndOwnership"]
        owned["registrationNumber"] = "\u0000"
        result_of(document, "6a37f984").append({"module": "\u0000X", "value": "1", "scenario": "\u202e"})

    found = read(changed(ALUMINIUM, hidden))
    assert not found.problems
    ((code, document),) = found.declarations.items()
    assert document["name"].startswith("Profiel net xx")
    assert len(document["name"]) < 2_000
    assert document["name"].isprintable()
    assert ["X", "", "1"] in next(row for row in document["results"] if row["key"][:8] == "6a37f984")["amounts"]
    assert code.startswith("epd-0cb92770")
    assert list(found.materials) == ["epd-0cb92770-9007-48c6-bc03-466af8894419"]


def test_a_zip_brings_several_declarations_at_once_but_not_for_one_material() -> None:
    parts = {"a_json": content_of(ALUMINIUM), "b_json": content_of(PAVING)}
    found = read(zipped(**parts))
    assert (len(found), len(found.declarations), len(found.materials)) == (12, 2, 2)
    both = read(zipped(**parts), material="steel")
    assert [(problem.attr, problem.code) for problem in both.problems] == [("material", "ambiguous")]
    many = {f"p{number}_json": content_of(ALUMINIUM) for number in range(21)}
    assert [problem.code for problem in problems_of(zipped(**many))] == ["too_many"]


def test_a_zip_that_was_packed_on_a_mac_is_read_without_what_it_puts_beside() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("__MACOSX/._a.json", b"\x00\x05\x16\x07")
        archive.writestr("map/._a.json", b"\x00\x05\x16\x07")
        archive.writestr("map/a.json", content_of(ALUMINIUM))
    assert values(read(held.getvalue())) == values(read(ALUMINIUM))
