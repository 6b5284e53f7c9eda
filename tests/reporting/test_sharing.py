"""What an organisation that shares totals only gives away: never fewer than five contracts, however one asks."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from django.test import Client

from contracts.models import ContractEffect, StaleScope
from mvi_dashboard.ground import access, accounts, audit
from mvi_dashboard.ground.models import Organisation, Role, Supplier
from reporting import services
from reporting.checks import cell_differences, shared_differences
from reporting.models import SharedCell
from reporting.models.cells import COUNTED
from reporting.selectors import Question, Scope, national_scope, parts_of, scope_of
from tests import standing
from tests.reporting import attack
from tests.reporting.made import contract_in, copies
from tests.worlds import World

pytestmark = pytest.mark.django_db
WORLDS = int(os.environ.get("MVI_ATTACK_WORLDS", "6"))
"""How many made worlds are attacked; above six every question is asked, and not only a sample"""
SAMPLE = 60
CHAIRS, ICT, PAPER, FOOD = "kantoormeubilair", "ict-hardware", "papier", "catering"
LAYOUTS: tuple[tuple[tuple[int, str, str, int, int], ...], ...] = (
    # (which organisation, group, theme, year of award, how many): one hidden beside enough
    ((0, CHAIRS, "klimaat", 2023, 6), (0, PAPER, "klimaat", 2023, 1), (1, ICT, "klimaat", 2024, 5)),
    # a group of 4 and 1, one of 5 and 1
    ((0, CHAIRS, "klimaat", 2023, 4), (0, CHAIRS, "circulair", 2023, 1), (0, ICT, "klimaat", 2023, 5),
     (0, ICT, "circulair", 2024, 1), (1, CHAIRS, "klimaat", 2023, 5), (1, PAPER, "klimaat", 2023, 4)),
    # many small groups that are enough together, themes and years across
    ((0, CHAIRS, "klimaat", 2023, 3), (0, ICT, "klimaat", 2024, 2), (0, PAPER, "circulair", 2023, 4),
     (0, FOOD, "circulair", 2024, 5), (1, CHAIRS, "klimaat", 2024, 4), (1, ICT, "circulair", 2024, 4)),
    # one group in two themes and two years, each enough apart or not
    ((0, CHAIRS, "klimaat", 2023, 5), (0, CHAIRS, "klimaat", 2024, 6), (0, CHAIRS, "circulair", 2023, 2),
     (0, CHAIRS, "circulair", 2024, 3), (1, FOOD, "klimaat", 2023, 7)),
    # too few everywhere, and a parent with a child that has enough
    ((0, CHAIRS, "klimaat", 2023, 4), (2, CHAIRS, "klimaat", 2023, 6), (2, PAPER, "circulair", 2024, 5),
     (1, ICT, "klimaat", 2023, 5)),
    # five of everything
    tuple((number, group, "klimaat", 2023, 6) for number, group in ((0, CHAIRS), (0, ICT), (1, CHAIRS), (1, ICT))),
)  # fmt: skip


furnish = standing.states("contract")


@pytest.fixture
def child(world: World, new_organisation: Any) -> Organisation:
    """An organisation below the city."""
    made: Organisation = new_organisation(parent=world.city, code="dienst-voorbeeld")
    return made


def country(world: World) -> Scope:
    """The scope of the national viewer."""
    return national_scope(world.actor(Role.NATIONAL_VIEWER, None, "landelijk-1"))


def made_world(
    seed: int, world: World, child: Organisation, *, known: bool = False, alike: bool = False
) -> list[attack.Secret]:
    """The contracts of a layout, with amounts and what is known of them by chance; or everything as promised and
    known of all, or of all in one place."""
    owners = (world.city.pk, world.water.pk, child.pk)
    places = [(owners[number], *place) for number, *place in LAYOUTS[seed % len(LAYOUTS)]]
    having = ("known", "T", "R", "Q", "measured") if known or alike else None
    secrets = attack.secrets_of(seed, places, having)  # type: ignore[arg-type]
    for secret in secrets if alike else ():
        secret.group, secret.theme, secret.year = CHAIRS, "klimaat", 2023
    attack.store(secrets)
    return secrets


def asked(seed: int) -> list[Question]:
    """All groupings without filters, and of the rest a sample unless many worlds are asked for."""
    found = list(attack.questions())
    if len(LAYOUTS) < WORLDS:
        return found
    bare = [question for question in found if not question.must_tell - {*question.group_by, "productGroup"}]
    return random.Random(seed).sample(found, SAMPLE) + random.Random(seed).sample(bare, SAMPLE)


@pytest.mark.parametrize("seed", range(WORLDS))
def test_no_answers_together_tell_of_fewer_than_five_contracts(
    world: World, child: Organisation, seed: int
) -> None:
    secrets = made_world(seed, world, child)
    scope = country(world)
    found = []
    for question in asked(seed):
        rows = services.read_effects(scope, question).rows
        found += attack.equations(rows, question.year_view, secrets)
    assert found, "something is shared"
    assert attack.isolated(found) == []
    for own in {secret.organisation for secret in secrets}:
        known = [number for number, secret in enumerate(secrets) if secret.organisation == own]
        assert attack.isolated(found, known) == [], "nor for who knows the contracts of the own organisation"


def test_the_attack_finds_a_contract_in_a_total_beside_rows_that_leave_it_out(
    world: World, child: Organisation
) -> None:
    secrets = made_world(0, world, child, known=True)
    question = Question(indicator="climate", group_by=("productGroup",))
    found = [*attack.equations(services.read_effects(country(world), question).rows, "purchase", secrets)]
    assert attack.isolated(found) == []
    everything = {(number, "E", name): 1.0 for number, one in enumerate(secrets) for name in _amounts_of(one)}
    hidden = next(number for number, secret in enumerate(secrets) if secret.group == PAPER)
    assert (hidden,) in attack.isolated([*found, everything]), "a total of all gives the hidden one to the kg"


def _amounts_of(secret: attack.Secret) -> tuple[str, ...]:
    return ("s1",) if len(secret.spread) == 1 else ("s1", "s2")


def test_the_attack_finds_who_has_no_reference_in_what_is_avoided(world: World, child: Organisation) -> None:
    secrets = made_world(5, world, child)[:6]
    every = range(6)
    estimate = {(number, "E", "s1"): 1.0 for number in every}
    reference = {(number, block, "s1"): 1.0 for number in every[:5] for block in "EA"}
    avoided = {(number, "A", "s1"): 1.0 for number in every[:5]}
    assert len(secrets) == len(every)
    assert attack.isolated([estimate, avoided]) == []
    found = attack.isolated([estimate, avoided, reference])
    assert min(found, key=len) == (5,)
    assert all(5 in some for some in found)


@pytest.mark.parametrize("view", ["purchase", "spread", "realised"])
@pytest.mark.parametrize("keys", ["productGroup", "cluster,productGroup", "theme", "organisation", "year", ""])
def test_rows_are_the_same_in_the_api_and_its_file_and_no_row_is_a_remainder(
    world: World, child: Organisation, view: str, keys: str
) -> None:
    made_world(2, world, child, known=True)
    headers = {"Authorization": f"Bearer {world.token('national-viewer')}"}
    path = f"/api/v1/reports/effects?indicator=climate&yearBasis={view}&groupBy={keys}".removesuffix("&groupBy=")
    answer = Client().get(path, headers=headers).json()
    text = Client().get(path, headers=headers | {"Accept": "text/csv"}).content.decode()
    head, *lines = (line.split(",") for line in text.splitlines())
    at = head.index("estimated")
    said = [float(line[at]) if line[at] else None for line in lines]
    assert said == [row["estimated"] for row in answer["results"]] != []
    named = [key for key in keys.split(",") if key]
    assert all(row[key] is not None for row in answer["results"] for key in named)
    assert all("withheld" not in row for row in answer["results"])
    assert set(answer["leftOut"]) == {"contracts", "organisations"}


def test_what_is_left_out_is_counted_and_counts_nowhere(world: World, child: Organisation) -> None:
    made_world(0, world, child)
    for keys, rows in (((), 1), (("productGroup",), 2), (("organisation",), 2)):
        report = services.read_effects(country(world), Question(indicator="climate", group_by=keys))
        assert len(report.rows) == rows
        assert sum(row.values["contracts"] or 0 for row in report.rows) == 11, "12 less the one of its group"
        assert (report.left_out.contracts, report.left_out.organisations) == (1, 1)


def test_small_groups_that_are_enough_together_count_only_where_no_group_is_named(
    world: World, child: Organisation
) -> None:
    made_world(2, world, child)
    whole = services.read_effects(country(world), Question(indicator="climate"))
    assert whole.rows[0].values["contracts"] == 22
    assert whole.left_out.contracts == 0
    groups = services.read_effects(country(world), Question(indicator="climate", group_by=("productGroup",)))
    assert [(row.keys["productGroup"][0], row.values["contracts"]) for row in groups.rows] == [(FOOD, 5)]
    assert (groups.left_out.contracts, groups.left_out.organisations) == (17, 2)


def test_an_organisation_with_fewer_than_five_contracts_is_left_out(world: World) -> None:
    copies(3)
    found = services.read_effects(country(world), Question(indicator="climate"))
    assert found.rows == []
    assert (found.left_out.contracts, found.left_out.organisations) == (4, 1)
    copies(1)
    found = services.read_effects(country(world), Question(indicator="climate"))
    assert [row.values["contracts"] for row in found.rows] == [5]
    assert found.left_out.contracts == 0


@pytest.mark.parametrize("view", ["purchase", "spread", "realised"])
@pytest.mark.parametrize(
    "filters",
    [
        {"group": "papier"},
        {"theme": "circulair"},
        {"year": 2022},
        {"group": "papier", "theme": "circulair"},
        {"cluster": "kantoorfaciliteiten", "theme": "circulair"},
    ],
)
def test_a_filter_for_few_contracts_answers_like_one_for_none(
    world: World, view: str, filters: dict[str, Any]
) -> None:
    copies(6)
    question = Question(year_view=view, indicator="climate", **filters)
    none = services.read_effects(country(world), question)
    hidden = contract_in("papier", "circulair", 2022, 8.0, {2022: 8.0})
    few = services.read_effects(country(world), question)
    assert [row.values["estimated"] for row in few.rows] == [row.values["estimated"] for row in none.rows] == []
    assert few.left_out.contracts == none.left_out.contracts + 1
    whole = services.read_effects(country(world), Question(year_view=view, indicator="climate", group="catering"))
    assert whole.left_out == few.left_out, "the number that is left out tells not where they are"
    assert ContractEffect.objects.filter(contract=hidden).exists()


@pytest.mark.parametrize(
    ("few", "unknown"),
    [
        ({"realised_to_date": 3.0}, {"realised_to_date", "estimated_to_date", "measured"}),
        ({"avoided_forecast": 3.0, "avoided_estimated": 3.0, "reference_estimated": 9.0,
          "reference_forecast": 9.0}, {"avoided_forecast", "reference_estimated"}),
        ({"elimination": 3.0}, {"elimination"}),
        ({"incomplete_mass_kg": 3.0}, {"incomplete_mass_kg"}),
    ],
)  # fmt: skip
def test_a_measure_that_few_contracts_have_is_unknown(
    world: World, few: dict[str, float], unknown: set[str]
) -> None:
    ContractEffect.objects.update(realised_to_date=0.0, estimated_to_date=0.0, measured=0.0, elimination=None)
    copies(6)
    for number, known in ((4, False), (1, True)):
        copies(number, **few)
        row = services.read_effects(country(world), Question(indicator="climate")).rows[0]
        assert row.values["estimated"] is not None
        assert {name for name in unknown if row.values[name] is None} == (set() if known else unknown) | (
            {"reference_estimated"} & unknown
        ), "a reference of a part of the contracts is never told beside what is avoided"
    assert (row.values["contracts_with_reference"] == 5) == ("avoided_forecast" in few)


def test_an_estimate_that_few_contracts_have_hides_them_all(world: World) -> None:
    copies(4)
    copies(6, estimated=None, forecast=None, complete=False)
    ContractEffect.objects.filter(contract__reference="C-2024-001").update(estimated=None, forecast=None)
    values = services.read_effects(country(world), Question(indicator="climate")).rows[0].values
    assert (values["estimated"], values["forecast"], values["mass_kg"]) == (None, None, None)
    assert values["contracts"] == values["incomplete_contracts"] == 11


def test_who_shares_contracts_or_asks_about_the_own_organisation_gets_every_row(world: World) -> None:
    question = Question(indicator="climate", group="kantoormeubilair", group_by=("theme", "year"))
    policy = world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")
    assert len(services.read_effects(scope_of(policy), question).rows) == 1
    assert services.read_effects(country(world), question).rows == []
    Organisation.objects.filter(pk=world.city.pk).update(national_share="contracts")
    assert len(services.read_effects(country(world), question).rows) == 1


def test_the_country_of_somebody_is_not_the_own_organisation(world: World) -> None:
    policy = world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")
    assert national_scope(policy).everybody == frozenset()
    Organisation.objects.filter(pk=world.water.pk).update(national_share="public")
    assert national_scope(policy).everybody == {world.water.pk}


def test_who_acts_for_a_supplier_too_sees_only_what_is_public(world: World) -> None:
    person = world.person(Role.NATIONAL_VIEWER, None, "landelijk-2")
    assert national_scope(access.actor_of_user(person)).totals
    supplier = Supplier.objects.get(code="leverancier-a")
    accounts.add_membership(audit.SYSTEM, user=person, role=Role.SUPPLIER, supplier=supplier)
    assert not national_scope(access.actor_of_user(person)).totals


def test_many_contracts_are_told_apart_by_group_theme_and_year(world: World) -> None:
    copies(9)
    assert StaleScope.objects.exists()
    keys = ("productGroup", "theme", "year")
    found = services.read_effects(country(world), Question(indicator="climate", group_by=keys)).rows
    assert [row.values["contracts"] for row in found] == [10]


def test_a_change_is_in_the_next_national_answer(world: World) -> None:
    copies(5)
    question = Question(indicator="climate")
    before = services.read_effects(country(world), question).rows[0].values
    services.put_right()
    assert SharedCell.objects.exists()
    copies(1, estimated=7.0)
    after = services.read_effects(country(world), question).rows[0].values
    assert after["contracts"] == 7
    assert after["estimated"] == pytest.approx((before["estimated"] or 0) + 7)


@pytest.mark.parametrize("seed", range(len(LAYOUTS)))
def test_a_country_of_large_parts_is_the_sum_of_its_organisations(
    world: World, child: Organisation, seed: int
) -> None:
    secrets = made_world(seed, world, child, alike=True)
    shared = country(world)
    enough = {pk for pk in shared.totals if sum(one.organisation == pk for one in secrets) >= 5}
    own = Scope(frozenset(enough))
    for view in ("purchase", "spread", "realised"):
        for keys in ((), ("productGroup", "theme")):
            question = Question(year_view=view, indicator="climate", group_by=keys)
            one, other = services.read_effects(shared, question).rows, services.read_effects(own, question).rows
            for name in ("estimated", "forecast", "realised_to_date", "avoided_forecast", *COUNTED):
                assert [row.values[name] for row in one] == [row.values[name] for row in other], (view, name)


def test_what_is_stored_as_shared_is_checked(world: World) -> None:
    copies(5)
    services.put_right()
    assert [*shared_differences(), *cell_differences()] == []
    SharedCell.objects.filter(indicator__code="climate", year_view="purchase").update(estimated=1.0)
    assert len(list(shared_differences())) == 1
    SharedCell.objects.filter(indicator__code="climate").delete()
    assert any("parts" in line for line in shared_differences())


def test_parts_are_never_fewer_than_five() -> None:
    for seed in range(300):
        chance = random.Random(seed)
        places = {
            number: (chance.randrange(5), chance.randrange(3), chance.randrange(2020, 2024))
            for number in range(chance.randrange(1, 60))
        }
        parts = parts_of(places)
        assert sorted(pk for part in parts for pk in part.contracts) == sorted(places)
        for part in parts:
            assert len(part.contracts) >= 5 if part.shared else len(part.contracts) < 5
            for at, label in enumerate((part.group, part.theme, part.year)):
                assert label is None or {places[pk][at] for pk in part.contracts} == {label}
