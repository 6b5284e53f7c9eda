"""The years of a dashboard: a scale with gaps, what a year means, and a file that says what it is about."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from django.test import Client

from contracts.models import ContractEffect
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import Role
from tests import corpus
from tests.reporting.made import contract_in
from tests.shown import number
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(reference: None) -> Client:
    made = World(corpus.this_moment())
    made.build(["contract", "delivered"])
    browser = Client()
    browser.force_login(made.person(Role.POLICY_OFFICER, made.city, "beleid-1"))
    contract_in("papier", "klimaat", 2015, 7.0, {2015: 3.0, 2018: 4.0})
    return browser


def years_of(client: Client, query: str = "") -> Any:
    return client.get(f"/dashboard/?productgroep=papier{query}").context["years"]


def test_every_year_is_equally_wide_and_a_year_without_data_is_a_gap_and_none(client: Client) -> None:
    shown = years_of(client)
    assert shown.years == [2015, 2016, 2017, 2018]
    assert all(len(mark.values) == 4 for mark in shown.marks)
    assert shown.marks[0].values == [3.0, None, None, 4.0]
    rows = {row[0]: row[1:] for row in shown.table["rows"]}
    assert rows["2016"] == ["geen", "geen", "geen", "0"]


def test_what_happened_is_a_line_of_closed_years_and_the_forecast_is_dashed(client: Client) -> None:
    now = clock.today().year
    years = {now - 2: 1.0, now - 1: 2.0, now: 3.0, now + 1: 4.0}
    contract_in("ict-hardware", "klimaat", now - 2, 6.0, years, realised={now - 2: 0.5, now - 1: 0.0})
    ContractEffect.objects.update(as_of=clock.today())
    answer = client.get("/dashboard/?productgroep=ict-hardware")
    shown = answer.context["years"]
    _promised, forecast, happened = shown.marks
    assert (happened.kind, happened.values) == ("actual", [0.5, 0.0, None, None])
    assert (forecast.kind, forecast.values) == ("forecast", [1.0, 2.0, 3.0, 4.0])
    to_date = [row[3] for row in shown.table["rows"]]
    assert to_date[-1] == "n.v.t.", "no amount in a year that has not begun"
    assert "n.v.t." not in to_date[:-1]


def test_whole_lives_per_year_of_award_are_no_trend(client: Client) -> None:
    shown = years_of(client, "&jaren=purchase")
    assert not shown.lines


@pytest.mark.parametrize("query", ["", "&jaren=purchase"])
@pytest.mark.parametrize("code", ["jaren", "groepen"])
def test_a_figure_can_be_explored_with_the_same_numbers_and_only_there_plotly_is_loaded(
    client: Client, code: str, query: str
) -> None:
    page = client.get(f"/dashboard/?productgroep=papier{query}")
    chart = page.context["years" if code == "jaren" else "groups"]
    assert chart.explore_url in page.content.decode().replace("&amp;", "&")
    assert "plotly" not in page.content.decode()
    answer = client.get(chart.explore_url)
    text = answer.content.decode()
    assert "vendor/plotly/plotly.min" in text
    assert '<svg class="chart chart-wide"' in text, "without script the drawing is there"
    found = json.loads(re.findall(r'type="application/json">(.*?)</script>', text, re.DOTALL)[0])
    across = "y" if code == "jaren" else "x"
    assert [trace[across] for trace in found["data"]] == [list(mark.values) for mark in chart.marks]
    assert "template" not in found["layout"]
    assert [row[1:] for row in answer.context["chart"].table["rows"]] == [row[1:] for row in chart.table["rows"]]


def test_a_figure_that_a_page_does_not_have_is_not_there(client: Client) -> None:
    assert client.get("/dashboard/figuur/factorwijziging/").status_code == 404
    assert client.get("/dashboard/figuur/jaren/?productgroep=catering&jaar=2001").status_code == 404
    assert client.get("/dashboard/landelijk/figuur/jaren/").status_code == 404, "nobody shares anything"
    client.logout()
    assert client.get("/dashboard/figuur/jaren/").status_code in (302, 403)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Maken telt in het jaar van levering"),
        ("?jaren=purchase", "Een jaar is hier het jaar van gunning"),
        ("?jaren=spread", "gelijk verdeeld over de jaren"),
    ],
)
def test_the_page_says_what_a_year_is_and_that_factors_are_the_same(
    client: Client, query: str, words: str
) -> None:
    text = client.get(f"/dashboard/{query}").content.decode()
    assert words in text
    assert "Alle jaren zijn berekend met dezelfde factoren" in text


def test_without_a_year_the_page_is_about_the_last_year_that_is_not_to_come(client: Client) -> None:
    answer = client.get("/dashboard/?productgroep=papier")
    assert answer.context["title"].startswith("2018 kwam uit op")
    assert "Jaar: 2018" in [chip["label"] for chip in answer.context["chips"]]


@pytest.mark.parametrize("query", ["", "?jaar=", "?jaren=purchase", "?jaren=spread&jaar=2025"])
def test_the_file_names_what_it_is_about_in_each_row_and_adds_up_to_the_page(client: Client, query: str) -> None:
    page = client.get(f"/dashboard/{query}").context
    text = client.get(f"/dashboard/cijfers.csv{query}").getvalue().decode().removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert rows
    for row in rows:
        assert row["Van"] == "Gemeente Voorbeeldstad"
        assert row["Rekenbasis"] == page["report"].basis.name_nl
        assert row["Stand op"]
        assert row["Jaren tellen als"]
        assert row["Periode"] == str(page["asked"].year or "alle jaren")
        assert row["Eenheid"]
    shown = number(page["groups"].table["total"][1])
    divisor = 1000 if page["kpis"][0]["unit"].startswith("ton") else 1
    exact = sum(float(row["Beloofd"].replace(",", ".")) for row in rows if row["Beloofd"]) / divisor
    assert shown is not None
    assert float(shown) == pytest.approx(exact, abs=0.51 * 10 ** -len(page["kpis"][0]["value"].partition(",")[2]))


def test_years_that_add_up_have_one_footing_and_others_none(client: Client) -> None:
    contract_in("papier", "klimaat", 2016, 5.0, {2016: 5.0})
    table = years_of(client, "&jaren=purchase").table
    assert table["total"] is not None
    for place, column in enumerate(table["total"][1:4], start=1):
        assert number(column) == pytest.approx(
            sum(number(row[place]) for row in table["rows"] if row[0] != "Totaal")
        )
    assert table["total"][-1] == "2"
    one = years_of(client).table
    assert one["total"] is None or one["total"][-1] == "", "a contract counts in every year in which it runs"


def test_a_filter_that_nobody_knows_is_said(client: Client) -> None:
    page = client.get("/dashboard/?productgroep=bestaat-niet").content.decode()
    assert "kennen wij hier niet" in page
    assert "kennen wij hier niet" not in client.get("/dashboard/?productgroep=catering").content.decode()
