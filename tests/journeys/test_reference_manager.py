"""The reference manager in a real browser: a file with mistakes, one without, a concept, published, compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indicators.models import Basis, FactorSetVersion, MethodVersion, ProductGroup, ProductType
from mvi_dashboard.ground import jobs
from mvi_dashboard.ground.models import Job, Role
from tests.worlds import World

from .person import Person

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
HEAD = "materiaal;indicator;waarde;gerecycled;eenheid;bron;jaar\n"
STEEL = "steel;climate;2,50;0,40;kg CO2-eq/kg;Testbron;2025\n"


def _read(person: Person, file: Path, content: str) -> None:
    file.write_text(content)
    person.fill(factorSet="nl-open-2026", version="2")
    person.page.set_input_files('[name="file"]', str(file))
    for name in ("decimal", "mode"):
        person.page.locator(f'[name="{name}"]').first.check()
    person.press("Toon het voorbeeld")


def test_a_new_version_from_a_file(chromium: Any, live_server: Any, world: World, tmp_path: Path) -> None:
    person = Person(chromium, live_server.url, world.person(Role.REFERENCE_MANAGER, None, "referentie-1"))
    person.go("/factorsets/")
    person.check()
    person.follow("Factoren inlezen")
    _read(person, tmp_path / "fout.csv", HEAD + STEEL + "wood;climate;abc;;kg CO2-eq/kg;Testbron;2025\n")
    person.reads("Rij 3, kolom Waarde")
    person.check()
    _read(person, tmp_path / "goed.csv", HEAD + STEEL)
    person.reads("staal", "2,89", "2,5", "−13 %")
    person.check()
    person.press("Maak het concept")
    person.follow("Wacht op een tweede persoon")
    person.reads("Een tweede persoon stelt deze versie vast")
    person.check()
    person = Person(chromium, live_server.url, world.person(Role.REFERENCE_MANAGER, None, "referentie-2"))
    person.go("/factorsets/")
    person.follow("Vaststellen")
    person.reads("Wat verandert er in de totalen?")
    person.check()
    person.press("Stel vast")
    assert FactorSetVersion.objects.get(version="2").state == "published"
    assert jobs.run(Job.objects.get(kind="bases.build").pk)
    assert Basis.objects.get(state=Basis.State.CURRENT).layers.get().version.version == "2"
    person.go("/factorsets/nl-open-2026/1/naar/2/")
    person.reads("staal", "−13 %")
    person.check()


def test_a_method_that_counts_a_discount_twice_is_stopped(chromium: Any, live_server: Any, world: World) -> None:
    person = Person(chromium, live_server.url, world.person(Role.REFERENCE_MANAGER, None, "referentie-1"))
    person.go("/methodes/")
    person.check()
    person.follow("Nieuwe versie van metabolic-2019")
    person.check()
    rethink = person.page.get_by_label("Slimmer gebruiken")
    person.fill(version="2", reason="Onderzoek")
    rethink.fill("nul komma negen")
    person.press("Maak het concept")
    person.reads("Fout:")
    person.check()
    rethink.fill("0,9")
    person.press("Maak het concept")
    person.reads("Wat staat het vaststellen in de weg?", "anders telt het dubbel")
    person.check()
    person = Person(chromium, live_server.url, world.person(Role.REFERENCE_MANAGER, None, "referentie-2"))
    person.go("/methodes/metabolic-2019/2/vaststellen/")
    person.press("Stel vast")
    person.reads("anders telt het dubbel")
    assert MethodVersion.objects.get(version="2").state == "draft"
    person.go("/methodes/pef-cff/1/")
    person.check()
    person.go("/aannames/")
    person.check()


def test_the_plausible_mass_of_a_type_is_repaired(
    chromium: Any, live_server: Any, world: World, both_releases: None
) -> None:
    group = ProductGroup.objects.get(code="kantoormeubilair")
    ProductType.objects.create(
        code="proef-stoel", name_nl="Proefstoel", group=group, mass_min_kg=5, mass_max_kg=400
    )
    person = Person(chromium, live_server.url, world.person(Role.REFERENCE_MANAGER, None, "referentie-1"))
    person.go("/voorstellen/")
    person.reads("Er zijn nog geen voorstellen")
    person.check()
    person.follow("Soorten product")
    person.check()
    person.follow("proef-stoel")
    person.check()
    highest = person.page.get_by_label("Gewone massa tot en met")
    highest.fill("4")
    person.press("Zet in het voorstel")
    person.reads("Fout:", "lager dan de laagste")
    person.check()
    highest.fill("45")
    person.press("Zet in het voorstel")
    person.reads("400 kg", "45 kg", "Vraag iemand anders om het vast te stellen")
    person.check()
    person.go("/referentie/producten/bureaustoel-referentie-2/")
    person.check()
    person = Person(chromium, live_server.url, world.person(Role.REFERENCE_MANAGER, None, "referentie-2"))
    person.go("/voorstellen/")
    person.reads("wacht op u")
    person.check()
    person.page.locator("main table tbody a").first.click()
    person.follow("Vaststellen")
    person.reads("0 lopende aanbestedingen houden wat is gepubliceerd")
    person.check()
    person.fill(reason="De grens was die van een bankstel.")
    person.press("Stel vast")
    person.reads("Het voorstel is vastgesteld")
    person.check()
    assert ProductType.objects.get(code="proef-stoel").mass_max_kg == 45
