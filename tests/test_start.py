"""The start page: what it says to each role, and that its steps can be taken."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from mvi_dashboard.ground.models import Role
from mvi_dashboard.welcome import welcome_for
from tests import corpus
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
_NOWHERE = {Role.NATIONAL_VIEWER, Role.REFERENCE_MANAGER}


@pytest.mark.parametrize("role", Role.values)
def test_every_step_of_the_start_page_can_be_taken(reference: None, role: str) -> None:
    world = World(corpus.this_moment())
    place = world.suppliers["leverancier-a"] if role == Role.SUPPLIER else world.city
    where = None if role in _NOWHERE else place
    client = Client()
    client.force_login(world.person(role, where, f"iemand-{role.replace('_', '-')}"))
    text = client.get("/").content.decode()
    steps = welcome_for(world.actor(role, where, f"iemand-{role.replace('_', '-')}")).steps
    assert steps
    for step in steps:
        assert step.title in text
        assert client.get(reverse(step.view)).status_code == 200, step.view


def test_what_waits_stands_first_with_its_moment(reference: None) -> None:
    world = World(corpus.this_moment())
    world.build(["open-tender"])
    client = Client()
    client.force_login(world.person(Role.SUPPLIER, world.suppliers["leverancier-b"], "leverancier-b-1"))
    text = client.get("/").content.decode()
    assert text.index("Te doen") < text.index("Schrijf in op") < text.index("Verder")


def test_an_empty_start_page_says_that_nothing_waits(reference: None) -> None:
    world = World(corpus.this_moment())
    client = Client()
    client.force_login(world.person(Role.PROCUREMENT_OFFICER, world.city, "inkoper-1"))
    assert "Er wacht nu niets op u." in client.get("/").content.decode()


def test_the_public_page_explains_itself_with_one_example_that_is_calculated(reference: None) -> None:
    text = Client().get("/").content.decode()
    shown = re.search(r"Een opgeknapte bank geeft (\d+).% minder uitstoot", text)
    assert shown
    new, used = (int(value) for value in re.findall(r'rank-value">(\d+)<', text))
    # Method, section 10: 354 kg CO2-eq for the new sofa of the source, 1.8945 per kg for the refurbished one.
    assert (new, used) == (354, round(1.8945066667 * 67))
    assert int(shown[1]) == round(100 * (1 - 1.8945066667 * 67 / 354))
    assert "next-steps" not in text
