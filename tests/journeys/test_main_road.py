"""The main road in a real browser: from a demand to the dashboards, each page checked with axe and at 320 px."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mvi_dashboard.ground.models import Role
from tenders.models import Lot
from tests.worlds import World

from .person import Person
from .road import day, decide_award, finalise_award, open_bids, publish_tender, submit_bid

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sign_in(chromium: Any, live_server: Any, world: World) -> Callable[..., Person]:
    """Signs somebody in: `sign_in(Role.AUDITOR, "auditor-1")`, of the city unless another place is given."""

    def make(role: str, username: str, place: Any = "") -> Person:
        return Person(chromium, live_server.url, world.person(role, place or world.city, username))

    return make


def _deliver(manager: Person) -> None:
    manager.follow("Leg de levering vast van C-REIS-1")
    manager.reads("Beloofd")
    manager.check()
    manager.page.locator('main a[href*="/levering/"]').first.click()
    manager.fill(date=day(0), count="60")
    manager.check()
    manager.press("Opslaan")
    manager.reads("60", "Prognose")
    manager.check()


def test_from_a_demand_to_the_dashboards(
    sign_in: Callable[..., Person], world: World, later: Callable[[timedelta], None]
) -> None:
    officer = sign_in(Role.PROCUREMENT_OFFICER, "inkoper-1")
    officer.check()
    tender = publish_tender(officer)
    submit_bid(sign_in(Role.SUPPLIER, "leverancier-a-1", world.suppliers["leverancier-a"]), tender)
    later(timedelta(days=33))
    open_bids(officer, sign_in(Role.PROCUREMENT_OFFICER, "inkoper-2"), tender)
    decide_award(officer, tender, "Leverancier-a")
    later(timedelta(days=31))
    finalise_award(officer, tender)
    assert Lot.objects.get().state == Lot.State.FINAL
    _deliver(sign_in(Role.CONTRACT_MANAGER, "contractmanager-1"))

    policy = sign_in(Role.POLICY_OFFICER, "beleid-1")
    policy.follow("Bekijk het dashboard")
    policy.reads("Kantoormeubilair", "Prognose", "1 contract")
    policy.check()
    policy.follow("Bekijk deze figuur van dichtbij")
    policy.reads("Kantoormeubilair", "Dezelfde cijfers als tabel")
    policy.page.locator(".js-plotly-plot").wait_for()
    policy.check()
    policy.follow("Terug naar het dashboard")
    policy.page.locator('main a[href*="/contracten/"][href*="indicator=climate"]').first.click()
    policy.reads("C-REIS-1", "Bureaustoel Merel", "60")
    policy.check()
    policy.go("/dashboard/landelijk/")
    policy.check()
