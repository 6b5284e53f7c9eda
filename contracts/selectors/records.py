"""Records of a contract: those that count now, and all that were ever made."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet

from contracts.models import Contract, ContractLine, Delivery, Repair, RepairPeriod, Retirement, UseRecord
from contracts.models.records import Record
from tenders.models import UseRow

LIVES_ON = frozenset({"reuse", "refurbish"})
"""Destinations where the item lives on: with a receiver who is known, two owners share its production"""
MOST_PASSED_ON = 200


@dataclass(frozen=True)
class ActiveRecords:
    """All records of a contract that nobody replaced and that are not void."""

    deliveries: list[Delivery]
    use_records: list[UseRecord]
    repairs: list[Repair]
    repair_periods: list[RepairPeriod]
    retirements: list[Retirement]
    roots: dict[int, int]
    """the first delivery of a chain of corrections, by the id of each delivery"""


def active(model: type[Record], contract: Contract) -> QuerySet[Any]:
    """The records of one kind that count, in order of making."""
    rows: QuerySet[Any] = model._default_manager.filter(contract=contract, void=False)
    # The name of the relation is made per kind, so it is no field of the abstract record.
    unreplaced: dict[str, Any] = {"replaced_by__isnull": True}
    return rows.filter(**unreplaced).order_by("pk")


def active_records(contract: Contract) -> ActiveRecords:
    """Everything that counts for a contract; six queries."""
    chain = dict(Delivery.objects.filter(contract=contract).values_list("pk", "replaces_id"))
    return ActiveRecords(
        deliveries=list(active(Delivery, contract).select_related("strategy").order_by("date", "pk")),
        use_records=list(active(UseRecord, contract).select_related("flow").order_by("period_start", "pk")),
        repairs=list(active(Repair, contract).select_related("material").order_by("date", "pk")),
        repair_periods=list(active(RepairPeriod, contract).order_by("period_start", "pk")),
        retirements=list(active(Retirement, contract).select_related("destination").order_by("date", "pk")),
        roots={pk: root_of(pk, chain) for pk in chain},
    )


def root_of(pk: int, chain: dict[int, int | None]) -> int:
    """The first record of a chain of corrections: retirements of a corrected delivery stay with it."""
    while (previous := chain.get(pk)) is not None:
        pk = previous
    return pk


def last_delivery_of(line: ContractLine) -> date | None:
    """The last day on which something came in of this line; None when nothing did."""
    found = active(Delivery, line.contract).filter(line=line)
    days = found.aggregate(day=Max("date"), end=Max("period_end"))
    return max((day for day in days.values() if day is not None), default=None)


def delivery_named(record: Retirement, found: ActiveRecords) -> int | None:
    """The first record of the delivery that somebody said these items came from; None when nobody did.

    Rows that count together in one batch were divided by us when they were made, so nobody named theirs.
    """
    if record.delivery_id is None:
        return None
    if record.batch is not None and sum(each.batch == record.batch for each in found.retirements) > 1:
        return None
    return found.roots[record.delivery_id]


def delivery_key(record: Retirement, found: ActiveRecords) -> str | None:
    """The same as the calculation names it."""
    root = delivery_named(record, found)
    return None if root is None else str(root)


def newest_of(ids: Collection[int]) -> dict[int, Retirement]:
    """The newest record in the chain of each of these retirements, with what tells where the items went."""
    found: dict[int, Retirement] = {}
    waiting = {pk: pk for pk in ids}
    while waiting:
        rows = Retirement.objects.filter(pk__in=waiting).select_related(
            "destination", "line__bid_line", "contract__award__lot__group", "replaced_by"
        )
        following = {}
        for each in rows:
            successor = getattr(each, "replaced_by", None)
            if successor is None:
                found[waiting[each.pk]] = each
            else:
                following[successor.pk] = waiting[each.pk]
        waiting = following
    return found


def taken_over(retirements: Collection[int]) -> list[Delivery]:
    """The deliveries that count and name one of these retirements."""
    found = Delivery.objects.filter(received_from__in=retirements, void=False, replaced_by__isnull=True)
    return list(found.order_by("date", "pk"))


def passed_on(contracts: QuerySet[Contract]) -> list[Retirement]:
    """What these contracts passed on to a receiver who is known, newest first; a bounded number."""
    found = Retirement.objects.filter(
        contract__in=contracts, void=False, replaced_by__isnull=True, destination__code__in=LIVES_ON
    ).exclude(receiver="")
    return list(found.select_related("contract", "line__bid_line").order_by("-date", "-pk")[:MOST_PASSED_ON])


def first_recorded(found: ActiveRecords) -> date | None:
    """The first day that any record is about; None when there are none."""
    days: list[date] = [each.date for each in found.deliveries] + [each.date for each in found.repairs]
    days += [each.period_start for each in found.use_records]
    days += [each.period_start for each in found.repair_periods]
    return min(days, default=None)


def promised_flows(contract: Contract) -> dict[str, str]:
    """The flows that the lines of a contract promised to use, with their unit."""
    rows = UseRow.objects.filter(line__contract_line__contract=contract, role=UseRow.Role.USE)
    return dict(rows.order_by("line__number", "number").values_list("flow__code", "flow__unit"))


def lines_that_use(contract: Contract, flow: str) -> set[int]:
    """The lines that promised to use this flow: a record of the whole contract is divided over them, and over all
    lines when none did."""
    rows = UseRow.objects.filter(
        line__contract_line__contract=contract, role=UseRow.Role.USE, flow__code=flow, quantity__gt=0
    )
    return set(rows.values_list("line__contract_line", flat=True))


def batch_of(record: Retirement) -> list[Retirement]:
    """The rows that were made together with this one and count."""
    if record.batch is None:
        return [record]
    return list(
        Retirement.objects.filter(contract_id=record.contract_id, batch=record.batch, void=False).order_by("pk")
    )


def record_rows(contract: Contract) -> dict[str, list[Any]]:
    """Every record of a contract by kind, newest first, corrected and void ones too: the log as it was made."""
    with_line = ("line__bid_line",)
    kinds: dict[str, tuple[type[Record], tuple[str, ...]]] = {
        "deliveries": (Delivery, (*with_line, "strategy", "received_from")),
        "use-records": (UseRecord, (*with_line, "flow")),
        "repairs": (Repair, (*with_line, "material")),
        "repair-periods": (RepairPeriod, with_line),
        "retirements": (Retirement, (*with_line, "delivery", "destination")),
    }
    return {
        kind: list(
            model._default_manager.filter(contract=contract)
            .select_related(*related, "replaced_by", "replaces")
            .order_by("-recorded_at", "-pk")
        )
        for kind, (model, related) in kinds.items()
    }
