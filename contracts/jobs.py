"""Long work of contracts: bringing running ones to the end of the month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from contracts import services
from contracts.models import Contract
from indicators.factors import bases
from indicators.methods import trials
from indicators.models import Basis
from mvi_dashboard.ground import access, clock, jobs, timers
from mvi_dashboard.ground.audit import SYSTEM
from mvi_dashboard.ground.models import Job

JOB = "contracts.reassess"
AT_A_TIME = 20


def register() -> None:
    """The kinds and timers of this app."""
    jobs.register(jobs.Kind(JOB, "Lopende contracten bijwerken tot het einde van de maand", _contracts, _reassess))
    jobs.register(
        jobs.Kind(
            bases.JOB, "Alles herrekenen op een nieuwe rekenbasis", _all_contracts, _recalculate, _switch,
            act=access.REFERENCE_EDIT, may_stop=False,
        )
    )  # fmt: skip
    timers.register(JOB, timedelta(hours=1), start_when_due)
    trials.register(services.estimate)


def start_when_due() -> Job | None:
    """The job of this month, when a running contract still stands at an earlier one."""
    today = clock.today()
    if not services.contracts_behind(today).exists():
        return None
    with transaction.atomic():
        return jobs.enqueue(
            JOB,
            organisation=None,
            params={},
            requested_by=SYSTEM.key,
            dedupe_key=f"{JOB} {today:%Y-%m}",
        )


def _contracts(job: Job) -> Sequence[Mapping[str, Any]]:
    ids = list(services.contracts_behind().values_list("pk", flat=True))
    return [{"contracts": ids[start : start + AT_A_TIME]} for start in range(0, len(ids), AT_A_TIME)]


def _reassess(job: Job, params: Mapping[str, Any]) -> None:
    for contract_id in params["contracts"]:
        services.reassess(contract_id)


def _all_contracts(job: Job) -> Sequence[Mapping[str, Any]]:
    ids = list(Contract.objects.order_by("pk").values_list("pk", flat=True))
    return [{"contracts": ids[start : start + AT_A_TIME]} for start in range(0, len(ids), AT_A_TIME)]


def _recalculate(job: Job, params: Mapping[str, Any]) -> None:
    # What is recorded meanwhile is assessed on this basis too, so no contract is left behind.
    for contract_id in params["contracts"]:
        services.reassess(contract_id)


def _switch(job: Job) -> Mapping[str, Any]:
    basis = Basis.objects.get(pk=job.params["basis"])
    bases.make_current(basis)
    return {"basis": basis.code}
