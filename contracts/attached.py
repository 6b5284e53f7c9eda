"""What of contracts files may hang on: the contract, and each kind of record of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from contracts import selectors
from contracts.kinds import KINDS, RecordKind
from contracts.models import Contract
from contracts.models.records import Record
from contracts.services.states import lock_contract
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.files.pages import Shown, shown_under
from mvi_dashboard.ground.files.places import Attachable, every, public_id_in, register
from mvi_dashboard.ground.problems import not_found
from tenders.attached import BID
from tenders.models import Bid

CONTRACT = "contract"


def register_places() -> None:
    """Add what this app lets files hang on."""
    register(_contract())
    register(_evidence(every()[BID]))
    for kind in KINDS:
        register(_record(kind))


def files_of_records(
    actor: Actor, contract: Contract, rows: Mapping[RecordKind, Sequence[Any]]
) -> dict[UUID, list[Shown]]:
    """The files of every record of a contract, by the public id of the record; one query."""
    kept = {kind.name: kind.rows_of(contract) for kind in rows}
    named = {(kind.name, row.pk): row.public_id for kind, found in rows.items() for row in found}
    return {named[place]: files for place, files in shown_under(actor, kept).items() if place in named}


def _contract() -> Attachable:
    def require(actor: Actor, row: Contract) -> None:
        access.require(actor, access.CONTRACT_EDIT, row.organisation_id)

    return Attachable(
        code=CONTRACT,
        model=Contract,
        label="dit contract",
        who="contract-manager",
        find=lambda actor, key: selectors.get_contract(actor, public_id_in(key)),
        require=require,
        lock=lambda actor, key: lock_contract(actor, key, access.CONTRACT_EDIT),
        seen_by=lambda actor: Contract.objects.filter(
            organisation_id__in=actor.organisations_for(access.CONTRACT_READ)
        ),
        shared_with=lambda actor: Contract.objects.filter(
            supplier_id__in=actor.supplier_ids, origin=Contract.Origin.AWARD
        ),
        page=_page,
        named=lambda row: f"Contract {row.reference}",
    )


def _evidence(of_bids: Attachable) -> Attachable:
    """Who manages a contract also sees the files of the bid that won it: what was promised rests on them."""

    def seen_by(actor: Actor) -> QuerySet[Any]:
        own = Contract.objects.filter(organisation_id__in=actor.organisations_for(access.CONTRACT_READ))
        won = Bid.objects.filter(pk__in=own.values("award__bid_version__bid"))
        return of_bids.seen_by(actor) | won

    return replace(of_bids, seen_by=seen_by)


def _record(kind: RecordKind) -> Attachable:
    model = kind.model

    def find(actor: Actor, key: str) -> Record:
        contract, _, record = key.rpartition(":")
        found = _rows(kind, actor).filter(public_id=public_id_in(record)).select_related("contract").first()
        # Over REST the contract stands in the address too.
        if found is None or (contract and str(found.contract.public_id) != contract):
            raise not_found()
        row: Record = found
        return row

    def lock(actor: Actor, key: str) -> Record:
        row = find(actor, key)
        lock_contract(actor, row.contract.public_id, access.CONTRACT_LOG)
        return row

    def seen_by(actor: Actor) -> QuerySet[Any]:
        return model._default_manager.filter(organisation_id__in=actor.organisations_for(access.CONTRACT_READ))

    def shared_with(actor: Actor) -> QuerySet[Any]:
        return model._default_manager.filter(
            contract__supplier_id__in=actor.supplier_ids, contract__origin=Contract.Origin.AWARD
        )

    return Attachable(
        code=kind.name,
        model=model,
        label="wat is vastgelegd",
        who="contract-manager, facility-manager",
        find=find,
        require=lambda actor, row: access.require(actor, access.CONTRACT_LOG, row.organisation_id),
        lock=lock,
        seen_by=seen_by,
        shared_with=shared_with,
        page=lambda row: _page(row.contract),
        named=lambda row: f"Contract {row.contract.reference}: {row}",
    )


def _rows(kind: RecordKind, actor: Actor) -> QuerySet[Any]:
    """The records of this kind of the contracts that this actor may see."""
    visible = Contract.objects.visible_to(actor).order_by().values("pk")
    return kind.model._default_manager.filter(contract__in=visible)


def _page(row: Contract) -> str:
    return reverse("contracts:contract", args=[row.public_id])
