"""What the supplier declared with its bid stays beside the contract, with what is known about it today."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import Contract
from tests.worlds import World, bid_document

pytestmark = pytest.mark.django_db
MANAGER = "contractmanager-1"
EXPIRED = {
    "line": "stoel", "kind": "mki", "value": "2.75", "unit": "euro per stuk", "method": "Bepalingsmethode",
    "methodVersion": "1.1", "tool": "Rekenprogramma X", "verification": "Toetsbureau", "validUntil": "2024-01-31",
}  # fmt: skip


def test_a_declared_mki_that_expired_is_told_on_the_contract_and_not_called_mki(
    world: World, browser: Callable[[str], Client]
) -> None:
    line = bid_document("")["lines"][0]
    world.names["bidDocument"] = bid_document("", declaredResults=[EXPIRED | {"line": line["reference"]}])
    world.build(["contract"])
    page = browser(MANAGER).get(reverse("contracts:contract", args=[Contract.objects.get().public_id]))
    text = page.content.decode()
    assert "Eigen resultaten van de leverancier" in text
    assert "Opgegeven milieukosten" in text
    assert "verlopen" in text
    assert "niet door ons berekend" in text
