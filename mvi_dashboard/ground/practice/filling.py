"""Who acts while a practice organisation is filled: whoever asked for it, and nobody for its made-up suppliers."""

from __future__ import annotations

from mvi_dashboard.ground.access import Actor, Grant
from mvi_dashboard.ground.audit import SYSTEM
from mvi_dashboard.ground.models import Organisation, Role, Supplier, User


def actor_who_fills(practice: Organisation, person: User) -> Actor:
    """Whoever has a practice organisation filled: an officer and a contract manager there, and nothing else."""
    roles = (Role.PROCUREMENT_OFFICER, Role.CONTRACT_MANAGER)
    grants = tuple(Grant(role, practice.pk, practice.path, practising=True) for role in roles)
    return Actor(str(person.actor_key), grants, person, str(person), practice_id=practice.pk)


def actor_made_up(practice: Organisation, supplier: Supplier) -> Actor:
    """Nobody, who bids for a made-up supplier of this practice organisation."""
    if supplier.practice_id != practice.pk:
        raise ValueError(f"{supplier.code} was not made up for {practice.code}")
    return Actor(SYSTEM.key, (Grant(Role.SUPPLIER, supplier_id=supplier.pk),), practice_id=practice.pk)
