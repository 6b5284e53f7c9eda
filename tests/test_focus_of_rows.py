"""Where somebody goes on after a row came or went, also without scripts."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from mvi_dashboard.ground.models import User

pytestmark = pytest.mark.any_database

FOCUS = re.compile(r'name="([^"]*)"[^>]*\sautofocus')
BILL = "lines.0.billOfMaterials"
STEEL = {f"{BILL}.{row}.material": "staal" for row in (0, 1, 2)}


def _focus(client: Client, path: str, typed: dict[str, str]) -> list[str]:
    answer = client.post(path, typed)
    assert answer.status_code == 200
    return FOCUS.findall(answer.content.decode())


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize(
    ("typed", "focus"),
    [
        ({**STEEL, f"{BILL}.3.material": "", "add-row": BILL}, f"{BILL}.4.material"),
        ({**STEEL, "remove-row": f"{BILL}.0"}, f"{BILL}.0.material"),
        ({**STEEL, "remove-row": f"{BILL}.2"}, f"{BILL}.2.material"),
        ({**STEEL, "add-row": "lines.0.use"}, "lines.0.use.0.flow"),
        ({**STEEL, "lines.1.name": "", "lines.2.name": "Stoel", "remove-line": "lines.0"}, "lines.0.reference"),
        ({**STEEL, "add-line": "lines"}, "lines.1.reference"),
        ({**STEEL, "paste": "lines.0", "lines.0.pasted": "hout; 20; 0\nglas; 5; 0"}, f"{BILL}.3.material"),
        ({"remove-row": "lines.0.use"}, "lines.0.use.0.flow"),
        ({"remove-line": "lines.0"}, "lines.0.reference"),
        ({"add-row": "ergens"}, None),
    ],
)
def test_a_product_line(client: Client, typed: dict[str, str], focus: str | None) -> None:
    assert _focus(client, "/reken-zelf/", typed) == ([focus] if focus else [])


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize(
    ("button", "focus"),
    [
        ({"add": "lots"}, "lots.2.title"),
        ({"add": "lots.1.items"}, "lots.1.items.1.description"),
        ({"remove": "lots.0"}, "lots.0.title"),
        ({"remove": "lots.1"}, "lots.0.title"),
        ({"remove": "lots.0.items.0"}, "lots.0.items.0.description"),
        ({"add": "ambitions"}, "ambitions.1.theme"),
        ({"refresh": "lots.1"}, "lots.1.items.0.referenceProduct"),
        ({"add": "lots.9.items"}, None),
        ({"refresh": "ergens"}, None),
    ],
)
def test_a_tender(client: Client, officer: User, button: dict[str, str], focus: str | None) -> None:
    client.force_login(officer)
    rows = ("lots.0", "lots.0.items.0", "lots.0.items.1", "lots.1", "lots.1.items.0", "ambitions.0")
    found = _focus(client, "/aanbestedingen/nieuw/", {f"{row}.row": "1" for row in rows} | button)
    assert found == ([focus] if focus else [])
