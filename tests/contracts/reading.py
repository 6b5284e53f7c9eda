"""Reading what a contract does, in tests."""

from __future__ import annotations

from datetime import date
from typing import Any

import contracts.services
from contracts.models import Contract, ContractEffect
from indicators.calculation.service import standing
from indicators.selectors import current_basis


def climate(contract: Contract) -> ContractEffect:
    """The stored effect of a contract on climate."""
    found: ContractEffect = ContractEffect.objects.get(
        contract=contract, basis=current_basis(), indicator__code="climate"
    )
    return found


def assessed(contract: Contract, as_of: date | None = None) -> Any:
    """The contract on the current basis at a date, not stored."""
    fresh = Contract.objects.select_related("award__lot__group", "award__lot__tender").get(pk=contract.pk)
    return contracts.services.assess(fresh, current_basis(), as_of)


def history(log: Any) -> None:
    """Most of what can happen to chairs: two deliveries, a year of use, a repair and ten gone."""
    log("delivery", date="2024-02-01", count=60)
    log("delivery", date="2024-04-01", count=36, massKg="13")
    log("use", flow="electricity", quantity="400", unit="kWh", periodStart="2024-05-01", periodEnd="2025-04-30")
    log("repair", date="2025-03-01", material="steel", massKg="2.5")
    log("repair_period", periodStart="2024-05-01", periodEnd="2025-04-30")
    log("retirement", date="2025-06-30", count=10, destination="reuse")


def cohorts(contract: Contract) -> list[Any]:
    """What was delivered, divided over retirements as it is read, at the end of this month."""
    found = assessed(contract)
    return list(standing(found.core.lines[0], found.as_of).cohorts)
