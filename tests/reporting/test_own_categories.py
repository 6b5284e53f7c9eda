"""The totals of an organisation by its own categories: the same total, divided as far as is known."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from indicators.groups import category_schemes
from mvi_dashboard.ground import access
from mvi_dashboard.ground.models import Role
from reporting import services
from reporting.selectors import Question, by_own_category, scope_of
from tests import standing
from tests.indicators.test_pages import text_of
from tests.queries import queries_of
from tests.reporting.made import contract_in
from tests.worlds import World

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/eigen-categorieen/"
MOST_QUERIES = 12


@standing.furnished
def furnish(made: World) -> None:
    made.build(["contract", "delivered"])
    contract_in("catering", "klimaat", 2025, 500.0, {2025: 500.0})
    contract_in("papier", "klimaat", 2025, 300.0, {2025: 300.0})


def scheme_of(world: World, *categories: tuple[str, str, str]) -> Any:
    """A scheme of the city: code, name and product group of each category."""
    rows = [{"code": code, "name": name, "productGroup": group or None} for code, name, group in categories]
    officer = world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")
    document = {"code": "eigen", "name": "Onze indeling", "categories": rows}
    return category_schemes.create_scheme(officer, document=document)


def page(world: World, who: str = "beleid-1") -> Client:
    """Signed in as a policy officer of the city."""
    client = Client()
    client.force_login(world.person(Role.POLICY_OFFICER, world.city, who))
    return client


def test_categories_add_up_to_the_total_and_those_of_one_group_stand_together(world: World) -> None:
    found = scheme_of(
        world, ("10", "Meubels", "kantoormeubilair"), ("20", "Lunch", "catering"), ("21", "Banket", "catering")
    )
    actor = world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")
    question = Question(indicator="climate", group_by=("productGroup",))
    report = services.read_effects(scope_of(actor), question)
    rows = {row.keys["ownCategory"][1]: row.values for row in by_own_category(report.frame, found)}
    assert set(rows) == {"10 Meubels", "20 Lunch of 21 Banket", "Niet ingedeeld"}
    groups = {row.keys["productGroup"][0]: row.values for row in report.frame.by(["productGroup"])}
    assert rows["20 Lunch of 21 Banket"] == groups["catering"]
    assert rows["Niet ingedeeld"] == groups["papier"]
    whole = report.frame.total()
    assert whole is not None
    assert sum(values["estimated"] or 0 for values in rows.values()) == pytest.approx(whole.values["estimated"])


def test_the_page_shows_the_scheme_and_what_is_not_mapped(world: World) -> None:
    client = page(world)
    assert "Er is nog geen eigen indeling" in text_of(client.get(PAGE + "?jaar="))
    scheme_of(world, ("10", "Meubels", "kantoormeubilair"), ("30", "Iets anders", ""))
    text = text_of(client.get(PAGE + "?jaar="))
    for words in ("Onze indeling", "10 Meubels", "Niet ingedeeld", "Totaal"):
        assert words in text
    assert "Eigen categorieën" in text_of(client.get("/dashboard/"))
    assert client.get(PAGE + "?jaar=2025").status_code == 200
    assert client.get(PAGE + "?indeling=bestaat-niet").status_code == 404


def test_a_scheme_of_somebody_else_is_absent(world: World, new_organisation: Any, new_person: Any) -> None:
    found = scheme_of(world, ("10", "Meubels", "kantoormeubilair"))
    other = Client()
    other.force_login(new_person(Role.POLICY_OFFICER, new_organisation()))
    assert other.get(f"{PAGE}?indeling={found.public_id}").status_code == 404
    assert "Onze indeling" not in text_of(other.get(PAGE))


def test_it_costs_as_many_queries_for_few_as_for_many_categories(world: World) -> None:
    scheme_of(world, ("10", "Meubels", "kantoormeubilair"))
    client = page(world)
    services.put_right()
    few = len(queries_of(client, PAGE))
    contract_in("wegen", "klimaat", 2024, 100.0, {2024: 100.0})
    actor = world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")
    access.require(actor, access.CATEGORY_EDIT, world.city.pk)
    rows = [{"code": str(n), "name": f"Categorie {n}", "productGroup": "wegen"} for n in range(40)]
    category_schemes.create_scheme(actor, document={"code": "groot", "name": "Groot", "categories": rows})
    services.put_right()
    assert len(queries_of(client, PAGE)) == few <= MOST_QUERIES
