"""The reference manager in a real browser: from what is not sure to a changed row, its effect, and thrown away."""

from __future__ import annotations

from typing import Any

import pytest

from indicators.models import FactorSetVersion
from mvi_dashboard.ground.models import Role
from tests.worlds import World

from .person import Person

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SET = "nl-open-2026"


def test_from_the_board_to_a_row_its_effect_and_away_with_it(
    chromium: Any, live_server: Any, world: World, both_releases: None
) -> None:
    world.build(["opened-tender"])
    person = Person(chromium, live_server.url, world.person(Role.REFERENCE_MANAGER, None, "referentie-1"))
    person.go("/gegevenskwaliteit/")
    person.reads("Welke gegevens zijn nog niet zeker?", "Effect")
    person.check()
    held = FactorSetVersion.objects.filter(factor_set__code=SET, state="published").latest("pk")
    person.go(f"/factorsets/{SET}/{held.version}/maken/?productgroep=kantoormeubilair")
    person.check()
    person.go(f"/factorsets/{SET}/maken/kantoormeubilair/climate/")
    person.check()
    person.page.locator('[name="state"][value="range"]').check()
    person.fill(low="5", value="0,7", high="6", derivation="Nagezocht.")
    person.press("Zet in het concept")
    person.reads("De waarde ligt niet tussen de grenzen")
    person.check()
    person.fill(low="0,5")
    person.press("Zet in het concept")
    person.reads("De wijziging staat in concept")
    person.check()
    concept = FactorSetVersion.objects.get(factor_set__code=SET, state="draft")
    person.go(f"/factorsets/{SET}/factor/steel/climate/production/")
    person.reads(f"In concept {concept.version}, dat al open staat.")
    person.fill(low="2,1", high="3,5")
    person.check()
    person.press("Zet in het concept")
    person.reads("2,1 tot 3,5")
    person.go(f"/factorsets/{SET}/{held.version}/naar/{concept.version}/")
    person.reads("0,7 (0,5 tot 6)", "2,1 tot 3,5")
    person.check()
    person.go("/factorsets/maken-inlezen/")
    person.check()
    person = Person(chromium, live_server.url, world.person(Role.REFERENCE_MANAGER, None, "referentie-2"))
    person.go(f"/factorsets/{SET}/{concept.version}/vaststellen/")
    person.reads("Wat gebeurt er met lopende aanbestedingen?", "anders zijn bij 1 lopende aanbesteding")
    person.check()
    person.go("/factorsets/")
    person.check()
    person.follow("Weggooien")
    person.check()
    person.fill(reason="Het was een proef.")
    person.press("Gooi het concept weg")
    person.reads("Het concept is weggegooid.")
    assert not FactorSetVersion.objects.filter(pk=concept.pk).exists()
    person.go("/materialen/steel/")
    person.check()
