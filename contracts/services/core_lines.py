"""A contract as the calculation reads it: the promise of each line beside its records.

Source: method, section 5. Decimal becomes float64 here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from contracts.models import Contract, ContractLine, Delivery, Retirement, UseRecord
from contracts.selectors import LIVES_ON, ActiveRecords, active_records, delivery_key, lines_of
from indicators import services as framework
from indicators.calculation import records, service, use
from indicators.calculation.bounds import with_slopes, with_used_ranges
from indicators.calculation.factors import Factors, Floats
from indicators.calculation.impact import UnitProducts
from indicators.calculation.lines import Lines
from indicators.lines import Line, kept_bill
from indicators.selectors import BasisArrays, basis_arrays, current_basis
from tenders.models import LotItem
from tenders.selectors import sent_lines
from tenders.services import Terms, counted_lifetime, plan_counts
from tenders.services.references import References, kept_like, reference_lines

from .receiving import rests_of

NEW = "new"
"""The strategy with R = 1"""


@dataclass(frozen=True)
class CoreContract:
    """The lines of a contract in the terms of the core; `promised` are its lines as they were sent.

    `lines` and `references` stand on `ranged.wide`: they have a column more for each range that the contract uses.
    """

    contract: Contract
    terms: Terms
    arrays: BasisArrays
    ranged: framework.RangedFactors
    rows: Sequence[ContractLine]
    promised: Sequence[Line]
    lines: Sequence[records.ContractLine]
    references: Mapping[int, UnitProducts | None]
    """one item of the reference product, or of the one that stands in for it, by the id of the demand item"""
    found: ActiveRecords
    rests: Mapping[int, float]
    """what counts of the production of one item, per delivery that another contract passed on"""


@dataclass
class _Products:
    """All products of a contract, promised and delivered, calculated together with what they are held beside."""

    arrays: BasisArrays
    terms: Terms
    references: References
    given: list[Line] = field(default_factory=list)
    items: list[LotItem | None] = field(default_factory=list)

    def add(self, line: Line, row: ContractLine) -> int:
        self.given.append(line)
        self.items.append(row.offered.item)
        return len(self.given) - 1

    def lines(self) -> Lines:
        years = [counted_lifetime(line, self.terms) for line in self.given]
        return framework.lines_to_arrays(
            self.arrays,
            self.terms.group,
            self.given,
            lifetimes=years,
            plan_counts=[
                plan_counts(line, self.terms, each) for line, each in zip(self.given, years, strict=True)
            ],
            kept_like=kept_like(self.given, self.items, self.arrays, self.terms.group, self.references),
        )

    def ranged(self, lines: Lines, found: ActiveRecords) -> framework.RangedFactors:
        """The factors with the ranges of all that counts here: products, references and what was recorded."""
        recorded = [each.flow.code for each in found.use_records] + [each.material.code for each in found.repairs]
        rows = [self.arrays.item_index[code] for code in recorded]
        references = [each for each in self.references.values() if each is not None]
        used = with_used_ranges(self.arrays.factors, lines, *references, beside=rows)
        return framework.RangedFactors(used, with_slopes(used))


def core_contract(contract: Contract, arrays: BasisArrays, *, found: ActiveRecords | None = None) -> CoreContract:
    """The contract with all records that count (or with those that are given)."""
    terms: Terms = contract.terms
    rows = lines_of(contract)
    by_id = sent_lines([row.offered for row in rows])
    promised = [by_id[row.offered.pk] for row in rows]
    found = found or active_records(contract)
    items = {item.pk: item for row in rows if (item := row.offered.item) is not None}
    references = reference_lines(list(items.values()), arrays, terms.group)
    products = _Products(arrays, terms, references)
    for row, line in zip(rows, promised, strict=True):
        products.add(line, row)
    rests = rests_of(found.deliveries)
    delivered: dict[int, int] = {}
    for each in found.deliveries:
        row, line = _promised_of(each, rows, promised)
        if (changed := _as_delivered(each, line, rests)) is not None:
            delivered[each.pk] = products.add(changed, row)
    lines = products.lines()
    ranged = products.ranged(lines, found)
    units = ranged.units(lines)
    made = [records.product_of(units, number) for number in range(len(products.given))]
    shared = records.e_applies(ranged.wide)
    parts = {
        pk: made[at].taken_over(rests[pk], shared) if pk in rests else made[at] for pk, at in delivered.items()
    }
    promises = [_promise(contract, terms, arrays, line, made[n]) for n, line in enumerate(promised)]
    used = _shared_use(found.use_records, promises)
    year = contract.purchase_year
    own = [
        replace(_core_line(row, promises[n], arrays, ranged, found, parts, used[n]), purchase_year=year)
        for n, row in enumerate(rows)
    ]
    beside = {item: None if each is None else ranged.units(each) for item, each in references.items()}
    return CoreContract(contract, terms, arrays, ranged, rows, promised, own, beside, found, rests)


def _promised_of(
    delivery: Delivery, rows: Sequence[ContractLine], promised: Sequence[Line]
) -> tuple[ContractLine, Line]:
    return next(each for each in zip(rows, promised, strict=True) if each[0].pk == delivery.line_id)


def _as_delivered(delivery: Delivery, promised: Line, rests: Mapping[int, float]) -> Line | None:
    """The product as it was delivered, or None when it is the promised one."""
    changes: dict[str, Any] = {}
    if delivery.mass_kg is not None and delivery.mass_kg != promised.mass_kg:
        changes["mass_kg"] = delivery.mass_kg
    if delivery.strategy is not None and delivery.strategy.code != promised.circular_strategy:
        changes["circular_strategy"] = delivery.strategy.code
    if delivery.bill:
        changes["bill_of_materials"] = kept_bill(delivery.bill)
    if delivery.pk in rests:
        # What is left of its making counts instead of R.
        changes["circular_strategy"] = NEW
    return replace(promised, **changes) if changes else None


def _promise(
    contract: Contract, terms: Terms, arrays: BasisArrays, line: Line, product: records.Product
) -> records.Promise:
    years = counted_lifetime(line, terms)
    counts = plan_counts(line, terms, years)
    return records.Promise(
        product=product,
        count=float(line.count),
        lifetime_years=years,
        end_of_life_factor=arrays.plan_factors[line.end_of_life_plan] if counts else 1.0,
        contract_start=contract.start,
        contract_end=contract.end,
        planned_delivery=line.planned_delivery,
        flows=[
            records.PromisedFlow(row.flow, float(row.quantity), row.basis == "item-once", row.role == "repair")
            for row in line.use
        ],
        consumed=terms.group.is_consumed,
    )


def _shared_use(found: Sequence[UseRecord], promises: Sequence[records.Promise]) -> list[list[records.UseRecord]]:
    """Per line its part of the records of the whole contract."""
    parts: list[list[records.UseRecord]] = [[] for _ in promises]
    for each in found:
        if each.line_id is None:
            for number, part in enumerate(use.divide_use(_use_record(each), promises)):
                if part is not None:
                    parts[number].append(part)
    return parts


def _use_record(each: UseRecord) -> records.UseRecord:
    return records.UseRecord(
        flow=each.flow.code,
        quantity=float(each.quantity),
        first=each.period_start,
        last=each.period_end,
        items=None if each.items is None else float(each.items),
        meter=each.meter or None,
    )


def _core_line(
    row: ContractLine,
    promise: records.Promise,
    arrays: BasisArrays,
    ranged: framework.RangedFactors,
    found: ActiveRecords,
    delivered: Mapping[int, records.Product],
    shared: Sequence[records.UseRecord],
) -> records.ContractLine:
    own = [_use_record(each) for each in found.use_records if each.line_id == row.pk]
    repairs = [
        records.Repair(each.material.code, float(each.mass_kg), each.date)
        for each in found.repairs
        if each.line_id == row.pk
    ]
    used = [*own, *shared]
    return records.ContractLine(
        promise=promise,
        intensity=_intensity(arrays.item_index, ranged.wide, promise, used, repairs),
        e_applies=records.e_applies(ranged.wide),
        deliveries=[
            records.Delivery(
                key=str(found.roots[each.pk]),
                day=each.date,
                count=float(each.count),
                product=delivered.get(each.pk),
                period_start=each.period_start,
                period_end=each.period_end,
            )
            for each in found.deliveries
            if each.line_id == row.pk
        ],
        use_records=used,
        repairs=repairs,
        repair_periods=[
            records.RepairPeriod(each.period_start, each.period_end)
            for each in found.repair_periods
            if each.line_id == row.pk
        ],
        retirements=_retirements(row, arrays, found),
        deliveries_closed_on=row.deliveries_closed_on,
    )


def _retirements(row: ContractLine, arrays: BasisArrays, found: ActiveRecords) -> list[records.Retirement]:
    own = [each for each in found.retirements if each.line_id == row.pk]
    return [_retirement(each, arrays, delivery_key(each, found)) for each in own]


def _retirement(each: Retirement, arrays: BasisArrays, key: str | None) -> records.Retirement:
    place = each.destination.code
    factor, treatment = arrays.destination_factors[place], arrays.routes.destinations.get(place)
    passed_on = place in LIVES_ON and bool(each.receiver)
    return records.Retirement(each.date, float(each.count), factor, key, treatment, passed_on)


def _intensity(
    index: Mapping[str, int],
    factors: Factors,
    promise: records.Promise,
    used: Sequence[records.UseRecord],
    repairs: Sequence[records.Repair],
) -> dict[str, Floats]:
    flows = {each.flow for each in promise.flows if not each.repair} | {each.flow for each in used}
    mended = {each.flow for each in promise.flows if each.repair} | {each.flow for each in repairs}
    found = {code: records.flow_intensity(factors, index[code]) for code in flows}
    for code in mended:
        found[records.repair_key(code)] = records.flow_intensity(factors, index[code], repair=True)
    return found


def last_day(today: date) -> date:
    """The last day of the month: the default as-of date."""
    first_of_next = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return date.fromordinal(first_of_next.toordinal() - 1)


@dataclass(frozen=True)
class LineStanding:
    """What came in of a line and what the promise had by the same day; `whole` is in the contract as it is now."""

    row: ContractLine
    delivered: float
    due: float
    whole: float


def standings_of(contract: Contract, day: date) -> list[LineStanding]:
    """Promised until this day beside delivered until this day, per line."""
    if not lines_of(contract):
        return []
    core = core_contract(contract, basis_arrays(current_basis()))
    found = []
    for row, line in zip(core.rows, core.lines, strict=True):
        at = service.standing(line, day)
        years = at.term_now if line.promise.consumed else 1.0
        found.append(LineStanding(row, at.delivered, at.due_units, line.promise.count * years))
    return found
