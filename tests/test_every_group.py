"""Every product group ends in a tender of which the bids can be ranked."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from indicators import releases
from indicators.models import Basis
from mvi_dashboard.ground import triggers
from tests import corpus
from tests.every_group import Ranked, indicators_table, rank_every_group, table
from tests.pages import Page
from tests.worlds import World

GROUPS = settings.BASE_DIR / "docs" / "groups.md"
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def ranked(reference: None) -> list[Ranked]:
    """The tenders, on the basis of the last release."""
    releases.load(settings.BASE_DIR / "fixtures" / "reference-2026.2")
    world = World(corpus.this_moment())
    world.build(["reference"])
    _count_with_the_last_release()
    return list(rank_every_group(world))


def _count_with_the_last_release() -> None:
    with triggers.suspended():
        Basis.objects.filter(state=Basis.State.CURRENT).update(state=Basis.State.SUPERSEDED)
        Basis.objects.filter(code="nl-open-2026-2").update(state=Basis.State.CURRENT)


def test_the_other_indicators_that_a_group_can_be_ranked_on_are_those_of_its_products(
    both_releases: None, client: Client
) -> None:
    _count_with_the_last_release()
    found = indicators_table()
    assert found.count("\n") == 48
    assert found in GROUPS.read_text(encoding="utf-8"), found
    page = Page(client.get("/productgroepen/ict-hardware/"))
    assert "Waarop u hier nog meer kunt vergelijken" in page.text


def test_every_group_can_be_ranked_and_says_how_sure_that_is(ranked: list[Ranked]) -> None:
    assert len(ranked) == 46
    assert {each.group for each in ranked if each.state == "incomplete"} == set()
    assert {each.order for each in ranked} <= {"certain", "depends", "tie"}
    assert table(ranked) in GROUPS.read_text(encoding="utf-8"), table(ranked)
