"""Rows of the tables of contracts that were there already and of spend, for the test of the guards."""

from __future__ import annotations

from typing import Any

from django.conf import settings

import contracts.services as contracting
from contracts.models import Contract, SentContracts
from indicators import releases
from indicators.models import BaselineProduct
from mvi_dashboard.ground.models import Role
from reporting.models import SpendRule
from tests.reporting.spend import taken_over
from tests.worlds import World


def registered(world: World, now: Any) -> None:
    """A contract that was there already, of which better became known than money."""
    SentContracts.objects.create(organisation=world.city, recorded_at=now, recorded_by="x", rows=[])
    product = BaselineProduct.objects.filter(group__code="kantoormeubilair", kind="baseline", successor=None)[0]
    document = {
        "reference": "C-0", "title": "Bureaus", "supplier": "leverancier-a", "start": "2024-01-01",
        "end": "2026-12-31", "productGroup": "kantoormeubilair", "theme": "klimaat", "amountPerYear": "100",
    }  # fmt: skip
    own = contracting.register_contract(world.manager, document=document)
    money = own.lines.get()
    better = {"basisKind": "average", "product": product.code, "count": "2", "replaces": str(money.public_id)}
    contracting.state_lines(world.manager, contract_id=own.public_id, document=better)


def spent(world: World, now: Any) -> None:
    """A file of spend, the factors that it is estimated by, and a supplier whose bills one contract covers."""
    releases.load(settings.BASE_DIR / "fixtures" / "reference-2026.2-spend")
    taken_over(world.actor(Role.POLICY_OFFICER, world.city, "beleid-1"))
    contract = Contract.objects.filter(organisation=world.city).order_by("pk")[0]
    SpendRule.objects.create(
        organisation=world.city, supplier=contract.supplier, group=contract.group, contract=contract,
        confirmed_by="x", confirmed_at=now,
    )  # fmt: skip
