"""Files as their sources publish them: what is read, what is left out and why, and what it becomes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from indicators.factors import factor_imports
from indicators.factors.exchange import LAYOUTS, source_tables
from indicators.models import Factor, FactorSetVersion, ImportPreview, Material, Source
from mvi_dashboard.ground import triggers
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, Role
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.sent_files import Upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
HERE = Path(__file__).parent / "source_files"
# Where the whole files stand, when somebody has them: then they are read, else the excerpts in this folder.
WHOLE = Path(os.environ.get("MVI_SOURCE_FILES", Path(__file__).parents[3] / "shared" / "data"))
GIVEN = {"factorSet": "nl-open-2026", "version": "2", "mode": "supplement"}
EMPTY = "geen waarde in de bron: leeg is niet beschikbaar, geen 0"
GATE = "andere grens (cradle to {}): er zitten andere levensfasen in"
BOUND = "onder- of bovengrens: wij nemen het gemiddelde van de bron"
MIXED = "mengsel van nieuw en gerecycled: die staan in andere rijen apart"
ALONE = "gerecycled, maar zonder waarde voor nieuw materiaal"
REUSED = "hergebruik: een product dat opnieuw dient, geen materiaal"


@dataclass(frozen=True)
class Pin:
    """What comes of a file: its rows, the factors, what was left out per reason, and against version 1."""

    rows: int
    factors: int
    left: dict[str, int]
    new: int
    counts: tuple[int, int, int]


@pytest.fixture
def manager(actor_as: Callable[..., Actor]) -> Actor:
    return actor_as(Role.REFERENCE_MANAGER)


FILES = {
    "nl-co2emissiefactoren": "factors/nl_co2emissiefactoren_2026.csv",
    "defra-material-use": "factors/defra_2025_material_use.csv",
    "defra-waste-disposal": "factors/defra_2025_waste_disposal.csv",
    "ice-v2": "factors/ice_v2_2011_by_mass.csv",
    "rivm-voedsel": "food/rivm_voedingsmiddelen_tot_en_met_distributie.csv",
}
NO_TOTAL = "geen totaal: de bron geeft er alleen een deel van"
GONE = "vervallen: de bron geeft er geen waarde meer voor"
VARIES = "variabel: de bron geeft geen vaste waarde"
SEWAGE = "eenheid Vervuilingseenheid: daar rekenen wij niet mee"
FOOTNOTE = "een voetnoot, geen voedingsmiddel"
WITHDRAWN = "geen waarden: de bron heeft ze teruggetrokken"
GRAVE, SITE = GATE.format("grave"), GATE.format("site")
PINS = {
    # What changes is the making of plant and grid, and the treatment of waste, which version 1 left out.
    ("excerpt", "nl-co2emissiefactoren"): Pin(18, 14, {NO_TOTAL: 1, GONE: 1, VARIES: 1, SEWAGE: 1}, 1, (1, 6, 7)),
    ("whole", "nl-co2emissiefactoren"): Pin(
        229, 190, {NO_TOTAL: 24, GONE: 13, VARIES: 1, SEWAGE: 1}, 119, (119, 18, 53)
    ),
    ("excerpt", "defra-material-use"): Pin(20, 4, {REUSED: 2, EMPTY: 11, ALONE: 1}, 1, (1, 0, 3)),
    ("whole", "defra-material-use"): Pin(168, 40, {REUSED: 5, EMPTY: 98, ALONE: 1}, 6, (6, 0, 34)),
    ("excerpt", "defra-waste-disposal"): Pin(21, 8, {EMPTY: 13}, 8, (8, 0, 0)),
    ("whole", "defra-waste-disposal"): Pin(294, 134, {EMPTY: 160}, 134, (134, 0, 0)),
    # What changes is where version 1 takes the newer figure of Defra.
    ("excerpt", "ice-v2"): Pin(22, 15, {GRAVE: 1, SITE: 1, BOUND: 2, MIXED: 4, ALONE: 1}, 1, (1, 2, 12)),
    ("whole", "ice-v2"): Pin(266, 294, {BOUND: 12, GRAVE: 27, SITE: 7, MIXED: 29, ALONE: 2}, 91, (135, 12, 147)),
    ("excerpt", "rivm-voedsel"): Pin(6, 24, {FOOTNOTE: 1, WITHDRAWN: 1}, 0, (0, 0, 24)),
    ("whole", "rivm-voedsel"): Pin(227, 1350, {FOOTNOTE: 1, WITHDRAWN: 1}, 0, (0, 0, 1350)),
}
FOUND = {layout: (WHOLE / file).is_file() for layout, file in FILES.items()}
CASES = [(size, layout) for layout in FILES for size in ("excerpt", "whole") if size == "excerpt" or FOUND[layout]]


def content_of(size: str, layout: str) -> bytes:
    return (WHOLE / FILES[layout] if size == "whole" else HERE / Path(FILES[layout]).name).read_bytes()


def preview_of(manager: Actor, layout: str, content: bytes, **given: str) -> ImportPreview:
    document = GIVEN | {"layout": layout} | given
    return factor_imports.preview_factors(manager, document=document, upload=Upload("bron.csv", content))


@pytest.mark.parametrize(("size", "layout"), CASES, ids=["-".join(case) for case in CASES])
def test_what_is_read_and_what_is_left_out_and_why(size: str, layout: str, manager: Actor) -> None:
    summary = preview_of(manager, layout, content_of(size, layout)).summary
    counts = summary["counts"]
    found = Pin(
        summary["fileRows"],
        summary["read"],
        {row["why"]: row["rows"] for row in summary["leftOut"] if row["rows"]},
        len(summary["newMaterials"]),
        (counts["added"], counts["changed"], counts["same"]),
    )
    assert found == PINS[size, layout]


def factor_of(version: FactorSetVersion, material: str, indicator: str = "climate") -> Factor:
    return version.factors.select_related("source", "material").get(
        material__code=material, indicator__code=indicator
    )


def confirmed(manager: Actor, layout: str, **given: str) -> FactorSetVersion:
    preview = preview_of(manager, layout, content_of("excerpt", layout), **({"mode": "replace"} | given))
    return factor_imports.confirm_import(manager, preview.public_id)


def test_of_the_dutch_list_counts_making_and_treatment_and_not_what_is_avoided(
    both_releases: None, manager: Actor
) -> None:
    version = confirmed(manager, "nl-co2emissiefactoren", version="9")
    mix = factor_of(version, "electricity")
    assert (mix.value, mix.unit, mix.module, mix.biogenic) == (0.26, "kg CO2-eq/kWh", "use", None)
    paper = factor_of(version, "waste-paper")
    assert (paper.value, paper.unit, paper.module) == (0.578, "kg CO2-eq/kg", "end")
    assert paper.source.code == "nl-co2-2026"
    assert paper.source_ref == "Afval | Recycling | Papier en karton"
    assert paper.source_url.startswith("https://co2emissiefactoren.nl/factoren/2026/")
    assert (paper.year, paper.region, paper.quality) == (2026, "NL", "good")
    assert factor_of(version, "train").module == "transport"
    assert factor_of(version, "district-heat").value == 0.04045
    diesel = factor_of(version, "diesel")
    assert (diesel.value, diesel.biogenic) == (3.251, 0.176)
    assert not version.factors.filter(value__lt=0).exists()
    summary = ImportPreview.objects.get().summary
    apart = {row["why"].split()[0]: row["what"] for row in summary["leftOut"] if not row["rows"]}
    assert "infrastructuur" not in apart
    assert apart["vermeden"].startswith("Vermeden emissies")
    assert {(row["from"], row["rows"]) for row in summary["units"]} == {("kg CO2-eq/GJ", 1), ("kg CO2-eq/ton", 5)}


def test_of_defra_empty_is_unknown_and_closed_loop_is_the_recycled_value(manager: Actor) -> None:
    version = confirmed(manager, "defra-material-use")
    bottle, cloth = factor_of(version, "plastic-pet"), factor_of(version, "clothing")
    assert (bottle.value, bottle.recycled_value) == (3.86390131, 2.21390131)
    assert (cloth.value, cloth.recycled_value) == (22.31, None)
    assert (bottle.year, bottle.region, bottle.quality) == (2025, "UK", "fair")
    assert bottle.source_ref == (
        "Material use | Plastics: PET (incl. forming) | Primary material production (19_505_5140_15_1); "
        "Closed-loop source (19_505_5143_15_1)"
    )


def test_waste_routes_of_defra_become_new_flows_with_a_dutch_and_an_english_name(manager: Actor) -> None:
    preview = preview_of(manager, "defra-waste-disposal", content_of("excerpt", "defra-waste-disposal"))
    assert not Material.objects.filter(code__startswith="defra-waste-disposal-").exists()
    version = factor_imports.confirm_import(manager, preview.public_id)
    found = factor_of(version, "defra-waste-disposal-clothing-landfill")
    assert (found.module, found.unit, found.material.kind) == ("end", "kg CO2-eq/kg", "flow")
    assert (found.material.name_nl, found.material.name_en) == ("kleding, storten", "Clothing, Landfill")
    entry = AuditEntry.objects.get(verb="factor_version.create", object_id=str(version.pk))
    assert len(entry.changes["newMaterials"]) == 8
    again = preview_of(
        manager, "defra-waste-disposal", content_of("excerpt", "defra-waste-disposal"), version="3"
    ).summary
    assert again["newMaterials"] == []


def test_ice_keeps_new_and_recycled_apart_and_takes_biomass_out_of_the_energy(manager: Actor) -> None:
    version = confirmed(manager, "ice-v2")
    steel, energy = factor_of(version, "steel"), factor_of(version, "steel", "energy_nonrenewable")
    assert (steel.value, steel.recycled_value, steel.quality, steel.year) == (2.89, 0.47, "poor", 2011)
    assert (energy.value, energy.recycled_value, energy.unit) == (35.4, 9.4, "MJ/kg")
    assert steel.source_ref == "Steel | General | Virgin; Steel | General | Recycled"
    assert factor_of(version, "titanium").value == 31.55
    assert factor_of(version, "wood-glulam", "energy_nonrenewable").value == pytest.approx(12.0 - 4.9, abs=1e-12)
    # The source has CO2 only here: that is another quantity than CO2-eq.
    assert not version.factors.filter(material__code="steel-stainless", indicator__code="climate").exists()


def test_a_food_has_six_indicators_under_their_own_names(manager: Actor) -> None:
    version = confirmed(manager, "rivm-voedsel")
    beer = version.factors.filter(material__code="food-bier-fles")
    assert dict(beer.values_list("indicator__code", "unit")) == {
        "climate": "kg CO2-eq/kg",
        "acidification": "kg SO2-eq/kg",
        "eutrophication_freshwater": "kg P-eq/kg",
        "eutrophication_marine": "kg N-eq/kg",
        "land_crop": "m2a crop-eq/kg",
        "water": "m3/kg",
    }
    assert beer.get(indicator__code="eutrophication_freshwater").value == 0.000110000369283529


def test_the_source_of_a_file_is_made_with_its_licence_when_it_is_not_there(manager: Actor) -> None:
    known = Source.objects.get(code="rivm-food-2019")
    with triggers.suspended():
        Source.objects.filter(pk=known.pk).update(code="oud", title="iets anders")
    confirmed(manager, "rivm-voedsel")
    made = Source.objects.get(code="rivm-food-2019")
    assert (made.title, made.publisher, made.licence, made.year) == (known.title, "RIVM", "CC BY 4.0", 2019)


SPOILED: dict[str, tuple[str, bytes, bytes, tuple[str, str]]] = {
    "a number that is none": (
        "defra-material-use", b"kg CO2e,7.79306", b"kg CO2e,n/a",
        ("rows.2.GHG Conversion Factor 2025", "invalid_number"),
    ),
    "another unit": ("defra-waste-disposal", b"tonnes,kg CO2e,1.00835", b"litres,kg CO2e,1.00835",
        ("rows.3.UOM", "invalid_choice"),
    ),
    "the other table": (
        "defra-waste-disposal", b",Waste disposal,", b",Material use,", ("columns.Level 1", "invalid_choice")
    ),
    "a row twice": (
        "defra-material-use", b"Re-used,tonnes,kg CO2e,2.21", b"Primary material production,tonnes,kg CO2e,2.21",
        ("rows.3.Level 3", "duplicate_line"),
    ),
    "a negative value": ("nl-co2emissiefactoren", b",0.244,", b",-0.244,", ("rows.8.v1", "range")),
    "a column gone": ("ice-v2", b"energyPerMass", b"energy", ("columns.energyPerMass", "missing_column")),
    "a column of another quantity": (
        "rivm-voedsel", b"kg SO2 eq", b"mol H+ eq", ("columns.Terrestrial acidification", "missing_column")
    ),
    "a number with a comma": (
        "rivm-voedsel", b"0.414081838366427", b"0,414081838366427", ("rows.5.Global warming", "invalid_number")
    ),
    "a character that nobody sees": (
        "ice-v2", b"Silicon", b"Sili\x00con", ("rows.10", "null_characters")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_a_row_that_cannot_be_right_is_refused_by_row_and_column(name: str, manager: Actor) -> None:
    layout, old, new, expected = SPOILED[name]
    content = content_of("excerpt", layout)
    assert old in content
    with pytest.raises(Refused) as refused:
        preview_of(manager, layout, content.replace(old, new, 1))
    assert expected in [(problem.attr, problem.code) for problem in refused.value.problems]
    assert not ImportPreview.objects.exists()


@pytest.mark.parametrize("layout", FILES)
def test_a_file_of_another_kind_is_refused_with_the_columns_that_lack(layout: str, manager: Actor) -> None:
    with pytest.raises(Refused) as refused:
        preview_of(manager, layout, b"materiaal;waarde\nsteel;1\n")
    assert {problem.code for problem in refused.value.problems} == {"missing_column"}


def test_every_row_goes_to_a_material_that_exists_or_to_a_new_one() -> None:
    known: Any = source_tables._known_keys()
    named = {material for found in known.values() for material, _ in found if material}
    assert named <= set(Material.objects.values_list("code", flat=True))
    assert {layout for layout, _ in known} == {*FILES, "defra"} - {"defra-waste-disposal"}
    assert set(FILES) <= set(LAYOUTS)
