"""The page of a contract as its supplier sees it, in English: every text went through the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import Contract
from tests.tenders.test_english import check, marked
from tests.worlds import World

__all__ = ["marked"]
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SUPPLIER = "leverancier-a"
_ASKED = ("", "?indicator=materials", "?peildatum=2024-06-01")


def _read(contract: Contract, world: World, browser: Callable[[str], Client]) -> str:
    """What the page says last, after it was read in each way."""
    world.supplier_actor(SUPPLIER)
    client = browser(f"{SUPPLIER}-1")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = reverse("contracts:contract", args=[contract.public_id])
    read = [check(client.get(f"{page}{asked}"), asked or "the page") for asked in _ASKED]
    return read[-1].html


def test_a_supplier_reads_what_happened_in_english(
    two_products: Contract,
    world: World,
    browser: Callable[[str], Client],
    log: Callable[..., Any],
    marked: set[str],
) -> None:
    assert "«Nog niets gemeten»" in _read(two_products, world, browser)
    log("delivery", date="2024-02-01", count=90, massKg="13")
    log(
        "use",
        periodStart="2024-02-01",
        periodEnd="2024-12-31",
        flow="electricity",
        quantity="900",
        unit="kWh",
        confirmations=[{"code": "implausible", "reason": "gemeten"}],
    )
    log("repair", date="2024-05-01", material="steel", massKg="3")
    log("retirement", date="2025-02-01", count=2, destination="reuse", confirmations=[])
    assert '<span lang="nl">Bureaustoelen</span>' in _read(two_products, world, browser)


def test_what_is_used_up_is_read_in_english(
    world: World,
    browser: Callable[[str], Client],
    marked: set[str],
) -> None:
    world.build(["consumed-contract"])
    contract = Contract.objects.get(public_id=world.names["contract"])
    assert "«de looptijd van het contract»" in _read(contract, world, browser)
