"""The release 2026.2 agrees with itself, with 2026.1 and with what it was derived from. It reads files only."""

from __future__ import annotations

import re
from collections import Counter
from statistics import median

import pytest

from . import release_2026_2 as release

STATES = {"value", "included", "range", "unknown"}
BY_DEFINITION = {"primary_abiotic", "primary_biotic", "critical_materials"}
SHARE_ALIKE = ("ODbL", "GPL-3", "CC BY-SA")
NOT_SHIPPED = ("NC", "not seen", "AGPL")
PRODUCTS = release.rows("baseline_products.csv")
CASES = [(group, kind) for group in release.groups() for kind in release.kinds(group)]
WIDEST = 1000.0
# Boavizta's kinds of devices, as `evidence-making-share-alike.csv` names them.
PUBLISHED = {
    "laptop": "Laptop:",
    "desktop": "Desktop:",
    "beeldscherm": "Monitor:",
    "tablet": "Tablet:",
    "thin-client": "Thin client:",
    "smartphone": "Smartphone:",
    "server": "Server:",
}


def _number(text: str) -> float | None:
    return float(text) if text else None


def _made(code: str) -> release.Row:
    return next(row for row in PRODUCTS if row["product_type"] == code and row["kind"] == "baseline")


def test_every_group_says_of_every_indicator_of_the_basis_what_the_making_adds() -> None:
    asked = {(group, "", indicator) for group in release.groups() for indicator in release.basis_indicators()}
    assert asked - set(release.processing()) == set()
    assert {indicator for _, _, indicator in release.processing()} == set(release.basis_indicators())


def test_mass_indicators_have_no_making_and_no_other_state() -> None:
    states = {row["state"] for key, row in release.processing().items() if key[2] in BY_DEFINITION}
    assert states == {"included"}


def test_a_row_of_making_holds_what_its_state_says() -> None:
    assert len(release.processing()) == len(release.rows("processing.csv")), "a row stands there twice"
    for row in release.rows("processing.csv"):
        assert row["state"] in STATES, row
        assert all(row[name] for name in ("derivation", "source", "unit")), row
        low, value, high = (_number(row[name]) for name in ("low", "value", "high"))
        if row["state"] in ("included", "unknown"):
            assert (low, value, high) == (None, None, None), row
        elif row["state"] == "range":
            assert None not in (low, value, high), row
            assert 0 <= (low or 0) <= (value or 0) <= (high or 0), row
            assert 0 < (high or 0) <= WIDEST * (low or high or 0), row


def test_a_row_of_a_type_belongs_to_the_group_of_that_type() -> None:
    for group, kind, _ in release.processing():
        assert not kind or release.types()[kind]["group"] == group, (group, kind)
    for row in (*PRODUCTS, *release.rows("group_cpv.csv")):
        kind = row["product_type"]
        assert not kind or release.types()[kind]["group"] == row["group"], row


def test_climate_of_making_is_known_for_every_group_and_type() -> None:
    assert {case for case in CASES if release.making(*case, "climate")["state"] == "unknown"} == set()


def test_plausible_ranges_of_a_type_hold_each_other() -> None:
    for row in release.types().values():
        if release.groups()[row["group"]]["kind"] == "consumed":
            continue
        lightest, heaviest = float(row["mass_min_kg"]), float(row["mass_max_kg"])
        years = [
            float(row[f"lifetime_{name}_years"]) for name in ("min", "usual_min", "usual_max", "max", "limit")
        ]
        assert 0 < lightest < heaviest, row["code"]
        assert years == sorted(years), row["code"]
        assert years[1] <= float(row["lifetime_cap_years"]) <= years[3], row["code"]


@pytest.mark.parametrize("role", ["baseline", "reference"])
def test_every_group_and_type_has_a_product_to_compare_with(role: str) -> None:
    assert [case for case in CASES if release.product(*case, role) is None] == []


def test_products_are_new_and_their_shares_make_a_whole() -> None:
    taken = {row["code"] for row in release.rows("baseline_products.csv", release.OLD)}
    assert taken & {row["code"] for row in PRODUCTS} == set()
    assert max(Counter(row["code"] for row in PRODUCTS).values()) == 1
    for row in PRODUCTS:
        bill = release.bill(row["code"])
        assert abs(sum(float(part["share"]) for part in bill) - 1) < 1e-6, row["code"]
        for part in bill:
            assert abs(float(part["amount"]) - float(part["share"]) * float(row["mass_kg"])) < 1e-3, part


def test_a_product_is_as_heavy_and_lives_as_long_as_its_type_allows() -> None:
    for row in PRODUCTS:
        kind = release.types().get(row["product_type"]) or release.groups()[row["group"]]
        if not kind["mass_min_kg"]:
            continue
        assert float(kind["mass_min_kg"]) <= float(row["mass_kg"]) <= float(kind["mass_max_kg"]), row["code"]
        assert float(row["lifetime_years"]) <= float(kind["lifetime_cap_years"]), row["code"]


def test_a_product_names_materials_that_exist_in_the_unit_of_their_flow() -> None:
    for part in release.rows("baseline_materials.csv"):
        assert part["material"] in release.materials(), part
        if part["recycled"] != "0":
            assert release.factors("climate")[part["material"]][1] is not None, part
    for flow in release.rows("baseline_use.csv"):
        assert release.materials()[flow["flow"]]["unit"] == flow["unit"], flow
        assert float(flow["quantity"]) > 0, flow


@pytest.mark.parametrize("role", ["baseline", "reference"])
def test_no_factor_of_climate_is_missing_in_a_product(role: str) -> None:
    found = {case: row for case in CASES if (row := release.product(*case, role))}
    gaps = {row["code"]: lost for row in found.values() if (lost := release.missing(row["code"], "climate"))}
    assert gaps == {}


def test_a_group_without_raw_materials_says_why_and_what_is_needed() -> None:
    for group, kind in CASES:
        row = release.product(group, kind, "baseline")
        assert row is not None
        if release.missing(row["code"], "materials"):
            note = release.groups()[group]["note"]
            assert re.search("Grondstoffen met keten: .* nodig is ", note), (group, kind)


def test_production_of_devices_is_that_of_published_footprints() -> None:
    table = release.rows("evidence-making-share-alike.csv")
    ratios = {}
    for code, named in PUBLISHED.items():
        seen = next(row for row in table if row["fact"].startswith(named) and row["quantity"] == "gate_per_kg")
        made = release.production_per_unit(_made(code))
        assert made is not None
        ratios[code] = made.central / float(seen["central"])
        assert made.low <= float(seen["central"]) <= made.high, code
    assert 0.8 <= median(ratios.values()) <= 1.25
    assert {code: ratio for code, ratio in ratios.items() if not 0.5 <= ratio <= 2} == {}


def test_production_of_devices_is_near_single_products_of_makers() -> None:
    """Another sample than the medians rest on: the products of the excerpt, one by one."""
    ratios: dict[str, list[float]] = {}
    for row in release.rows("evidence-ict-products-share-alike.csv"):
        made = release.production_per_unit(_made(row["product_type"]))
        assert made is not None
        ratios.setdefault(row["product_type"], []).append(made.central / float(row["production_kg_per_kg"]))
    middles = {code: median(found) for code, found in ratios.items()}
    assert 0.8 <= median(middles.values()) <= 1.25
    off = {code: ratio for code, ratio in middles.items() if not 0.5 <= ratio <= 2}
    assert off == {}


@pytest.mark.parametrize(
    ("code", "published"),
    [("bureau", 2.88), ("poloshirt", 6.3 / 0.17), ("werkjas", 76.5 / 0.95), ("personenauto-benzine", 4.63)],
)
def test_repaired_products_come_out_where_their_source_has_them(code: str, published: float) -> None:
    made = release.production_per_unit(_made(code))
    assert made is not None
    assert made.central == pytest.approx(published, rel=0.02)


def test_a_product_follows_up_one_that_is_there() -> None:
    old = {row["code"]: row for row in release.rows("baseline_products.csv", release.OLD)}
    new = {row["code"]: row for row in PRODUCTS}
    for row in release.rows("superseded_products.csv"):
        before, after = old[row["code"]], new[row["successor"]]
        assert before["kind"] == after["kind"], row
        assert before["valid_from"] < after["valid_from"], row


def test_a_change_of_a_group_names_what_stands_there_now() -> None:
    stored = {row["code"]: row for row in release.rows("product_groups.csv", release.OLD)}
    for change in release.rows("group_updates.csv"):
        assert stored[change["code"]][change["column"]] == change["old"] != change["new"], change
        assert change["reason"], change


def test_prefixes_that_suggest_a_type_are_of_the_vocabulary() -> None:
    codes = [row["code"] for row in release.rows("cpv.csv", release.OLD)]
    prefixes = [row["prefix"] for row in release.rows("group_cpv.csv")]
    assert len(prefixes) == len(set(prefixes))
    assert [prefix for prefix in prefixes if not any(code.startswith(prefix) for code in codes)] == []


def test_a_word_suggests_one_type_only() -> None:
    words = Counter(word for row in release.types().values() for word in row["names"].split(";"))
    assert {word: times for word, times in words.items() if times > 1} == {}


def test_every_source_is_described_with_its_licence() -> None:
    known = {row["code"] for row in (*release.both("sources.csv"), *release.rows("sources_groups.csv"))}
    named = [*release.rows("processing.csv"), *PRODUCTS, *release.types().values()]
    assert {row["source"] for row in (*named, *release.rows("group_updates.csv"))} <= known
    assert all(row["licence"] for row in release.rows("sources_groups.csv"))


def test_share_alike_rows_stand_apart_and_closed_ones_nowhere() -> None:
    for path in sorted(release.NEW.glob("evidence-*.csv")):
        for row in release.rows(path.name):
            shared = row["licence"].startswith(SHARE_ALIKE)
            assert shared == path.stem.endswith("-share-alike"), (path.name, row)
            assert not any(re.search(rf"\b{word}\b", row["licence"]) for word in NOT_SHIPPED), (path.name, row)


def test_the_page_about_data_holds_the_table_of_making() -> None:
    text = release.DATA_PAGE.read_text(encoding="utf-8")
    assert f"{release.BEGIN}\n{release.table()}\n{release.END}" in text, "run `python -m tests.release_2026_2`"
