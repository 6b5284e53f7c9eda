"""The reference manager in a real browser: the worst row of the board, repaired by a file."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from indicators.factors import bases
from indicators.factors.doubts import doubts_on
from indicators.models import BaselineProduct, Indicator, Proposal
from mvi_dashboard.ground.models import Role
from tests.worlds import World

from .person import Person

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
BOARD = "/gegevenskwaliteit/?soort=lifetime&waarom=verify"
VERIFY, LIFETIME = "Nog te verifiëren", "Levensduur"


def _repaired(person: Person, base: str, code: str) -> str:
    """The rows of this product in the file that is offered, verified, and with another life."""
    text = person.page.request.get(f"{base}/referentie/producten/rijen.csv").body().decode("utf-8-sig")
    header, *lines = csv.reader(io.StringIO(text), delimiter=";")
    own = [line for line in lines if line[0] == code]
    own[0][header.index(VERIFY)] = ""
    own[0][header.index(LIFETIME)] = str(int(float(own[0][header.index(LIFETIME)].replace(",", "."))) + 1)
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([header, *own])
    return out.getvalue()


def test_the_worst_product_on_the_board_is_repaired_and_leaves_it(
    chromium: Any, live_server: Any, world: World, both_releases: None, tmp_path: Path
) -> None:
    bases.make_current(bases.build_towards("nl-open-2026-2"))
    worst = doubts_on(Indicator.objects.get(code="climate"), why="verify", kind="lifetime")[0].product
    assert worst is not None
    person = Person(chromium, live_server.url, world.person(Role.REFERENCE_MANAGER, None, "referentie-1"))
    person.go(BOARD)
    person.reads(worst.name_nl, worst.code)
    person.check()
    person.page.locator("main table tbody a").first.click()
    person.reads(worst.code)
    file = tmp_path / "producten.csv"
    file.write_text(_repaired(person, live_server.url, worst.code))
    person.go("/referentie/producten/inlezen/")
    person.page.set_input_files('[name="file"]', str(file))
    person.press("Toon het voorbeeld")
    person.reads("Er is nog niets veranderd", VERIFY, LIFETIME)
    person.check()
    assert not Proposal.objects.exists()
    person.press("Neem over")
    person.reads("Vraag iemand anders om het vast te stellen", "effect per stuk en jaar", " tot ")
    person.check()
    second = Person(chromium, live_server.url, world.person(Role.REFERENCE_MANAGER, None, "referentie-2"))
    second.go(f"/voorstellen/{Proposal.objects.get().public_id}/vaststellen/")
    second.reads("effect per stuk en jaar")
    second.check()
    second.fill(reason="Nagezocht bij de fabrikant.")
    second.press("Stel vast")
    second.reads("Het voorstel is vastgesteld")
    made = BaselineProduct.objects.get(code=worst.code).successor
    assert made is not None
    assert not made.to_verify
    second.go(BOARD)
    text = second.page.locator("main").inner_text()
    assert worst.code not in [line.strip() for line in text.splitlines()]
    assert made.code not in [line.strip() for line in text.splitlines()]
