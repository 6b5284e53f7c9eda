"""The worked example on a page: the source's sofa, or the reader's, by the same core as everything else."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.calculation import golden, impact
from tests.pages import Page
from tests.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
PATH = "/uitleg/rekenvoorbeeld/"


def page(**typed: Any) -> Page:
    """The page with these numbers in its address."""
    return Page(Client().get(f"{PATH}?{urlencode(typed)}"))


def steps(**typed: Any) -> dict[str, Any]:
    """The steps as the template gets them."""
    answer = Client().get(f"{PATH}?{urlencode(typed)}")
    assert answer.status_code == 200, answer.context["form"].errors
    return dict(answer.context["shown"])


def worked_out(numbers: str) -> float:
    """What a reader gets who types the numbers of a step into a calculator."""
    plain = numbers.replace(".", "").replace(",", ".").replace("×", "*").replace("−", "-").replace(":", "/")
    assert re.fullmatch(r"[-+*/(). 0-9]+", plain), plain
    return float(eval(plain))


def read(text: str) -> float:
    return float(text.replace(".", "").replace(",", "."))


@pytest.mark.parametrize(("indicator", "place"), [("climate", 0), ("materials", 1)])
def test_without_own_numbers_it_is_the_worked_example_of_the_method(indicator: str, place: int) -> None:
    shown = steps(indicator=indicator)
    results = impact.assess(*golden.golden_case())
    for name, values in (
        ("weighted", results.weighted), ("production_outcome", results.production),
        ("lifetime_outcome", results.lifetime), ("per_year_outcome", results.per_year),
    ):  # fmt: skip
        assert read(shown[name]) == pytest.approx(values[1, place], rel=1e-9), name
    assert len(shown["terms"]) == len(golden.MATERIALS)


def test_the_address_of_the_page_without_numbers_shows_the_same() -> None:
    text = Page(Client().get(PATH)).text
    for part in (
        "1,894506667",
        "126,9319467",
        "12,69319467",
        "0,05 × (1 − 0,5) × 42,66666667",
        "schrijft 2,8",
        "2,83",
    ):
        assert part in text, part
    assert len(queries_of(Client(), PATH)) <= 12


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"indicator": "materials", "aantal": "3", "jaren": "12,5"},
        {"strategie": "refurbish", "plan": "take-back"},
        {"gerecycled-steel": "0", "gerecycled-wood": "100", "massa": "40,5", "reparatie": "0,25"},
    ],
)
def test_every_step_is_what_its_own_numbers_give(typed: dict[str, str]) -> None:
    shown = steps(**typed)
    for term in shown["terms"]:
        assert worked_out(term["numbers"]) == pytest.approx(read(term["outcome"]), rel=1e-8)
    for numbers, outcome in (
        ("sum", "weighted"), ("before", "before_outcome"), ("production", "production_outcome"),
        ("lifetime", "lifetime_outcome"), ("per_year", "per_year_outcome"),
    ):  # fmt: skip
        assert worked_out(shown[numbers]) == pytest.approx(read(shown[outcome]), rel=1e-8), numbers
    assert (worked_out(shown["use"]) if shown["use"] else 0.0) == pytest.approx(
        read(shown["use_outcome"]), rel=1e-8
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    recycled=st.lists(st.integers(0, 100), min_size=7, max_size=7),
    mass=st.integers(5, 300),
    years=st.integers(1, 40),
)
def test_any_sofa_is_the_core_and_no_second_formula(recycled: list[int], mass: int, years: int) -> None:
    typed = {f"gerecycled-{code}": part for code, part in zip(golden.MATERIALS, recycled, strict=True)}
    shown = steps(massa=mass, jaren=years, **typed)
    intensity = np.array(golden.BASELINE_IMPACT)[:, 0] / np.array(golden.BASELINE_KG)
    weighted = (np.array(golden.REFURBISHED_SHARE) * (1 - np.array(recycled) / 100) * intensity).sum()
    assert read(shown["per_year_outcome"]) == pytest.approx(weighted * mass / years, rel=1e-9)


def test_recycled_content_of_a_refurbished_sofa_is_counted_once_and_that_is_said() -> None:
    found = page(strategie="refurbish")
    assert "krijgt niet twee keer korting" in found.text
    assert "0,18 × (1 − 0) × 6,88" in found.text
    assert "× 0,8" in found.text


def test_a_material_that_is_not_in_it_has_no_row() -> None:
    shown = steps(**{"aandeel-foam": "0", "aandeel-wood": "57"})
    assert [row["name"] for row in shown["terms"]] == [
        "Staal", "Andere metalen", "Plastic", "Textiel", "Hout", "Rubber",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("massa", "zwaar", "alleen cijfers"),
        ("massa", "1.250", "Bedoelt u duizend of meer?"),
        ("massa", "-3", "0"),
        ("massa", "", "Vul dit veld in."),
        ("aantal", "0", "1"),
        ("jaren", "500", "Hoogstens 100 jaar"),
        ("gerecycled-steel", "110", "Vul hoogstens 100 % in."),
        ("aandeel-wood", "-5", "Vul minstens 0 % in."),
        ("strategie", "refuse", "Kies een waarde uit de lijst."),
        ("plan", "x\x00y", "Kies een waarde uit de lijst."),
        ("indicator", "geluk", "Kies een waarde uit de lijst."),
        ("reparatie", "1e9", "zonder exponent"),
    ],
)
def test_what_cannot_be_calculated_is_said_at_the_field_and_kept(field: str, typed: str, said: str) -> None:
    answer = Client().get(f"{PATH}?{urlencode({field: typed, 'aantal': '7'} | {field: typed})}")
    found, errors = Page(answer), answer.context["form"].errors
    assert answer.status_code == 400
    assert set(errors) == {field}
    assert said in " ".join(errors[field])
    assert found.mistakes == [f"id_{field}"]
    assert "Uw getallen staan nog in het formulier." in found.text
    kept = next(given for _, given in found.tags if given.get("id") == f"id_{field}")
    assert kept.get("aria-invalid") == "true"
    assert kept.get("value", typed) == typed


def test_shares_that_are_not_100_percent_are_refused_with_their_sum() -> None:
    answer = Client().get(f"{PATH}?{urlencode({'aandeel-wood': '75'})}")
    assert answer.status_code == 400
    assert "De materialen tellen op tot 120 %" in Page(answer).text


def test_a_result_of_reken_zelf_leads_to_the_example() -> None:
    client = Client()
    result = Page(client.post("/reken-zelf/", Page(client.get("/reken-zelf/?voorbeeld=bank")).sent))
    assert result.links["rekenvoorbeeld: zo is dit berekend"] == PATH
