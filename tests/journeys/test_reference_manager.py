"""The reference manager in a real browser: a file with mistakes, one without, a concept, published, compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indicators.models import Basis, FactorSetVersion
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
    person.follow("Vaststellen")
    person.check()
    person.press("Stel vast")
    assert FactorSetVersion.objects.get(version="2").state == "published"
    assert jobs.run(Job.objects.get(kind="bases.build").pk)
    assert Basis.objects.get(state=Basis.State.CURRENT).layers.get().version.version == "2"
    person.go("/factorsets/nl-open-2026/1/naar/2/")
    person.reads("staal", "−13 %")
    person.check()
