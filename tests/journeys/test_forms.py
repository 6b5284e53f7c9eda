"""All forms stand on one grid, keep what was typed, and put the focus where somebody goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from tenders.models import Tender
from tests import worlds
from tests.worlds import World

from .person import NARROW, WIDE, Person

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
Sit = Callable[..., Person]
OFF = """() => {
  const seen = (each) => each && each.getClientRects().length > 0;
  const off = [];
  document.querySelectorAll("main details").forEach((each) => { each.open = true; });
  for (const grid of document.querySelectorAll("main :is(.field-row, .field-grid, .filters-fields)")) {
    const rows = [];
    for (const field of [...grid.children].filter((each) => each.matches(".field") && seen(each))) {
      const top = field.getBoundingClientRect().top;
      const row = rows.find((each) => Math.abs(each.top - top) < 3);
      if (row) row.fields.push(field); else rows.push({ top, fields: [field] });
    }
    for (const { fields } of rows) {
      if (fields.length > 2 && grid.matches(".field-grid")) off.push(`${fields.length} beside each other`);
      for (const part of ["label", ".help", ":is(.input, .input-unit, .select)", ".error"]) {
        const found = fields.map((each) => each.querySelector(`:scope > ${part}`)).filter(seen);
        const tops = found.map((each) => each.getBoundingClientRect().top);
        if (Math.max(...tops) - Math.min(...tops) > 2) off.push(`${part} ${found[0].id}: ${tops}`);
      }
    }
  }
  const inputs = [...document.querySelectorAll("main form :is(.input:not([type=file]), .select)")].filter(seen);
  const heights = new Set(inputs.map((each) => Math.round(each.getBoundingClientRect().height)));
  if (heights.size > 1) off.push(`heights ${[...heights]}`);
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) off.push(`${wide} px too wide`);
  return off;
}"""


@pytest.fixture
def sit(chromium: Any, live_server: Any, world: World) -> Sit:
    """Somebody of the cast at a browser, with or without its scripts: `sit("inkoper-1")`."""

    def down(username: str, *, scripts: bool = True) -> Person:
        user = next(user for (_role, name), user in world.people.items() if name == username)
        return Person(chromium, live_server.url, user, scripts=scripts)

    return down


def _off(person: Person, *paths: str) -> list[str]:
    """What does not stand straight on these pages, or else on the one that is open, on two screens."""
    found = []
    for path in paths or ("",):
        if path:
            person.go(path)
        for size in (NARROW, WIDE):
            person.page.set_viewport_size(size)
            found += [f"{person.page.url} at {size['width']}: {each}" for each in person.page.evaluate(OFF)]
    return found


def _focus(person: Person) -> str:
    return str(person.page.evaluate("document.activeElement.name || document.activeElement.id"))


def _tender(world: World, **changes: Any) -> Tender:
    tender = worlds._make_tender(world, world.now, **changes)
    worlds._publish(world, tender, world.now)
    return tender


def test_every_form_stands_on_one_grid(sit: Sit, world: World) -> None:
    world.build(["contract", "opened-tender"])
    opened, contract = world.names["tender"], world.names["contract"]
    officer, manager = sit("inkoper-1"), sit("contractmanager-1")
    calculators = [reverse(f"indicators:{page}") for page in ("worked", "assess")]
    assert _off(officer, reverse("tenders:new"), reverse("tenders:decide", args=[opened]), *calculators) == []
    records = ("deliver", "use", "repair", "retire", "edit", "close")
    assert _off(manager, *(reverse(f"contracts:{page}", args=[contract]) for page in records)) == []
    manager.go(reverse("contracts:edit", args=[contract]))
    manager.fill(start="", end="gisteren")
    manager.press("Opslaan")
    assert _off(manager) == []


def test_a_bid_keeps_its_lines_straight_and_its_typing(sit: Sit, world: World) -> None:
    tender = _tender(world)
    world.supplier_actor("leverancier-a")
    path = reverse("tenders:bid_form", args=[tender.public_id])
    bidder = sit("leverancier-a-1")
    page, asked = bidder.page, []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    bidder.go(path)
    assert _off(bidder) == []
    bidder.fill({"price": "12,5", "lines.0.massKg": "1.250"})
    bidder.follow("Wat wij vragen")
    assert asked == ["beforeunload"]
    page.go_back()
    assert page.locator('[name="price"]').input_value() == "12,5"

    bidder.fill({f"lines.0.billOfMaterials.{row}.material": "staal" for row in (0, 1)})
    for button, focus in (
        ("Regel toevoegen bij materialen", "lines.0.billOfMaterials.4.material"),
        ("Verwijder materiaal, regel 2", "lines.0.billOfMaterials.1.material"),
        ("Product toevoegen", "lines.1.reference"),
    ):
        bidder.press(button)
        page.locator(f'[name="{focus}"]:focus').wait_for()

    bidder.press("Dien de inschrijving in")
    bidder.reads("Er is niets ingediend")
    assert _focus(bidder) == "foutenlijst"
    assert _off(bidder) == []
    bidder.follow("Wat wij vragen")
    page.go_back()
    bidder.reads("Er is niets ingediend")
    assert page.locator('[name="lines.0.massKg"]').input_value() == "1.250"
    assert not bidder.errors


def test_the_focus_follows_a_row_without_scripts(sit: Sit, world: World) -> None:
    officer = sit("inkoper-1", scripts=False)
    officer.go(reverse("tenders:new"))
    for button, focus in (
        ("Vraag toevoegen", "lots.0.items.1.description"),
        ("Perceel toevoegen", "lots.1.title"),
        ("Verwijder deze vraag", "lots.0.items.0.description"),
        ("Ambitie toevoegen", "ambitions.1.theme"),
    ):
        officer.press(button)
        assert _focus(officer) == focus


def test_who_was_signed_out_hears_that_nothing_was_saved(sit: Sit, world: World) -> None:
    officer = sit("inkoper-1")
    officer.go(reverse("tenders:new"))
    officer.fill(title="Stoelen")
    officer.page.context.clear_cookies(name="sessionid")
    officer.press("Opslaan als concept")
    officer.reads("U was uitgelogd: wat u typte is niet opgeslagen.")
    officer.check()
    assert officer.page.url.endswith("/inloggen/?next=/aanbestedingen/nieuw/")


def test_escape_closes_the_menu(sit: Sit, world: World) -> None:
    officer = sit("inkoper-1")
    officer.page.set_viewport_size(NARROW)
    menu = officer.page.locator(".menu")
    for focus in ("summary", "a"):
        menu.locator("summary").click()
        assert menu.get_attribute("open") is not None
        menu.locator(focus).first.focus()
        officer.page.keyboard.press("Escape")
        assert menu.get_attribute("open") is None
