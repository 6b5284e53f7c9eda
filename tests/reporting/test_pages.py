"""What the dashboards say: which part of the country, as of when, why a number is absent, and where it leads."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from contracts.models import ContractEffect
from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import Organisation, Role
from reporting import services
from tests import standing
from tests.queries import queries_of
from tests.reporting.made import contract_in, copies
from tests.worlds import World

pytestmark = pytest.mark.django_db
NATIONAL = "/dashboard/landelijk/"
MOST_QUERIES = 12
See = Callable[..., Any]


furnish = standing.states("contract", "delivered")


@pytest.fixture
def see(world: World) -> See:
    """The page for the policy officer, the national viewer or (`None`) for a visitor."""
    people = {
        "beleid-1": world.person(Role.POLICY_OFFICER, world.city, "beleid-1"),
        "landelijk-1": world.person(Role.NATIONAL_VIEWER, None, "landelijk-1"),
    }

    def get(path: str = "/dashboard/", who: str | None = "beleid-1") -> Any:
        client = Client()
        if who:
            client.force_login(people[who])
        return client.get(path)

    return get


def award_year() -> int:
    return ContractEffect.objects.values_list("year", flat=True).distinct().get()


def test_a_year_that_is_not_shared_apart_is_not_called_empty(see: See) -> None:
    for year in (award_year(), 2019):
        answer = see(f"{NATIONAL}?jaren=purchase&jaar={year}", "landelijk-1")
        assert answer.context["title"] == "Dit wordt niet apart gedeeld", "nor does it tell in which year they are"
        assert "1 contract van 1 organisatie telt hier niet mee" in answer.content.decode()
        assert "nog geen contracten" not in answer.content.decode()


def test_the_national_page_says_which_part_of_the_country_it_is(world: World, see: See) -> None:
    assert "die hun totalen delen. Dat is 1 organisatie" in see(NATIONAL, "landelijk-1").content.decode()
    Organisation.objects.filter(pk=world.city.pk).update(national_share="public")
    text = see(NATIONAL, None).content.decode()
    assert "alleen organisaties die hun cijfers openbaar delen. Dat is 1 organisatie" in text


def test_a_cluster_opens_to_its_product_groups(world: World, see: See) -> None:
    Organisation.objects.filter(pk=world.city.pk).update(national_share="public")
    assert "cluster=kantoorfaciliteiten" in see(NATIONAL).content.decode()
    opened = see(f"{NATIONAL}?cluster=kantoorfaciliteiten")
    assert "productgroep=kantoormeubilair" in opened.content.decode()
    assert opened.context["whole"].values["contracts"] == 1
    assert "Cluster: Kantoorfaciliteiten en diensten" in [chip["label"] for chip in opened.context["chips"]]


@pytest.mark.parametrize(
    "query",
    ["?jaren=purchase", "?jaren=spread", "?jaar=", "?jaar=&productgroep=kantoormeubilair", "?jaar=&thema=klimaat"],
)
def test_the_rows_of_the_country_are_its_total_and_its_file(see: See, query: str) -> None:
    contract_in("papier", "klimaat", 2024, 8.0, {2024: 8.0})
    copies(8)
    answer = see(f"{NATIONAL}{query}", "landelijk-1")
    table = answer.context["groups"].table
    assert len(table["rows"]) == 1, "no row for what is left out"
    assert table["rows"][0][1:] == table["total"][1:]
    whole = answer.context["whole"].values
    text = see(f"{NATIONAL}cijfers.csv{query}", "landelijk-1").getvalue().decode().removeprefix("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert sum(float(line["Beloofd"].replace(",", ".")) for line in lines) == pytest.approx(whole["estimated"])
    assert sum(int(line["Contracten"]) for line in lines) == whole["contracts"]
    assert table["total"][1] in [row[2] for row in answer.context["indicators"]["rows"]], "one unit on the page"
    shown = answer.content.decode()
    assert "Niet apart gedeeld" not in shown
    assert "1 contract van 1 organisatie telt hier niet" in shown, "whatever is asked: it tells not where it is"


def test_a_table_that_leaves_more_out_says_so_and_has_its_own_total(see: See) -> None:
    contract_in("kantoormeubilair", "circulair", 2024, 8.0, {2024: 8.0})
    contract_in("ict-hardware", "klimaat", 2024, 8.0, {2024: 8.0})
    copies(3)
    copies(4)
    answer = see(f"{NATIONAL}?jaren=purchase", "landelijk-1")
    assert answer.context["whole"].values["contracts"] == 9
    assert answer.context["themes"]["rows"] == []
    assert answer.context["themes"]["total"] is None
    assert answer.context["themes_note"].startswith("10 contracten van 1 organisatie tellen hier niet mee")


def test_the_country_of_an_officer_is_not_the_own_organisation(world: World, see: See) -> None:
    answer = see(NATIONAL)
    assert answer.context["title"] == "Er is niets landelijks te tonen"
    assert "De cijfers van uw eigen organisatie staan op het eigen dashboard" in answer.content.decode()
    lines = see(f"{NATIONAL}cijfers.csv").getvalue().decode().splitlines()
    assert len(lines) == 1, "and the file holds no own figures either"
    assert see().context["whole"].values["contracts"] == 1


@pytest.mark.parametrize("view", ["spread", "realised"])
def test_the_contracts_behind_a_year_add_up_to_that_year(see: See, view: str) -> None:
    contract_in("kantoormeubilair", "klimaat", 2023, 6.0, {2024: 2.0, 2025: 4.0})
    contract_in("papier", "klimaat", 2023, 5.0, {2026: 5.0})
    answer = see(f"/dashboard/?jaren={view}&jaar=2025")
    shown = answer.context["contracts"]
    assert "alleen wat in 2025 valt" in shown["caption"]
    names = [row["name"].split(" 20")[0] for row in shown["rows"]]
    assert len(names) == answer.context["whole"].values["contracts"]
    assert {"4"} in [{amount.rstrip("0").rstrip(",") for amount in row["amounts"]} for row in shown["rows"]]
    assert shown["total"][0] == next(kpi for kpi in answer.context["kpis"] if "Beloofd" in kpi["label"])["value"]
    assert shown["rest"] is None


def test_contracts_that_are_not_listed_make_a_row_of_their_own(see: See) -> None:
    copies(51)
    shown = see().context["contracts"]
    assert (len(shown["rows"]), shown["others"]) == (50, 2)
    assert shown["rest"] is not None


def test_an_indicator_without_factors_gets_a_sentence_and_no_chart(see: See) -> None:
    answer = see("/dashboard/?indicator=materials")
    text = answer.content.decode()
    assert "Voor deze indicator ontbreken factoren. Daarom is er geen getal." in text
    assert "chart-host" not in text
    assert "onbekend kg" not in text


def test_a_filter_without_result_keeps_the_names_of_its_chips(see: See) -> None:
    answer = see("/dashboard/?indicator=climate&productgroep=wegen&thema=circulair")
    assert answer.context["title"] == "Geen contracten bij deze filters"
    labels = {chip["label"].split(": ")[0]: chip["label"].split(": ")[1] for chip in answer.context["chips"]}
    assert labels["Indicator"] != "climate"
    assert labels["Productgroep"] == "Wegen"


@pytest.mark.parametrize(
    ("path", "name"),
    [("/dashboard/cijfers.csv", "organisatie"), ("/dashboard/landelijk/cijfers.csv", "landelijk")],
)
def test_the_file_of_a_page_opens_in_a_dutch_spreadsheet(world: World, see: See, path: str, name: str) -> None:
    Organisation.objects.filter(pk=world.city.pk).update(national_share="public")
    with clock.set_to(datetime(2026, 11, 21, 12, tzinfo=UTC)):
        answer = see(f"{path}?jaren=purchase")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="effecten-{name}-2026-11-21.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    text = answer.getvalue().decode()
    assert text.startswith(
        "\ufeffVan;Rekenbasis;Stand op;Jaren tellen als;Periode;Cluster;Productgroep;Hoofdthema;"
    )
    row = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    effect = ContractEffect.objects.get(indicator__code="climate")
    assert float(row["Beloofd"].replace(",", ".")) == pytest.approx(effect.estimated)
    assert "," in row["Beloofd"]


def test_the_file_of_the_api_stays_for_machines(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.token('policy-officer')}", "Accept": "text/csv"}
    answer = Client().get("/api/v1/reports/effects?indicator=climate", headers=headers)
    assert answer.content.decode().startswith("indicator,unit,estimated")
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_next_page_of_a_report_begins_where_the_first_ended_and_its_cursor_tells_nothing(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.token('policy-officer')}"}
    whole = Client().get("/api/v1/reports/effects", headers=headers).json()["results"]
    first = Client().get("/api/v1/reports/effects?limit=2", headers=headers).json()
    second = Client().get(first["next"], headers=headers)
    assert first["results"] + second.json()["results"] == whole[:4]
    cursor = first["next"].rpartition("cursor=")[2]
    assert len(cursor) > 100
    changed = ("B" if cursor[0] != "B" else "C") + cursor[1:]
    wrong = Client().get(f"/api/v1/reports/effects?cursor={changed}", headers=headers)
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (400, "invalid_cursor")


def test_the_as_of_date_says_that_it_is_the_end_of_the_month(world: World, see: See) -> None:
    moment = datetime(2026, 11, 21, 12, tzinfo=UTC)
    ContractEffect.objects.update(as_of="2026-11-30")
    with clock.set_to(moment):
        assert "Stand op het einde van deze maand (30 november 2026)" in see().content.decode()
    ContractEffect.objects.update(as_of="2026-10-31")
    with clock.set_to(moment):
        assert "Stand op 31 oktober 2026" in see().content.decode()


def test_one_contract_that_makes_most_of_what_is_avoided_is_named(see: See) -> None:
    ContractEffect.objects.filter(indicator__code="climate").update(avoided_forecast=10.0, reference_estimated=1.0)
    copies(1, avoided_forecast=90.0)
    copies(1, avoided_forecast=-20.0)
    notes = see("/dashboard/?jaren=purchase").context["notes"]
    assert any("komt van één contract, in de groep Kantoormeubilair" in note for note in notes)
    copies(3, avoided_forecast=90.0)
    assert not any("één contract" in note for note in see("/dashboard/?jaren=purchase").context["notes"])


@pytest.mark.parametrize(
    ("path", "who"),
    [
        (NATIONAL, "landelijk-1"),
        (f"{NATIONAL}?jaren=spread&jaar=2025", "landelijk-1"),
        (f"{NATIONAL}?productgroep=kantoormeubilair", "beleid-1"),
        ("/dashboard/?jaren=realised&jaar=2025", "beleid-1"),
        ("/dashboard/?indicator=climate&productgroep=wegen", "beleid-1"),
    ],
)
def test_every_page_takes_few_queries(world: World, see: See, path: str, who: str) -> None:
    copies(6)
    world.build(["foreign-contract"])
    Organisation.objects.filter(pk=world.water.pk).update(national_share="public")
    see(path, who)
    client = Client()
    role, place = (Role.NATIONAL_VIEWER, None) if who == "landelijk-1" else (Role.POLICY_OFFICER, world.city)
    client.force_login(world.person(role, place, who))
    services.put_right()
    statements = queries_of(client, path)
    # Who has no organisation is asked after apart, for the number of unread messages.
    most = MOST_QUERIES + (who == "landelijk-1")
    assert len(statements) <= most, [sql[:100] for sql in statements]
