"""All purchasing: an amount, an entry of spend and an average product each replace what was less well known."""

from __future__ import annotations

import pytest
from django.test import Client

from contracts import services
from contracts.models import Contract
from contracts.selectors.stated_money import stated_in
from indicators import releases
from indicators.models import BaselineProduct, SpendFactor
from indicators.selectors.per_euro import spend_version
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.problems import Refused
from reporting.selectors import scope_of
from reporting.services import put_right
from reporting.spend import covering
from reporting.spend.footprint import Purchasing, all_purchasing, years_of
from tests import standing
from tests.contracts.test_register import GROUP, document, state
from tests.reporting.spend import HEAD, taken_over
from tests.reporting.test_spend import RELEASE, say
from tests.worlds import World

pytestmark = pytest.mark.django_db


@standing.furnished
def furnish(made: World) -> None:
    """One running contract of 20,000 euros a year of which nothing else is known, and the factors per euro."""
    if spend_version() is None:
        releases.load(RELEASE)
    made.build(["reference"])
    services.register_contract(made.manager, document=document(made))


@pytest.fixture
def contract(world: World) -> Contract:
    return Contract.objects.get(reference="C-2023-014")


def footprint(world: World, year: int = 2026) -> Purchasing:
    put_right()
    return all_purchasing(scope_of(world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")), year)


def per_euro() -> SpendFactor:
    return SpendFactor.objects.get(group__code=GROUP)


def test_a_contract_of_which_only_the_money_is_known_counts_with_the_range_of_its_group(world: World) -> None:
    found, factor = footprint(world), per_euro()
    assert (found.euros["spend"], found.paid) == (20_000.0, 20_000.0)
    assert (found.low, found.high) == (pytest.approx(20_000 * factor.low), pytest.approx(20_000 * factor.high))
    assert found.contracts is None or found.known == (0.0, 0.0, 0.0)
    assert years_of([world.city.pk]) == [2026, 2025, 2024, 2023]
    half = footprint(world, 2023)
    assert half.paid == pytest.approx(20_000 * 184 / 365, abs=0.01), "from 1 July"


def test_entries_that_name_the_contract_stand_in_the_place_of_its_amount(world: World, contract: Contract) -> None:
    officer = world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")
    taken_over(officer, HEAD + "Leverancier-a;12000,00;17-03-2026;440000 Kantoor;C-2023-014\n")
    say(officer, ("440000 Kantoor", GROUP))
    found = footprint(world)
    assert found.paid == 12_000.0, "what was paid, not what was thought of a year, and not both"
    assert footprint(world, 2025).paid == 20_000.0, "no entry of that year names it"


def test_a_better_line_takes_its_own_estimate_away_and_nothing_else(world: World, contract: Contract) -> None:
    officer = world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")
    taken_over(
        officer,
        HEAD + "Leverancier-a;12000,00;17-03-2026;440000 Kantoor;C-2023-014\n"
        "Ander;1000,00;18-03-2026;440000 Kantoor;\n",
    )
    say(officer, ("440000 Kantoor", GROUP))
    before, factor = footprint(world), per_euro()
    assert before.high == pytest.approx(13_000 * factor.high)
    product = BaselineProduct.objects.filter(group__code=GROUP, kind="baseline", successor=None).order_by("pk")[0]
    line = contract.lines.get()
    state(
        world, contract, "average", product=product.code, count="3", replaces=str(line.public_id), reason="Geteld."
    )
    after = footprint(world)
    assert stated_in([world.city.pk], 2026) == []
    assert after.paid == before.paid
    assert after.euros["spend"] == 1_000.0
    # What others were paid stays; of the contract its own effect of this year stands instead.
    assert after.low - after.known[0] == pytest.approx(1_000 * factor.low)
    assert after.high - after.known[2] == pytest.approx(1_000 * factor.high)
    assert after.covered_rows == 1


def test_spend_of_a_supplier_is_not_laid_under_a_contract_without_a_group(world: World) -> None:
    changes = {"reference": "C-9", "productGroup": None}
    outside = services.register_contract(world.manager, document=document(world, **changes))
    officer = world.actor(Role.POLICY_OFFICER, world.city, "beleid-1")
    with pytest.raises(Refused) as refused:
        covering.cover(officer, document={"contract": str(outside.public_id)})
    assert {problem.code for problem in refused.value.problems} == {"no_group"}


def test_a_total_says_of_how_many_contracts_nothing_was_promised(world: World, contract: Contract) -> None:
    product = BaselineProduct.objects.filter(group__code=GROUP, kind="baseline", successor=None).order_by("pk")[0]
    state(world, contract, "average", product=product.code, count="3")
    put_right()
    client = Client()
    client.force_login(world.person(Role.POLICY_OFFICER, world.city, "beleid-1"))
    page = client.get("/dashboard/").content.decode()
    assert "Van 1 contract zonder aanbesteding hier is niets beloofd." in page
