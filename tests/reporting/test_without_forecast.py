"""Of a part in which few contracts deviate only the promise is told; what is compared is of the same contracts."""

from __future__ import annotations

import csv
import importlib
import io
from typing import Any

import numpy as np
import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from contracts.models import ContractEffect
from indicators.models import CategoryScheme, ProductGroup
from mvi_dashboard.ground.models import Role
from reporting import services
from reporting.checks import shared_differences
from reporting.models import SharedCell
from reporting.selectors import Question, Row, by_own_category, national_scope, scope_of
from reporting.selectors.few import differ_in_few
from tests import standing
from tests.reporting.made import copies
from tests.worlds import World

pytestmark = pytest.mark.django_db
NATIONAL = "/dashboard/landelijk/?jaren=purchase&jaar="
MORE = 1.5
"""Of the contracts that deviate, the forecast beside the estimate"""


furnish = standing.states("contract")


def as_promised(number: int, group: str = "kantoormeubilair") -> float:
    """So many contracts of which nothing is recorded; gives the estimate of each."""
    copies(number, group_id=ProductGroup.objects.get(code=group).pk)
    return _first().estimated or 0.0


def _first() -> ContractEffect:
    return ContractEffect.objects.get(contract__reference="C-2024-001", indicator__code="climate")


def deviating(number: int, group: str = "kantoormeubilair") -> None:
    """So many more of which the forecast is higher."""
    estimated = _first().estimated or 0.0
    forecast = {"forecast": MORE * estimated, "function_forecast": MORE * estimated, "realised_to_date": estimated}
    copies(number, group_id=ProductGroup.objects.get(code=group).pk, **forecast)


def country(world: World, *keys: str, **asked: Any) -> list[Row]:
    """The rows on climate of the national viewer."""
    scope = national_scope(world.actor(Role.NATIONAL_VIEWER, None, "landelijk-1"))
    return services.read_effects(scope, Question(indicator="climate", group_by=keys, **asked)).rows


@pytest.mark.parametrize("number", [1, 4, 5])
def test_the_forecast_of_a_part_in_which_few_deviate_is_in_no_answer(world: World, number: int) -> None:
    each = as_promised(5)
    deviating(number)
    few = number < 5
    for view in ("purchase", "spread", "realised"):
        for keys in ((), ("productGroup",), ("organisation", "theme")):
            values = country(world, *keys, year_view=view)[0].values
            assert values["estimated"] == pytest.approx((6 + number) * each), "the estimate stays"
            assert (values["forecast"] is None) == few, (view, keys)
            assert values["contracts_without_forecast"] == (6 + number if few else 0)
            assert (values["estimated_of_forecast"] is None) == few
    values = country(world)[0].values
    assert (values["function_forecast"] is None) == few, "it would tell the same"


def test_a_forecast_is_compared_with_the_promise_of_the_same_contracts(world: World) -> None:
    each = as_promised(5)
    deviating(2)
    as_promised(1, "papier")
    deviating(6, "papier")
    row = country(world)[0]
    assert row.values["estimated"] == pytest.approx(15 * each)
    assert row.deviation == (pytest.approx(7 * each), pytest.approx((1 + 6 * MORE) * each))
    assert row.values["contracts_without_forecast"] == 8
    groups = {row.keys["productGroup"][0]: row for row in country(world, "productGroup")}
    assert groups["kantoormeubilair"].deviation == (None, None)
    assert groups["papier"].deviation == row.deviation
    for name in ("estimated", "forecast", "estimated_of_forecast", "contracts_without_forecast"):
        assert sum(found.values[name] or 0 for found in groups.values()) == pytest.approx(row.values[name]), name


def test_the_api_and_its_file_say_of_which_contracts_a_forecast_is(world: World) -> None:
    as_promised(5)
    deviating(2)
    as_promised(1, "papier")
    deviating(6, "papier")
    headers = {"Authorization": f"Bearer {world.token('national-viewer')}"}
    path = "/api/v1/reports/effects?indicator=climate&groupBy=productGroup"
    rows = Client().get(path, headers=headers).json()["results"]
    said = {row["productGroup"]: row for row in rows}
    chairs, paper = said["kantoormeubilair"], said["papier"]
    assert (chairs["forecast"], chairs["estimatedOfForecast"]) == (None, None)
    assert chairs["contractsWithoutForecast"] == 8
    assert paper["estimatedOfForecast"] == paper["estimated"] != paper["forecast"]
    assert paper["contractsWithoutForecast"] == 0
    text = Client().get(path, headers=headers | {"Accept": "text/csv"}).content.decode()
    lines = {line["productGroup"]: line for line in csv.DictReader(io.StringIO(text))}
    assert (lines["kantoormeubilair"]["forecast"], lines["kantoormeubilair"]["estimatedOfForecast"]) == ("", "")
    assert float(lines["papier"]["forecast"]) == paper["forecast"]


def test_the_page_says_it_and_compares_the_same_contracts(world: World) -> None:
    as_promised(5)
    deviating(2)
    as_promised(1, "papier")
    deviating(6, "papier")
    client = Client()
    client.force_login(world.person(Role.NATIONAL_VIEWER, None, "landelijk-1"))
    shown = client.get(NATIONAL)
    text = shown.content.decode()
    assert "De prognose van 8 contracten telt niet mee, wat is beloofd wel." in text
    more = f"{round(100 * 6 * (MORE - 1) / 7)}\xa0% meer dan beloofd"
    assert shown.context["title"].endswith(more)
    forecast = next(kpi for kpi in shown.context["kpis"] if kpi["label"] == "Prognose")
    assert "voor dezelfde contracten" in forecast["note"]
    assert shown.context["groups"].source.endswith("over minder contracten dan wat is beloofd.")
    assert shown.context["years"].source.endswith("over minder contracten dan wat is beloofd.")
    (indicator,) = [row for row in shown.context["indicators"]["rows"] if row[0].startswith("klimaat")]
    assert indicator[4] == f"+{round(100 * 6 * (MORE - 1) / 7)}\xa0%"
    table = client.get("/dashboard/landelijk/?jaren=purchase&jaar=&cluster=kantoorfaciliteiten").context["groups"]
    chairs = next(row for row in table.table["rows"] if "Kantoormeubilair" in row[0])
    assert chairs[2:4] == ["onbekend", "onbekend"]
    file = client.get("/dashboard/landelijk/cijfers.csv?jaren=purchase&jaar=").getvalue().decode("utf-8-sig")
    lines = csv.DictReader(io.StringIO(file), delimiter=";")
    (line,) = [row for row in lines if row["Productgroep"] == "Kantoormeubilair"]
    assert (line["Prognose"], line["Beloofd bij prognose"], line["Contracten zonder prognose"]) == ("", "", "8")
    assert line["Beloofd"]


def test_an_own_dashboard_tells_every_forecast(world: World) -> None:
    as_promised(5)
    deviating(2)
    client = Client()
    client.force_login(world.person(Role.POLICY_OFFICER, world.city, "beleid-1"))
    shown = client.get("/dashboard/?jaren=purchase&jaar=")
    whole = shown.context["whole"].values
    assert whole["forecast"] is not None
    assert (whole["contracts_without_forecast"], whole["estimated_of_forecast"]) == (0, whole["estimated"])
    assert "telt niet mee, wat is beloofd wel" not in shown.content.decode()
    scope = scope_of(world.actor(Role.POLICY_OFFICER, world.city, "beleid-1"))
    contracts = services.read_effects(scope, Question(indicator="climate", group_by=("contract",))).rows
    assert all(row.deviation == (row.values["estimated"], row.values["forecast"]) for row in contracts)


def test_own_categories_of_what_is_shared_add_up_to_what_may_be_named(world: World) -> None:
    as_promised(5)
    deviating(2)
    as_promised(4, "papier")
    scope = national_scope(world.actor(Role.NATIONAL_VIEWER, None, "landelijk-1"))
    frame = services.read_effects(scope, Question(indicator="climate", group_by=("productGroup", "year"))).frame
    shown = by_own_category(frame, CategoryScheme(pk=0))
    whole = frame.told(["productGroup"]).total()
    assert whole is not None
    assert sum(row.values["estimated"] or 0 for row in shown) == pytest.approx(whole.values["estimated"])
    assert whole.values["forecast"] is None


@pytest.mark.parametrize("number", [1, 4, 5])
@pytest.mark.parametrize(
    ("differing", "hidden", "stays"),
    [
        ({"realised_to_date": 2.0}, {"realised_to_date", "estimated_to_date"}, "forecast"),
        ({"not_measured_to_date": 9.0}, {"not_measured_to_date"}, "realised_to_date"),
        ({"reference_forecast": 9.0, "avoided_forecast": 8.0}, {"avoided_forecast"}, "forecast"),
        ({"function_forecast": 9.0}, {"function_forecast"}, "forecast"),
    ],
)  # fmt: skip
def test_of_two_amounts_that_differ_in_few_contracts_one_is_told(
    world: World, number: int, differing: dict[str, float], hidden: set[str], stays: str
) -> None:
    same = {"estimated": 1.0, "forecast": 1.0, "function_forecast": 1.0, "realised_to_date": 1.0}
    same |= {"estimated_to_date": 1.0, "measured": 1.0, "not_measured_to_date": 1.0, "avoided_estimated": 2.0}
    same |= {"avoided_forecast": 2.0, "reference_estimated": 3.0, "reference_forecast": 3.0}
    ContractEffect.objects.update(**same)
    copies(6)
    copies(number, **differing)
    values = country(world)[0].values
    assert values[stays] is not None
    assert {name for name in hidden if values[name] is None} == (hidden if number < 5 else set())


def test_rounding_is_no_difference() -> None:
    one = np.array([1e6, 2.0, 3.0, 4.0, 5.0, 6.0])
    assert not differ_in_few(one, one * (1 + 1e-13))
    other = one.copy()
    other[1] += 1e-3
    assert differ_in_few(one, other)
    assert not differ_in_few(one, one + np.arange(1, 7))
    assert not differ_in_few(one, one.copy())


def test_what_was_shared_by_the_rules_of_before_is_thrown_away(world: World) -> None:
    as_promised(5)
    deviating(2)
    services.put_right()
    SharedCell.objects.filter(indicator__code="climate", year_view="purchase").update(forecast=1.0)
    assert list(shared_differences())
    migration = importlib.import_module("reporting.migrations.0004_shared_parts_are_derived_anew")
    migration.throw_away(apps, connection.schema_editor())
    assert list(shared_differences()) == []
    assert country(world)[0].values["forecast"] is None
