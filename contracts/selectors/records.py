"""Records of a contract: those that count now, and all that were ever made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min, QuerySet

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

    def rows(model: type[Record], *related: str) -> list[Any]:
        return list(active(model, contract).select_related(*related).order_by(model.first_day, "pk"))

    return _active_records(rows, chain)


def active_among(found: Mapping[type[Record], Sequence[Any]]) -> ActiveRecords:
    """The same, out of all records of a contract by kind: saves reading them again."""

    def rows(model: type[Record], *_related: str) -> list[Any]:
        counting = [each for each in found[model] if not each.void and getattr(each, "replaced_by", None) is None]
        return sorted(counting, key=lambda each: (getattr(each, model.first_day), each.pk))

    return _active_records(rows, {each.pk: each.replaces_id for each in found[Delivery]})


def _active_records(rows: Callable[..., list[Any]], chain: dict[int, int | None]) -> ActiveRecords:
    return ActiveRecords(
        deliveries=rows(Delivery, "strategy"),
        use_records=rows(UseRecord, "flow"),
        repairs=rows(Repair, "material"),
        repair_periods=rows(RepairPeriod, "line"),
        retirements=rows(Retirement, "destination"),
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
            "destination", "line__bid_line", "contract__group", "contract__award__lot__group", "replaced_by"
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


def first_recorded(contract: Contract) -> date | None:
    """The first day that any record that counts is about; None when there are none. One query per kind."""
    kinds: list[type[Record]] = Record.__subclasses__()
    days = [active(model, contract).aggregate(day=Min(model.first_day))["day"] for model in kinds]
    return min((day for day in days if day is not None), default=None)


def promised_flows(contract: Contract) -> dict[str, str]:
    """The flows that the lines of a contract promised to use, with their unit."""
    rows = UseRow.objects.filter(line__contract_line__contract=contract, role=UseRow.Role.USE)
    return dict(rows.order_by("line__number", "number").values_list("flow__code", "flow__unit"))


def promised_rates(
    contract: Contract, flow: str, line: ContractLine | None = None
) -> list[tuple[Decimal, Decimal]]:
    """(items, quantity of this flow per item and year) as it was promised, of one line or of all; one query."""
    rows = UseRow.objects.filter(
        line__contract_line__contract=contract, role=UseRow.Role.USE, basis=UseRow.Per.ITEM_YEAR, flow__code=flow
    )
    if line is not None:
        rows = rows.filter(line__contract_line=line)
    return list(rows.values_list("line__count", "quantity"))


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
