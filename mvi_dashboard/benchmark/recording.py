"""A thousand records by one POST, beside the same rows loaded by the service in one transaction."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.test import Client, override_settings

from contracts.kinds import kind_named
from contracts.models import Contract
from mvi_dashboard.ground import access, accounts, audit, clock
from mvi_dashboard.ground.models import Role

from .measuring import Engine, medians
from .road import Stage

ROWS, ROUNDS = 1_000, 3
_NOW = datetime(2030, 6, 1, tzinfo=UTC)


def engines(rows: int = ROWS, rounds: int = ROUNDS) -> list[Engine]:
    """Deliveries, each time on a contract of its own on which nothing came in yet."""
    stage = Stage("meting-vastleggen")
    contracts = iter([stage.contract() for _ in range(2 * rounds + 1)])
    manager = accounts.create_user(audit.SYSTEM, username="meting-contract")
    where: dict[str, Any] = {"organisation": stage.place, "role": Role.CONTRACT_MANAGER}
    accounts.add_membership(audit.SYSTEM, user=manager, **where)
    with clock.set_to(_NOW):
        _row, text = accounts.create_api_token(audit.SYSTEM, user=manager, **where)
    actor, client, act = access.actor_of_user(manager), Client(), kind_named("delivery").log_many

    def load() -> None:
        contract = next(contracts)
        act(actor, contract_id=contract.public_id, document={"records": _deliveries(contract, rows)})

    def post() -> None:
        contract = next(contracts)
        answer = client.post(
            f"/api/v1/contracts/{contract.public_id}/deliveries",
            json.dumps(_deliveries(contract, rows)),
            content_type="application/json",
            headers={
                "Authorization": f"Bearer {text}",
                "Idempotency-Key": str(contract.public_id),
                "Host": settings.ALLOWED_HOSTS[0],
            },
        )
        if answer.status_code != 201:
            raise RuntimeError(answer.content.decode())

    with override_settings(RATE_LIMITS="off"), clock.set_to(_NOW):
        load()  # what a process reads once
        taken = medians({"load": load, "post": post}, rounds)
    return [
        Engine(f"{rows} deliveries by the service, in one transaction", taken["load"], 1.0),
        Engine("the same by one POST", taken["post"], taken["post"] / taken["load"]),
    ]


def _deliveries(contract: Contract, rows: int) -> list[dict[str, Any]]:
    """So many, more than was agreed, which each confirms."""
    line = str(contract.lines.get().public_id)
    why = {"attr": "count", "code": "above_contracted", "reason": "De meting levert meer dan is afgesproken."}
    return [
        {
            "line": line,
            "date": (date(2027, 2, 1) + timedelta(days=number % 300)).isoformat(),
            "count": 1,
            "sourceReference": f"bon {number}",
            "confirmations": [why],
        }
        for number in range(rows)
    ]
