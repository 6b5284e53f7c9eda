"""Effects that wait to be made again after a rule became another one, as an upgrade leaves them."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

import contracts.services
from contracts.checks import effect_differences
from contracts.models import Contract, ContractEffect

from .reading import climate

pytestmark = pytest.mark.django_db
upgrade = importlib.import_module("contracts.migrations.0008_retirements_divided_when_read")


def test_effects_of_before_wait_and_are_made_again_by_the_timer(delivered: Contract) -> None:
    right = climate(delivered).forecast
    assert not contracts.services.contracts_behind().exists()
    ContractEffect.objects.update(forecast=1.0)
    assert list(effect_differences()) != []
    upgrade.make_again(apps, SimpleNamespace(connection=connection))
    assert list(effect_differences()) == []
    assert list(contracts.services.contracts_behind()) == [delivered]
    assert contracts.services.reassess_behind() == 1
    assert climate(delivered).forecast == pytest.approx(right)
    assert climate(delivered).input_hash
    assert not contracts.services.contracts_behind().exists()
