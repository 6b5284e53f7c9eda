"""What a range does to a choice, with the reader's own numbers: by the same core as a comparison."""

from __future__ import annotations

import pytest
from django.test import Client

from indicators.views.range_example import RangeForm
from tests.pages import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
PLACE = "/uitleg/bandbreedte/"


def test_the_example_turns_where_making_costs_two(client: Client) -> None:
    """A: (3 + a) 10 / 10; B: (3 + a) 5 / 10 + 10 * 0.25. They are equal at a = 2."""
    page = Page(client.get(PLACE))
    assert "A is lager zolang het maken onder 2 kg CO2-eq per kg blijft. Daarboven is B lager." in page.text
    assert "A 4,20 5,20 7,00" in page.text
    assert "B 4,60 5,10 6,00" in page.text


def test_with_other_numbers_the_order_can_hold_for_every_value(client: Client) -> None:
    page = Page(client.get(PLACE, {"stroom-b": "0", "massa-b": "9,5"}))
    assert page.status == 200
    assert "De volgorde geldt voor elke waarde van het maken tussen 1,20 en 4,00 kg CO2-eq per kg." in page.text
    assert "hetzelfde onbekende getal" in page.text


def test_a_range_that_is_none_is_said_to_be_none(client: Client) -> None:
    page = Page(client.get(PLACE, {"laag": "2,2", "hoog": "2,2"}))
    assert "B is lager dan A. Er is geen bandbreedte." in page.text


@pytest.mark.parametrize(("given", "field"), [
    ({"laag": "5"}, "laag"), ({"hoog": "1"}, "hoog"), ({"laag": "0,001"}, "hoog"), ({"laag": "-1"}, "laag"),
    ({"massa-a": "0"}, "massa-a"), ({"jaren-b": "veel"}, "jaren-b"), ({"rekenwaarde": ""}, "rekenwaarde"),
])  # fmt: skip
def test_numbers_that_cannot_be_are_told_beside_their_field(
    client: Client, given: dict[str, str], field: str
) -> None:
    answer = client.get(PLACE, given)
    assert answer.status_code == 400
    form = answer.context["form"]
    assert isinstance(form, RangeForm)
    assert list(form.errors) == [field]


def test_the_explanation_says_whose_number_the_steel_is(client: Client) -> None:
    page = Page(client.get("/uitleg/"))
    assert "voorbeeld uit het rapport" in page.text
    assert "Voor 1 kilo staal komt" not in page.text
