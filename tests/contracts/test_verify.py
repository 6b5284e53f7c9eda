"""`verify` sees every effect and stock that does not follow from the records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contracts.checks import effect_differences, stock_differences
from contracts.models import Contract, ContractEffect, Delivery
from mvi_dashboard.ground.models import Supplier

from .reading import history

pytestmark = pytest.mark.django_db


@pytest.fixture
def recorded(two_products: Contract, log: Callable[..., Any]) -> Contract:
    """A contract with most of what can happen."""
    history(log)
    return two_products


def test_what_was_recorded_agrees(recorded: Contract) -> None:
    assert list(effect_differences()) == []
    assert list(stock_differences()) == []


def test_a_contract_without_effects_is_a_difference(recorded: Contract) -> None:
    ContractEffect.objects.all().delete()
    found = list(effect_differences())
    assert len(found) == 1
    assert str(recorded.public_id) in found[0]


def test_one_indicator_that_is_gone_is_a_difference(recorded: Contract) -> None:
    ContractEffect.objects.filter(indicator__code="climate").delete()
    assert [each.split(": ")[0].rpartition(" ")[2] for each in effect_differences()] == ["climate"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("forecast", 1.0),
        ("deviation", {}),
        ("function_deviation", {"quantity": 1.0}),
        ("coverage_use", 0.5),
        ("quality", {}),
        ("complete", False),
        ("incomplete_lines", 7),
        ("year", 2001),
        ("spread", bytes(80)),
        ("spread_first_year", 1999),
        ("input_hash", "sha256:0"),
    ],
)
def test_every_derived_column_is_compared(recorded: Contract, column: str, value: Any) -> None:
    ContractEffect.objects.filter(indicator__code="climate").update(**{column: value})
    found = list(effect_differences())
    assert len(found) == 1
    assert ("yearly series" if column == "spread" else column) in found[0]


def test_an_effect_of_another_supplier_is_a_difference(recorded: Contract) -> None:
    other = Supplier.objects.create(code="ander", name="Ander")
    ContractEffect.objects.filter(indicator__code="climate").update(supplier=other)
    assert len(list(effect_differences())) == 1


def test_items_that_went_from_a_withdrawn_delivery_are_a_difference(
    delivered: Contract, log: Callable[..., Any]
) -> None:
    log("retirement", date="2025-06-30", count=10, destination="reuse")
    old = Delivery.objects.get()
    Delivery.objects.create(
        organisation_id=old.organisation_id,
        contract=delivered,
        line=old.line,
        date=old.date,
        count=old.count,
        recorded_at=old.recorded_at,
        recorded_by=old.recorded_by,
        replaces=old,
        reason="Buiten de dienst om.",
        void=True,
    )
    assert any("more is retired than was there" in each for each in stock_differences())
