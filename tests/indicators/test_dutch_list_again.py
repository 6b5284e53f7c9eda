"""Reading the Dutch list again gives what release 2026.2 says: the same boundary for everything that we count."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from indicators.factors.exchange import LAYOUTS, Options
from indicators.factors.exchange.nl_co2 import CODE

HERE = Path(__file__).resolve().parent / "source_files" / "nl_co2emissiefactoren_2026.csv"
WHOLE = Path(settings.BASE_DIR).parent / "shared" / "data" / "factors" / "nl_co2emissiefactoren_2026.csv"
RELEASE = Path(settings.BASE_DIR) / "fixtures" / "reference-2026.2" / "factors-nl-open-2026-2.csv"
HEADER = "section,subsection,name,v1,v2,v3,v4,unit,mj_per_unit,h1,h2,h3,h4,link\n"
TIMES = {"kg CO2-eq/ton": Decimal("0.001"), "kg CO2-eq/GJ": Decimal("0.001")}
# Said by hand in the release: a range over three sources of electricity, and a row of another year.
BY_HAND = {"electricity-green", "car-electric-green"}


def values_in(content: bytes) -> dict[str, Decimal]:
    """kg CO2-eq per unit of the material, by material."""
    cells = LAYOUTS[CODE].read(content, "lijst.csv", Options()).cells
    rows = zip(cells["material"], cells["value"], cells["unit"], strict=True)
    return {material: value * TIMES.get(unit, Decimal(1)) for material, value, unit in rows}


def said_in_the_release() -> dict[str, Decimal]:
    with RELEASE.open(encoding="utf-8", newline="") as text:
        rows = [row for row in csv.DictReader(text) if row["source"] == "nl-co2-2026"]
    return {row["material"]: Decimal(row["value"]) for row in rows if row["indicator"] == "climate"}


@pytest.mark.parametrize("file", [HERE, *([WHOLE] if WHOLE.is_file() else [])], ids=lambda file: file.parent.name)
def test_the_list_read_again_has_the_values_of_the_release(file: Path) -> None:
    read, said = values_in(file.read_bytes()), said_in_the_release()
    both = sorted((read.keys() & said.keys()) - BY_HAND)
    assert len(both) >= 10
    assert {name: float(read[name]) for name in both} == pytest.approx({name: float(said[name]) for name in both})


def row_of(name: str, values: str, heads: str, section: str = "Afval", unit: str = "ton,1000") -> bytes:
    return (HEADER + f"{section},Proef,{name},{values},{unit},{heads},https://voorbeeld.nl/\n").encode()


def test_what_is_burnt_in_one_figure_is_not_counted_twice() -> None:
    heads = "GHG protocol (inzameling en verbranding),-,Emissies door verbranding,Vermeden emissies"
    [value] = values_in(row_of("Gevaarlijk", "2420,,2380,0", heads)).values()
    assert value == Decimal("2.42")


def test_what_treatment_avoids_is_in_no_value() -> None:
    heads = (
        "GHG protocol (inzameling en verwerking),Transport,Recycling,Vermeden emissies door recycling materialen"
    )
    found = LAYOUTS[CODE].read(row_of("Proef", "7,4,567,-464", heads), "lijst.csv", Options())
    assert found.cells["value"] == [Decimal(578)]
    assert found.cells["derivation"][0].startswith("GHG protocol (inzameling en verwerking) 7 + Transport 4 + ")
    assert any("vermeden uitstoot" in row["why"] for row in found.left_out())


def test_without_the_average_mix_what_drives_on_it_keeps_its_own_figure() -> None:
    heads = "Totaal (WTW),Verbrandingsemissies (TTW),Ketenemissies (WTT),-"
    content = row_of("Elektrisch stroommix", "0.056,0,0.056,", heads, "Personenvervoer", "voertuigkilometer,0.81")
    assert list(values_in(content).values()) == [Decimal("0.056")]
