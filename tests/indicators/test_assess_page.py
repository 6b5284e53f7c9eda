"""The public calculator: a form without JavaScript that keeps what was typed, and the golden case on it."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from .test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]

PLACE = "/reken-zelf/"
ROWS = (
    *(("staal", "18", "90"), ("andere metalen", "5", "50"), ("plastic, algemeen", "14", "0")),
    *(("textiel", "5", "75"), ("hout", "55", "50"), ("rubber", "1", "0"), ("schuim", "2", "0")),
)


def inputs_of(answer: Any) -> dict[str, str]:
    """The names and values that a browser would send back."""
    page = answer.content.decode().partition("<main")[2]
    found = {}
    for tag in re.findall(r"<input [^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        ticked = attributes.get("type") != "checkbox" or " checked" in tag
        if "name" in attributes and ticked:
            found[attributes["name"]] = html.unescape(attributes.get("value", ""))
    for select in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', select[1])
        found[select[0]] = chosen[1] if chosen else ""
    for area in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.S):
        found[area[0]] = html.unescape(area[1])
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


@pytest.fixture
def sofa(client: Client) -> dict[str, str]:
    """The form with the example of the source filled in."""
    return inputs_of(client.get(PLACE + "?voorbeeld=bank"))


def rows_of(sent: dict[str, str], part: str = "billOfMaterials") -> set[str]:
    return {match[1] for name in sent if (match := re.match(rf"lines\.0\.{part}\.(\d+)\.", name))}


def test_the_example_gives_the_golden_case(client: Client, sofa: dict[str, str]) -> None:
    client.post(PLACE, sofa)  # the factors of a basis are read once per process
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(PLACE, sofa)
    assert answer.status_code == 200
    # PostgreSQL is asked what time it is.
    assert len(queries) <= 13 + (connection.vendor == "postgresql")
    text = text_of(answer)
    assert "12,7 kg CO2-eq per jaar" in text
    for part in ("1,894506667", "126,9319467", "0,12384", "6,88"):
        assert part in text
    assert "Op weg naar klimaatneutraal en circulair inkopen" in text
    assert "Van leverancier 100 %" in text.replace("\u00a0", " ")
    assert "Er is niets opgeslagen" in text


def test_the_first_button_computes(client: Client) -> None:
    page = client.get(PLACE).content.decode()
    buttons = re.findall(r"<button ([^>]*)>([^<]*)", page[page.index("<main") :])
    attributes, label = buttons[0]
    assert 'type="submit"' in attributes
    assert "name=" not in attributes
    assert label == "Reken uit"


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    client: Client, sofa: dict[str, str]
) -> None:
    wrong = sofa | {
        "lines.0.massKg": "1.250",
        "lines.0.billOfMaterials.0.material": "stal",
        "lines.0.billOfMaterials.1.share": "150",
        "lines.0.lifetimeYears": "",
    }
    answer = client.post(PLACE, wrong)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "<title>Fout: " in page
    for name in ("massKg", "billOfMaterials-0-material", "billOfMaterials-1-share", "lifetimeYears"):
        assert f'href="#veld-lines-0-{name}"' in page
        assert f'id="veld-lines-0-{name}-fout"' in page
        assert f'id="veld-lines-0-{name}"' in page
    kept = inputs_of(answer)
    assert {name: kept[name] for name in wrong if wrong[name]} == {k: v for k, v in wrong.items() if v}
    assert "bedoelde u 'staal" in html.unescape(page)


def test_every_link_of_the_summary_leads_somewhere(client: Client, sofa: dict[str, str]) -> None:
    wrong = sofa | {"lines.0.billOfMaterials.0.share": "40", "productGroup": ""}
    wrong |= {"lines.0.use.0.flow": "onzin", "lines.0.use.0.quantity": "x"}
    page = client.post(PLACE, wrong).content.decode()
    targets = re.findall(r'<li>\s*<a href="#([^"]+)"', page[page.index("foutenlijst") :])
    assert len(targets) >= 3
    for target in targets:
        assert f'id="{target}"' in page, target


def test_an_unknown_use_gets_one_message_and_its_unit_none(client: Client, sofa: dict[str, str]) -> None:
    use = {"flow": "onzin", "quantity": "5", "basis": "item-year"}
    answer = client.post(PLACE, sofa | {f"lines.0.use.0.{name}": value for name, value in use.items()})
    page = answer.content.decode()
    assert "veld-lines-0-use-0-flow-fout" in page
    assert "veld-lines-0-use-0-unit" not in page


def test_a_flow_is_chosen_by_its_dutch_name_and_counts_in_its_own_unit(
    client: Client, sofa: dict[str, str]
) -> None:
    use = {"flow": "Elektriciteit", "quantity": "5", "basis": "item-year"}
    sent = sofa | {f"lines.0.use.0.{name}": value for name, value in use.items()} | {"factorSet": ""}
    answer = client.post(PLACE, sent)
    assert answer.status_code in (200, 400), answer.content
    assert inputs_of(answer)["lines.0.use.0.flow"].lower().startswith("elektriciteit")


def test_a_row_is_added_without_javascript(client: Client, sofa: dict[str, str]) -> None:
    answer = client.post(PLACE, sofa | {"add-row": "lines.0.billOfMaterials"})
    assert answer.status_code == 200
    again = inputs_of(answer)
    assert len(rows_of(again)) == len(rows_of(sofa)) + 1
    assert {name: again[name] for name in sofa} == sofa
    assert "Er is een regel bij." in text_of(answer)


def test_an_empty_form_grows_too(client: Client) -> None:
    empty = inputs_of(client.get(PLACE))
    for part in ("billOfMaterials", "use"):
        again = inputs_of(client.post(PLACE, empty | {"add-row": f"lines.0.{part}"}))
        assert len(rows_of(again, part)) == len(rows_of(empty, part)) + 1


def test_the_row_that_was_pressed_goes_away_also_below_a_blank_one(client: Client, sofa: dict[str, str]) -> None:
    blank = {f"lines.0.billOfMaterials.1.{name}": "" for name in ("material", "share", "recycled")}
    answer = client.post(PLACE, sofa | blank | {"remove-row": "lines.0.billOfMaterials.2"})
    again = inputs_of(answer)
    left = [again[f"lines.0.billOfMaterials.{n}.share"] for n in range(5)]
    assert left == ["18", "5", "55", "1", "2"]


def test_a_product_is_added_and_removed(client: Client, sofa: dict[str, str]) -> None:
    two = inputs_of(client.post(PLACE, sofa | {"add-line": "lines"}))
    assert "lines.1.massKg" in two
    one = inputs_of(client.post(PLACE, two | {"lines.1.reference": "twee", "remove-line": "lines.0"}))
    assert one["lines.0.reference"] == "twee"
    assert "lines.1.massKg" not in one


@pytest.mark.parametrize(
    "text",
    [
        "Materiaal;aandeel %;gerecycled %\nStaal; 62,5; 90\nHOUT; 37,5 %; 0",
        "staal\t62,5\t90\r\nwood\t37,5%\t0\r\n\r\n",
    ],
)
def test_rows_are_pasted_by_name_or_code(text: str, client: Client) -> None:
    empty = inputs_of(client.get(PLACE))
    answer = client.post(PLACE, empty | {"lines.0.pasted": text, "paste": "lines.0"})
    again = inputs_of(answer)
    names = ("material", "share", "recycled")
    rows = [[again[f"lines.0.billOfMaterials.{n}.{name}"] for name in names] for n in (0, 1)]
    assert rows == [["staal", "62,5", "90"], ["hout, gemiddeld", "37,5", "0"]]
    assert again["lines.0.pasted"] == ""
    assert re.search(r"<output[^>]*>\s*100\s*</output>", answer.content.decode())


def test_what_was_pasted_but_not_yet_read_is_never_lost(client: Client, sofa: dict[str, str]) -> None:
    answer = client.post(PLACE, sofa | {"lines.0.pasted": "glas; 1; 0"})
    assert answer.status_code == 200
    assert "glas" in inputs_of(answer)["lines.0.billOfMaterials.7.material"]
    assert "Controleer ze" in text_of(answer)


def test_an_implausible_mass_is_confirmed_on_the_page(client: Client, sofa: dict[str, str]) -> None:
    heavy = sofa | {"lines.0.massKg": "900"}
    asked = client.post(PLACE, heavy)
    assert asked.status_code == 409
    again = inputs_of(asked)
    assert again["confirmations.0.attr"] == "lines.0.massKg"
    answer = client.post(PLACE, again | {"confirmations.0.reason": "Een bank voor een hal."})
    assert answer.status_code == 200
    assert "Uitkomst" in text_of(answer)


def test_a_missing_factor_is_named_on_the_page(client: Client, sofa: dict[str, str]) -> None:
    answer = client.post(PLACE, sofa | {"lines.0.billOfMaterials.6.material": "katoen"})
    text = text_of(answer).replace("\u00a0", " ")
    assert answer.status_code == 200
    assert "niet volledig" in text
    assert "katoen" in text
    assert "(2 % van de massa)" in text


@pytest.mark.parametrize(
    "button",
    [
        {"add-row": "x"},
        {"add-row": "lines.0"},
        {"add-row": "lines.0.iets"},
        {"add-row": "lines.99999999999.use"},
        {"remove-row": "lines"},
        {"remove-line": "csrfmiddlewaretoken"},
        {"paste": "lines.7"},
        {"add-line": "lines"},
        {"add-row": "lines.3.use.1.2"},
    ],
)
def test_a_forged_button_breaks_nothing(button: dict[str, str], client: Client, sofa: dict[str, str]) -> None:
    answer = client.post(PLACE, sofa | button)
    assert answer.status_code == 200
    again = inputs_of(answer)
    assert "67" in (again.get("lines.0.massKg"), again.get("lines.1.massKg"))


def test_strange_names_in_the_form_break_nothing(client: Client) -> None:
    for sent in ({"lines": "x"}, {"lines.0": "x"}, {"lines.0.billOfMaterials": "x"}, {"lines.a.b": "x"},
                 {"lines.0.billOfMaterials.0": "x"}, {"productGroup.0": "x"}):  # fmt: skip
        assert client.post(PLACE, sent).status_code == 400
        assert client.post(PLACE, sent | {"add-row": "lines.0.use"}).status_code == 200


def test_the_steps_of_the_trace_multiply_for_every_kind_of_indicator(client: Client, sofa: dict[str, str]) -> None:
    changed = {f"lines.0.billOfMaterials.{n}.recycled": "0" for n in range(7)}
    changed |= {"lines.0.circularStrategy": "refurbish", "lines.0.endOfLifePlan": "take-back"}
    changed |= {"lines.0.billOfMaterials.0.added": "true"}
    text = text_of(client.post(PLACE, sofa | changed))
    steps = re.findall(r"Effect per kg ([\d,]+) kg.*?× 67 kg.*?circulaire strategie \(aanname\) × ([\d,]+) "
                       r"E, plan na gebruik \(aanname\) × ([\d,]+) Maken = ([\d,]+)", text)  # fmt: skip
    assert len(steps) == 4
    for step in steps:
        per_kg, strategy, plan, production = (float(part.replace(",", ".")) for part in step)
        assert production == pytest.approx(per_kg * 67 * strategy * plan, rel=1e-4)
    assert [step[2] for step in steps] == ["0,90", "0,90", "1,00", "1,00"]


def test_a_consumed_group_counts_per_year(client: Client, sofa: dict[str, str]) -> None:
    meal = {"productGroup": "catering", "factorSet": "", "lines.0.massKg": "0,5", "lines.0.count": "1000"}
    meal |= {"lines.0.lifetimeYears": "4", "lines.0.billOfMaterials.0.material": "aardbeien"}
    meal |= {"lines.0.billOfMaterials.0.share": "100", "lines.0.billOfMaterials.0.recycled": "0"}
    kept = {k: v for k, v in sofa.items() if not re.match(r"lines\.0\.billOfMaterials\.[1-9]", k)}
    answer = client.post(PLACE, kept | meal)
    assert answer.status_code == 200, text_of(answer)
    assert "× 1.000 per jaar × 4 jaar" in text_of(answer)
