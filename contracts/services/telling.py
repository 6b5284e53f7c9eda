"""What people are told about contracts, in the transaction of the act; see `tenders.services.telling`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from contracts.models import Contract
from contracts.models.records import Record
from mvi_dashboard.ground import access, formats, webhooks
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.outbox import Telling, tell_all
from mvi_dashboard.ground.webhooks.events import Event
from tenders.models import Lot

MOST_NAMED = 10
"""contracts by their number in one message"""


def contract_made(contract: Contract, lot: Lot, actor: Actor) -> None:
    """Who keeps the contract from now on, and the people of its supplier; not of what was recorded afterwards.

    A webhook hears of every contract.
    """
    ids = {"contract": contract.public_id, "tender": lot.tender.public_id, "lot": lot.public_id}
    webhooks.happened(Event.CONTRACT_MADE, contract.organisation_id, ids, moment=contract.created_at)
    if lot.tender.recorded_afterwards:
        return
    managers = access.people_who_may(access.CONTRACT_EDIT, contract.organisation_id)
    suppliers = access.people_of_suppliers(contract.supplier_id).get(contract.supplier_id, [])
    if lot.tender.held_elsewhere:
        # There its supplier hears of it.
        suppliers = []
    facts = {
        "contract": contract.reference,
        "tender": lot.tender.title,
        "lot": f"{lot.number} ({lot.title})",
    }
    url = _url(contract)
    others = [person for person in managers if actor.user is None or person.pk != actor.user.pk]
    tell_all(
        [
            Telling("contract-made", others, contract, facts, url),
            Telling("contract-won", suppliers, contract, facts, url),
        ],
        moment=contract.created_at,
    )


def contract_assigned(contracts: Sequence[Contract], actor: Actor, moment: datetime) -> None:
    """Who manages these contracts from now on, in one message per person; nobody of what they took themselves."""
    managed: dict[int, list[Contract]] = {}
    for contract in contracts:
        if contract.manager is not None and (actor.user is None or contract.manager.pk != actor.user.pk):
            managed.setdefault(contract.manager.pk, []).append(contract)
    tell_all(
        [
            Telling(
                "contract-assigned",
                [own[0].manager],
                own[0],
                {
                    "contracts": ", ".join(each.reference for each in own[:MOST_NAMED]),
                    "count": formats.counted(len(own), "contract", "contracten"),
                    "who": actor.label,
                },
                _url(own[0]) if len(own) == 1 else reverse("contracts:list"),
            )
            for own in managed.values()
            if own[0].manager is not None
        ],
        moment=moment,
    )


def records_questioned(contract: Contract, records: Sequence[Record], actor: Actor) -> None:
    """Who wrote down what another person now corrects or withdraws, as far as it may still read the contract."""
    replaced = [(each, each.replaces) for each in records if each.replaces is not None]
    questioned = [(new, str(old.recorded_by)) for new, old in replaced if old.recorded_by != actor.key]
    if not questioned:
        return
    people = access.people_who_may(access.CONTRACT_READ, contract.organisation_id)
    readers = {str(each.actor_key): each for each in people}
    facts, url = {"contract": contract.reference, "who": actor.label}, _url(contract)
    tell_all(
        [
            Telling("record-questioned", [readers[who]], contract, facts, url, str(new.public_id))
            for new, who in questioned
            if who in readers
        ],
        moment=records[0].recorded_at,
    )


def records_added(contract: Contract, kind: str, records: Sequence[Record], moment: datetime) -> None:
    """Webhooks, with which records came in; what they say is asked of the API."""
    ids = {"contract": contract.public_id, "kind": kind, "records": [each.public_id for each in records]}
    webhooks.happened(Event.RECORD_ADDED, contract.organisation_id, ids, moment=moment)


def _url(contract: Contract) -> str:
    return reverse("contracts:contract", args=[contract.public_id])
