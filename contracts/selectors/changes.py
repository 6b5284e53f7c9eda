"""What was changed about a contract itself, out of the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from contracts.models import Contract
from mvi_dashboard.ground.models import AuditEntry, User

CHANGE, CLOSE, REOPEN = "contract.change", "contract.close_deliveries", "contract.reopen_deliveries"


def changes_of(contract: Contract) -> list[AuditEntry]:
    """The acts on the contract and its deliveries, oldest first; one query."""
    found = AuditEntry.objects.filter(
        object_type=contract._meta.label_lower, object_id=str(contract.public_id), verb__in=(CHANGE, CLOSE, REOPEN)
    )
    return list(found.order_by("seq"))


def names_of(entries: Iterable[AuditEntry]) -> dict[str, str]:
    """The names of the persons behind these acts, by their key in the trail; no query when there are none."""
    keys = {each.actor_key for each in entries}
    if not keys:
        return {}
    known = User.objects.filter(actor_key__in=[UUID(key) for key in keys if len(key) == 36])
    return {str(person.actor_key): str(person) for person in known}
