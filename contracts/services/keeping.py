"""Keeping effects up to date when nothing is recorded: time passes for every running contract."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F, QuerySet

from contracts.models import Contract, ContractEffect, ContractLine
from indicators.models import Basis
from mvi_dashboard.ground import clock

from .assessing import KEPT_UP, assess_contract
from .core_lines import last_day


def contracts_behind(today: date | None = None) -> QuerySet[Contract]:
    """Contracts whose effect has an as-of date before the end of this month and for which time still counted
    after that date: the contract ran on, or items are in service. And those whose effect waits to be made again,
    as a rule of the calculation became another one."""
    as_of = last_day(today or clock.today())
    behind = ContractEffect.objects.filter(basis__state=Basis.State.CURRENT, as_of__lt=as_of)
    # On its last day a contract still waits for what was promised: only a later date says that it never came.
    ran_on = behind.filter(contract__end__gte=F("as_of"))
    in_service = ContractLine.objects.filter(delivered_count__gt=F("retired_count"))
    found = Contract.objects.filter(pk__in=behind.values("contract"))
    waiting = ContractEffect.objects.filter(basis__state__in=KEPT_UP, input_hash="")
    late = found.filter(pk__in=ran_on.values("contract")) | found.filter(lines__in=in_service)
    again = Contract.objects.filter(pk__in=waiting.values("contract"))
    return (late | again).distinct().order_by("pk")


@transaction.atomic
def reassess(contract_id: int) -> None:
    """The effect of one contract as of the end of this month."""
    locked = Contract.objects.select_for_update(of=("self",)).select_related(
        "group", "award__lot__group", "award__lot__tender"
    )
    assess_contract(locked.get(pk=contract_id))


def reassess_behind() -> int:
    """How many contracts were brought to the end of this month, each in its own transaction."""
    ids = list(contracts_behind().values_list("pk", flat=True))
    for contract_id in ids:
        reassess(contract_id)
    return len(ids)
