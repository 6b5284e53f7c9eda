"""Volume and performance are told apart: more or fewer goods neither break nor keep a promise."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

import contracts.services
from contracts.kinds import kind_named
from contracts.models import ContractEffect
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.problems import Refused
from reporting.models.cells import COUNTED_IN_ROWS, SUMMED
from reporting.selectors import Row
from reporting.views.figures import Scale, scale_for
from reporting.views.filters import Asked, asked_in
from reporting.views.summaries import Headline, headline, key_figures
from tests import standing
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


furnish = standing.states("contract")


def deliver(world: World, count: int) -> None:
    """So many chairs; more than promised is confirmed."""
    document = {"line": world.names["line"], "date": "2024-02-01", "count": count}
    confirmed = {"attr": "count", "code": "above_contracted", "reason": "meer nodig"}
    try:
        kind_named("delivery").log(world.manager, contract_id=world.names["contract"], document=document)
    except Refused:
        document["confirmations"] = [confirmed]
        kind_named("delivery").log(world.manager, contract_id=world.names["contract"], document=document)


def page(world: World) -> dict[str, Any]:
    client = Client()
    client.force_login(world.person(Role.POLICY_OFFICER, world.city, "beleid-1"))
    return client.get("/dashboard/?jaren=purchase").context


def climate() -> ContractEffect:
    return ContractEffect.objects.get(indicator__code="climate")


def test_half_as_many_goods_again_is_volume_and_not_a_broken_promise(world: World) -> None:
    deliver(world, 150)
    effect = climate()
    assert effect.function_quantity == pytest.approx(effect.function_deviation["quantity"])
    assert effect.function_quantity == pytest.approx((effect.estimated or 0) / 2)
    shown = page(world)
    forecast = next(kpi for kpi in shown["kpis"] if kpi["label"] == "Prognose")
    assert shown["title"].startswith(f"De prognose komt uit op {forecast['value']} "), "one basis: the totals"
    assert shown["title"].endswith("50\xa0% meer dan beloofd")
    assert (
        "gaat zoals beloofd. Dat is over alle jaren samen, per gebruikt jaar, zonder volume"
        in shown["promise_kept"]
    )
    assert "Los daarvan is het volume anders dan beloofd: +" in shown["lead"]
    assert "(+50\xa0%)" in forecast["note"]
    assert "volume en duur van het gebruik tellen mee" in forecast["note"]


def test_fewer_goods_do_not_keep_a_promise(world: World) -> None:
    deliver(world, 50)
    line = ContractEffect.objects.get(indicator__code="climate").contract.lines.get()
    contracts.services.close_deliveries(
        world.manager,
        contract_id=world.names["contract"],
        document={"line": str(line.public_id), "date": "2024-03-01"},
    )
    document = {"line": world.names["line"], "date": "2025-06-01", "count": 50, "destination": "landfill"}
    kind_named("retirement").log(world.manager, contract_id=world.names["contract"], document=document)
    shown = page(world)
    assert "minder dan beloofd" in shown["title"], "half as many, so less in the totals"
    assert "gaat niet zoals beloofd" in shown["promise_kept"], "used much shorter than promised"
    assert "Los daarvan is het volume anders dan beloofd: \u2212" in shown["lead"]


def test_goods_as_promised_have_no_volume_to_tell(world: World) -> None:
    deliver(world, 100)
    assert "Het volume is samen zoals beloofd." in page(world)["lead"]


def total(**values: float | None) -> Row:
    """A total with these measures and nothing else."""
    known = dict.fromkeys((*SUMMED, *COUNTED_IN_ROWS, "estimated_of_forecast"))
    whole = {**known, "contracts": 3, "incomplete_contracts": 0, "contracts_with_reference": 3, **values}
    whole["estimated_of_forecast"] = whole["estimated"]
    return Row({}, "climate", "kg CO2-eq", "klimaat", whole)


def asked(year: str) -> Asked:
    return asked_in(RequestFactory().get("/dashboard/", {"jaar": year}), "reporting:organisation")


def said(here: Row, every: Row | None = None, year: str = "2026", now: int = 2026) -> Headline:
    return headline(here, every, scale_for(here, tons=False), "Provincie", asked(year), now, recorded=True)


LATE = {"estimated": 117.0, "forecast": 3778.0, "realised_to_date": 0.0}


def test_where_nothing_is_measured_promise_and_market_are_on_one_basis() -> None:
    found = said(total(**LATE, avoided_estimated=20.0, avoided_forecast=-3673.0))
    assert found.title == "In 2026 is nog niets gemeten"
    assert "Beloofd is 117 kg CO2-eq." in found.lead
    assert "het beloofde effect 20 kg CO2-eq minder dan wat de markt levert" in found.lead
    assert "3.673" not in found.lead, "that is of the forecast"


def test_a_difference_that_is_only_one_of_time_says_so() -> None:
    every = total(estimated=5000.0, forecast=5010.0)
    found = said(total(**LATE), every)
    assert "De prognose is 3.778 kg CO2-eq. Er schuift effect naar dit jaar" in found.lead
    assert "schuift" not in said(total(**LATE), total(estimated=5000.0, forecast=8661.0)).lead


def test_what_has_no_effect_was_measured_all_the_same() -> None:
    nothing = total(estimated=0.0, forecast=0.0, realised_to_date=0.0, avoided_forecast=2496.0)
    found = said(nothing)
    assert found.title == "2026 komt uit op 0 kg CO2-eq"
    assert "de prognose 2.496 kg CO2-eq minder" in found.lead


def test_a_closed_year_is_a_forecast_only_as_far_as_it_was_not_measured() -> None:
    whole = {"estimated": 50.0, "forecast": 60.0, "realised_to_date": 60.0}
    assert said(total(**whole), year="2025").title == "2025 kwam uit op 60 kg CO2-eq, 20\xa0% meer dan beloofd"
    told = said(total(**whole, avoided_forecast=9.0), year="2025").lead
    assert "is wat er gebeurde 9 kg CO2-eq minder dan wat de markt levert" in told
    labels = [each["label"] for each in figures_of(total(**whole), "2025")]
    assert labels == ["Beloofd voor 2025", "Gebeurd 2025", "Vermeden"]
    partly = total(**whole | {"realised_to_date": 40.0})
    assert said(partly, year="2025").title.startswith("2025 komt volgens de prognose uit op 60")
    assert "Prognose 2025" in [each["label"] for each in figures_of(partly, "2025")]


def figures_of(here: Row, year: str) -> list[dict[str, Any]]:
    return key_figures(here, scale_for(here, tons=False), asked(year), 2026)


def test_what_is_not_known_in_whole_is_as_far_as_is_known() -> None:
    water = total(estimated=807.0, forecast=753.0, realised_to_date=567.0, incomplete_contracts=2)
    assert said(water).title == "2026 komt voor zover bekend uit op 753 kg CO2-eq, 7\xa0% minder dan beloofd"


def test_a_year_to_come_has_no_amount_that_was_recorded() -> None:
    coming = total(estimated=807.0, forecast=753.0, realised_to_date=0.0)
    assert "dit jaar is nog niet begonnen" in [each["note"] for each in figures_of(coming, "2027")]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (37_400.0, 34_200.0, "\u22129\xa0%"),
        (60.0, 41.0, "te klein"),
        (40.0, 20.0, "te klein"),
        (3_000.0, 0.0, "\u2212100\xa0%"),
        (130.0, 3_778.0, "veel meer"),
        (1_300.0, 37_780.0, "29 keer zo veel"),
        (0.0, 3_000.0, "niets beloofd"),
        (0.0, 0.0, "geen"),
        (None, 1.0, "onbekend"),
    ],
)
def test_a_percentage_is_given_only_where_the_numbers_beside_it_show_it(
    before: float | None, after: float | None, shown: str
) -> None:
    scale = Scale("ton CO2-eq", 1000.0, 1)
    assert scale.difference(before, after) == shown


def test_no_percentage_stands_beside_a_number_that_is_shown_as_nothing() -> None:
    assert Scale("ton CO2-eq", 1.0, 1).difference(0.6, 0.048) == "te klein", "0,6 and 0,0"
    assert Scale("ton CO2-eq", 1.0, 1).difference(0.6, 0.0) == "\u2212100\xa0%"


def test_a_percentage_is_of_the_numbers_in_its_own_row() -> None:
    scale = Scale("ton CO2-eq", 1.0, 0)
    assert scale.difference(13.6, 13.5, beside=("13", "14")) == "te klein", "a rise beside a minus"
    assert scale.difference(1200.0, 1300.0, beside=("1.200", "1.300")) == "+8\xa0%"
