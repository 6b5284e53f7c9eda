"""Changes of the contract itself, as they stand among what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contracts import selectors
from contracts.models import Contract, ContractLine
from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import AuditEntry

from .happenings import Happening

_TITLES = {
    selectors.CHANGE: "Contract gewijzigd",
    selectors.CLOSE: "Leveringen gesloten",
    selectors.REOPEN: "Leveringen weer open",
}
_FIELDS = {"reference": "Contractnummer", "start": "Begin", "end": "Einde", "parent": "Valt onder"}


def contract_changes(actor: Actor, contract: Contract, lines: Sequence[ContractLine]) -> list[Happening]:
    """Who changed what, and when; a supplier sees the organisation and not who works there."""
    entries = selectors.changes_of(contract)
    names = selectors.names_of(entries) if actor.supplier_id is None else {}
    products = {str(row.public_id): str(row.offered) for row in lines} if len(lines) > 1 else {}
    found = []
    for entry in entries:
        details = _details(entry, products)
        if entry.verb == selectors.CHANGE and not details:
            continue  # saved without another value
        day = clock.local_date(entry.moment)
        found.append(
            Happening(
                id=contract.public_id,
                form="",
                day=day,
                when=formats.day(day),
                title=worded(_TITLES[entry.verb]),
                details=details,
                recorded_at=entry.moment,
                by=names.get(entry.actor_key, contract.organisation.name),
            )
        )
    return found


def _details(entry: AuditEntry, products: Mapping[str, str]) -> list[str]:
    changes: Mapping[str, Any] = entry.changes
    if entry.verb == selectors.CHANGE:
        return [
            f"{worded(label)}: {_value(name, changes[name])}" for name, label in _FIELDS.items() if name in changes
        ]
    found = [products[changes["line"]]] if changes.get("line") in products else []
    return [*found, worded("Laatste dag: {day}", day=_day(changes["date"]))] if changes.get("date") else found


def _value(name: str, value: str) -> str:
    if name in ("start", "end"):
        return _day(value)
    return value if value and value != "None" else worded("geen")


def _day(value: str) -> str:
    return formats.day(date.fromisoformat(value))
