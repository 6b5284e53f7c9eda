"""The dashboards: the same numbers as the API, in the reach of who asks, at a fixed price in queries."""

from __future__ import annotations

import copy
import uuid
from typing import Any

import pytest
from django.test import Client

from contracts.models import Contract, ContractEffect, StaleScope
from mvi_dashboard.ground.models import Organisation, Role
from reporting import services
from reporting.models import Cell
from reporting.selectors import Question, national_scope, scope_of
from tenders.models import Award
from tests import standing
from tests.queries import queries_of
from tests.worlds import World

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


furnish = standing.states("contract", "delivered", "foreign-contract")


def page_of(world: World, role: str, username: str, path: str = "/dashboard/") -> Any:
    """The page as this person sees it."""
    client = Client()
    place = None if role == Role.NATIONAL_VIEWER else world.city
    client.force_login(world.person(role, place, username))
    return client.get(path)


def copies(number: int) -> None:
    """So many more contracts like the first one, as rows."""
    contract = Contract.objects.get(reference="C-2024-001")
    awards = Award.objects.bulk_create([_copy(contract.award) for _ in range(number)])
    made = []
    for award in awards:
        other = _copy(contract)
        other.award, other.reference, other.public_id = award, f"kopie {award.pk}", uuid.uuid4()
        made.append(other)
    Contract.objects.bulk_create(made)
    effects = list(ContractEffect.objects.filter(contract=contract))
    rows = []
    for other in made:
        for effect in effects:
            row = _copy(effect)
            row.contract = other
            rows.append(row)
    ContractEffect.objects.bulk_create(rows, batch_size=500)
    first = effects[0]
    StaleScope.objects.create(organisation_id=first.organisation_id, group_id=first.group_id, year=first.year)


def _copy(row: Any) -> Any:
    other = copy.copy(row)
    other.pk = None
    other._state = copy.copy(row._state)
    other._state.adding = True
    return other


@pytest.mark.parametrize("path", ["/dashboard/", "/dashboard/landelijk/"])
def test_a_dashboard_takes_as_many_queries_for_a_thousand_contracts_as_for_ten(world: World, path: str) -> None:
    counts = []
    for number in (9, 990):
        copies(number)
        services.put_right()
        client = Client()
        client.force_login(world.person(Role.POLICY_OFFICER, world.city, "beleid-1"))
        statements = queries_of(client, path)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[1] <= MOST_QUERIES, [sql[:80] for sql in statements]


def test_the_page_shows_the_number_that_the_effects_add_up_to(world: World) -> None:
    answer = page_of(world, Role.POLICY_OFFICER, "beleid-1", "/dashboard/?jaren=purchase")
    rows = ContractEffect.objects.filter(organisation=world.city, indicator__code="climate")
    whole = answer.context["whole"]
    assert whole.values["estimated"] == pytest.approx(sum(row.estimated or 0 for row in rows), abs=1e-9)
    assert "Waterschap" not in answer.content.decode()


def test_every_figure_leads_to_its_contracts(world: World) -> None:
    text = page_of(world, Role.POLICY_OFFICER, "beleid-1").content.decode()
    assert f"/contracten/{world.names['contract']}/?indicator=climate" in text
    assert "productgroep=kantoormeubilair" in text
    assert "Download deze cijfers (CSV)" in text


def test_filters_stand_in_the_address_and_can_be_taken_away(world: World) -> None:
    path = "/dashboard/?productgroep=kantoormeubilair&jaren=spread&jaar=2025"
    answer = page_of(world, Role.POLICY_OFFICER, "beleid-1", path)
    labels = [chip["label"] for chip in answer.context["chips"]]
    assert "Jaar: 2025" in labels
    assert "Productgroep: Kantoormeubilair" in labels
    without = next(chip["url"] for chip in answer.context["chips"] if chip["label"] == "Jaar: 2025")
    assert without.endswith("&jaar="), "all years, not the year of now again"


@pytest.mark.parametrize("query", ["jaar=20x6", "jaren=nooit", "jaar=%00", "organisatie=waterschap-voorbeeld"])
def test_a_wrong_filter_is_refused_politely(world: World, query: str) -> None:
    answer = page_of(world, Role.POLICY_OFFICER, "beleid-1", f"/dashboard/?{query}")
    assert answer.status_code == 400


def test_an_empty_dashboard_says_what_to_do(reference: None, world: World) -> None:
    answer = page_of(world, Role.POLICY_OFFICER, "beleid-1", "/dashboard/?productgroep=wegen")
    assert answer.status_code == 200
    assert answer.context["title"] == "Geen contracten bij deze filters"


def test_a_visitor_sees_only_what_is_public(world: World) -> None:
    empty = Client().get("/dashboard/landelijk/")
    assert empty.context.get("empty")
    Organisation.objects.filter(pk=world.city.pk).update(national_share="public")
    shown = Client().get("/dashboard/landelijk/")
    assert shown.context["whole"].values["contracts"] == 1
    assert "/contracten/" not in shown.content.decode()
    assert Client().get("/dashboard/").status_code == 302


def test_an_organisation_that_shares_totals_is_shown_per_group_from_five_contracts(world: World) -> None:
    viewer = world.actor(Role.NATIONAL_VIEWER, None, "landelijk-1")
    question = Question(indicator="climate", group_by=("productGroup",))
    before = services.read_effects(national_scope(viewer), question)
    assert (before.rows, before.left_out.contracts) == ([], 2)
    copies(4)
    after = services.read_effects(national_scope(viewer), question)
    assert [(row.keys["productGroup"][0], row.values["contracts"]) for row in after.rows] == [
        ("kantoormeubilair", 5)
    ]
    assert (after.left_out.contracts, after.left_out.organisations) == (1, 1)


def test_nobody_reads_a_stale_total(world: World) -> None:
    policy = world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")
    question = Question(indicator="climate")
    first = services.read_effects(scope_of(policy), question).rows[0]
    copies(1)
    assert StaleScope.objects.exists()
    second = services.read_effects(scope_of(policy), question).rows[0]
    assert second.values["estimated"] == pytest.approx(2 * (first.values["estimated"] or 0))
    assert services.put_right() > 0
    assert not StaleScope.objects.exists()
    whole = Cell.objects.filter(organisation__isnull=True, indicator__code="climate", year_view="purchase")
    own = Cell.objects.filter(organisation__isnull=False, indicator__code="climate", year_view="purchase")
    assert sum(cell.estimated or 0 for cell in whole) == pytest.approx(sum(cell.estimated or 0 for cell in own))


def test_unknown_is_never_zero(world: World) -> None:
    policy = world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")
    [found] = services.read_effects(scope_of(policy), Question(indicator="materials")).rows
    assert found.values["estimated"] is None
    assert found.values["incomplete_contracts"] == 1
