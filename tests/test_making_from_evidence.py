"""The making of release 2026.2 is what its derivations say, redone from the rows that are shipped with it."""

from __future__ import annotations

from statistics import median

import pytest

from . import release_2026_2 as release

OPEN, SHARED = "evidence-making.csv", "evidence-making-share-alike.csv"
# The whole garment of DEFRA 2025 and the cotton fabric of ICE v2, kg CO2-eq per kg.
GARMENT, FABRIC = 22.31, 6.78
NEAR = 2e-3


def _seen(kind: str, quantity: str = "gate_per_kg") -> list[float]:
    """Central values of the open rows that were used for a type, kg CO2-eq per kg, from low to high."""
    return sorted(
        float(row["central"])
        for row in release.rows(OPEN)
        if kind in row["used_for"].split(";") and row["quantity"] == quantity
    )


def _row(group: str, fact: str, quantity: str) -> release.Row:
    rows = (*release.rows(OPEN), *release.rows(SHARED))
    return next(
        row
        for row in rows
        if row["group"] == group and row["fact"].startswith(fact) and row["quantity"] == quantity
    )


def _materials(kind: str) -> float:
    code = next(
        row["code"]
        for row in release.rows("baseline_products.csv")
        if row["product_type"] == kind and row["kind"] == "baseline"
    )
    return release.materials_per_unit(code).central


def _making(group: str, kind: str) -> tuple[float, float, float]:
    row = release.making(group, kind, "climate")
    return float(row["low"]), float(row["value"]), float(row["high"])


@pytest.mark.parametrize("kind", ["laptop", "desktop", "beeldscherm", "tablet", "thin-client", "server"])
def test_making_of_devices_is_production_minus_materials(kind: str) -> None:
    seen = next(row for row in release.rows(SHARED) if row["used_for"] == kind)
    materials = _materials(kind)
    expected = [float(seen[name]) - materials for name in ("low", "central", "high")]
    assert _making(release.types()[kind]["group"], kind) == pytest.approx(expected, abs=NEAR)


@pytest.mark.parametrize("kind", ["printer", "multifunctional"])
def test_making_of_printers_is_their_median_minus_materials(kind: str) -> None:
    seen, materials = _seen(kind), _materials(kind)
    assert len(seen) > 5
    expected = [0.0, median(seen) - materials, seen[-1] - materials]
    assert _making("reproductieapparatuur", kind) == pytest.approx(expected, abs=NEAR)


@pytest.mark.parametrize("kind", ["bureau", "tafel"])
def test_making_of_desks_and_tables_is_their_median_minus_materials(kind: str) -> None:
    seen = _seen(kind, "total_per_kg")
    assert _making("kantoormeubilair", kind)[1] == pytest.approx(median(seen) - _materials(kind), abs=NEAR)


def test_making_of_a_router_is_the_median_of_five_minus_materials() -> None:
    seen = _seen("router")
    assert len(seen) == 5
    assert _making("netwerken", "router")[1] == pytest.approx(median(seen) - _materials("router"), abs=NEAR)


def test_making_of_cars_is_that_of_six_cars_minus_a_petrol_car() -> None:
    seen, materials = _seen("personenauto"), _materials("personenauto-benzine")
    low, central, _ = _making("dienstautos", "personenauto-diesel")
    assert len(seen) == 6
    assert (low, central) == pytest.approx((seen[0] - materials, median(seen) - materials), abs=NEAR)


@pytest.mark.parametrize(
    ("kind", "fact", "mass"),
    [
        ("poloshirt", "polo", 0.17),
        ("werkbroek", "jeans", 0.45),
        ("werktrui", "sweatshirt", 0.5),
        ("werkjas", "coat", 0.95),
    ],
)
def test_making_of_clothing_is_three_stages_over_its_mass_minus_fabric(kind: str, fact: str, mass: float) -> None:
    stages = [
        float(row["central"])
        for row in release.rows(OPEN)
        if (row["group"], row["fact"], row["quantity"]) == ("bedrijfskleding", fact, "stage_per_item")
    ]
    assert len(stages) == 4
    expected = [GARMENT - FABRIC, sum(stages[:3]) / mass - FABRIC, sum(stages) / mass - FABRIC]
    assert _making("bedrijfskleding", kind) == pytest.approx(expected, abs=NEAR)


def test_site_work_is_a_ratio_of_buildings_times_the_median_building() -> None:
    ratio, building = _row("nieuwbouw", "A4-A5", "ratio"), _row("nieuwbouw", "A1-A3", "gate_per_kg")
    expected = [float(ratio[name]) * float(building["central"]) for name in ("low", "central", "high")]
    assert _making("nieuwbouw", "") == pytest.approx(expected, abs=NEAR)
    assert _making("renovatie-en-onderhoud", "") == _making("huur-en-aankoop", "") == _making("nieuwbouw", "")


def test_demolition_is_what_buildings_have() -> None:
    seen = _row("sloop", "C1-C2", "per_kg")
    expected = [float(seen[name]) for name in ("low", "central", "high")]
    assert _making("sloop", "") == pytest.approx(expected, abs=NEAR)


def test_solar_panels_stand_at_the_ceilings_of_tenders() -> None:
    """Ceilings per kWp times 0.4 kWp over 24 kg; the low end is half of the lowest, as a ceiling is no mean."""
    ceilings = sorted(
        float(row["central"])
        for row in release.rows(OPEN)
        if row["group"] == "zonnepanelen" and row["quantity"] == "threshold"
    )
    panel = release.materials_per_unit("zonnepaneel-basis-2").central
    expected = [each * 0.4 / 24 - panel for each in (ceilings[0] / 2, ceilings[1], ceilings[2])]
    assert _making("zonnepanelen", "") == pytest.approx(expected, abs=NEAR)


def test_vehicles_of_trips_are_made_as_the_source_says_per_kilometre() -> None:
    named = ("plane long haul", "plane short haul", "intercity train")
    groups = ("buitenlandse-dienstreizen", "buitenlandse-dienstreizen", "binnenlandse-dienstreizen")
    seen = [_row(group, fact, "construction_per_unit") for group, fact in zip(groups, named, strict=True)]
    expected = [float(row["central"]) for row in seen]
    assert _making("buitenlandse-dienstreizen", "") == pytest.approx(expected, abs=1e-4)


def test_raw_materials_of_making_follow_the_making_itself() -> None:
    """0.4 kg fuel per kg CO2-eq in the middle and 1.0 at most; for electronics another rule."""
    for (group, kind, indicator), row in release.processing().items():
        if indicator != "materials" or row["state"] != "range" or row["source"] == "izt":
            continue
        _, central, high = _making(group, kind)
        assert float(row["value"]) == pytest.approx(0.4 * central, abs=NEAR), (group, kind)
        assert float(row["high"]) == pytest.approx(high, abs=NEAR), (group, kind)
