"""The explanation in a real browser: a definition in place by keyboard, a link without script, own numbers."""

from __future__ import annotations

from typing import Any

import pytest

from indicators import glossary
from mvi_dashboard.ground.models import Role
from tests.worlds import World

from .person import NARROW, Person

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
GROUP = "/productgroepen/kantoormeubilair/"
OPEN = "#begrip:popover-open"


def test_a_definition_opens_in_place_and_gives_the_focus_back(
    chromium: Any, live_server: Any, world: World
) -> None:
    person = Person(chromium, live_server.url, world.person(Role.REFERENCE_MANAGER, None, "referentie-1"))
    page = person.page
    person.go(GROUP)
    for size in (NARROW, {"width": 1280, "height": 900}):
        page.set_viewport_size(size)
        word = page.locator("table a.term").first
        word.focus()
        page.keyboard.press("Enter")
        assert page.locator(OPEN).get_by_text(glossary.terms()["massa"].definition).is_visible()
        box = page.locator(OPEN).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Naar alle begrippen"
        page.keyboard.press("Escape")
        assert page.locator(OPEN).count() == 0
        assert page.evaluate("document.activeElement.className") == "term"
    page.locator("table a.term").first.click()
    person.check()
    person.press("Sluit")
    assert page.locator(OPEN).count() == 0
    page.locator("table a.term").first.click()
    page.locator(OPEN).get_by_role("link", name="Naar alle begrippen").click()
    page.wait_for_url("**/uitleg/begrippen/#massa")
    person.check()


def test_without_script_the_word_leads_to_its_definition(chromium: Any, live_server: Any, world: World) -> None:
    page = chromium.new_context(locale="nl-NL", java_script_enabled=False).new_page()
    page.goto(live_server.url + GROUP)
    page.locator("table a.term").first.click()
    page.wait_for_url("**/uitleg/begrippen/#massa")
    assert glossary.terms()["massa"].definition in page.locator("dl").inner_text()


def test_a_reader_works_the_sofa_out_with_own_numbers(chromium: Any, live_server: Any, world: World) -> None:
    person = Person(chromium, live_server.url, world.person(Role.REFERENCE_MANAGER, None, "referentie-1"))
    person.go("/uitleg/rekenvoorbeeld/")
    person.reads("1,894506667 × 67 × 1 × 1", "12,7 kg CO2-eq per jaar")
    person.check()
    person.fill(massa="50", strategie="refurbish")
    person.press("Reken uit")
    person.reads("× 50 × 1 × 0,8", "krijgt niet twee keer korting", "Uw getallen staan in het adres")
    person.check()
    person.fill(massa="zwaar")
    person.press("Reken uit")
    person.reads("Met deze getallen kunnen wij niet rekenen", "alleen cijfers")
    assert person.page.locator('[name="massa"]').input_value() == "zwaar"
    person.check()
