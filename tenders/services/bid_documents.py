"""A bid as a document: read and checked against its lot, and read again at the opening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

from indicators import services as framework
from indicators.calculation import calendar_time, comparison
from indicators.lines import Line, as_document
from indicators.models import ProductGroup
from indicators.selectors import BasisArrays, basis_arrays, protocol_of
from indicators.services import Assessed, Known
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import Object, camel, lift_confirmed, read
from tenders.models import Lot, LotItem, Tender

from .declared import check_declared
from .references import References, kept_like
from .shapes import bid_shape
from .use_checks import check_use_given


class Terms(Protocol):
    """What of a lot decides how its products count; a contract that was born of no lot has its own."""

    @property
    def group(self) -> ProductGroup:
        """The product group."""

    @property
    def group_as_asked(self) -> ProductGroup:
        """The same with the limits that hold here."""

    @property
    def contract_start(self) -> date | None:
        """The first day."""

    @property
    def contract_end(self) -> date | None:
        """The last day."""


MOST_TIMES = 2
"""More than so many times what is needed is asked about."""


@dataclass(frozen=True)
class BidContent:
    """A bid that was read: its data, what was confirmed, and what is worth a remark."""

    data: Mapping[str, Any]
    problems: Sequence[Problem]
    notices: Sequence[Problem]
    confirmed: Sequence[Mapping[str, Any]]

    @property
    def lines(self) -> list[Line]:
        """The lines that were read."""
        return list(self.data["lines"])


def read_bid(
    document: Mapping[str, Any],
    lot: Lot,
    items: Sequence[LotItem],
    *,
    arrays: BasisArrays,
    known: Known,
    typed: bool = False,
) -> BidContent:
    """The bid with every problem that still stands; nothing is raised, so that the caller can add its own."""
    group = lot.group_as_asked
    data, problems = read_content(document, lot, typed=typed)
    lines = data["lines"] = of_demand(data.get("lines") or (), items)
    found, notices = framework.check_lines(lines, group=group, arrays=arrays, known=known)
    problems += found
    answered = items_of(lines, items)
    chosen = [item.use_energy if item is not None else None for item in answered]
    problems += framework.check_energy(lines, known.materials, chosen)
    problems += _check_items(lines, items, lot)
    problems += _check_types(lines, answered, group)
    problems += check_use_given(lines, answered, lot)
    protocol = protocol_of(lot.protocol)
    problems += framework.check_answers(lines, protocol)
    problems += framework.check_figures(lines, group, arrays, protocol)
    problems += check_declared(data)
    standing, confirmed = lift_confirmed(problems, data.get("confirmations"))
    remarks = [*notices, *_above_cap(lines, lot), *_plan_left_out(lines, lot, arrays)]
    remarks += framework.unanswered(lines, protocol, consumed=group.is_consumed, level=lot.request_level)
    return BidContent(data, standing, remarks, confirmed)


def read_content(
    document: Mapping[str, Any], lot: Lot, *, typed: bool = False
) -> tuple[dict[str, Any], list[Problem]]:
    """(data, problems) by the shape of the lot; what is consumed lasts as long as the contract, when left open."""
    data, problems = read(shape_of(lot), document, typed=typed)
    if lot.group.is_consumed and data.get("lines"):
        data["lines"] = [_for_the_contract(line, lot) for line in data["lines"]]
    return data, problems


def of_demand(lines: Sequence[Line], items: Sequence[LotItem]) -> list[Line]:
    """The lines, with the product type of the demand that they answer where they name none themselves."""
    return [_of_demand(line, item_of(line, items)) for line in lines]


def _of_demand(line: Line, item: LotItem | None) -> Line:
    if item is None or item.product_type is None or line.product_type is not None or line.role != "main":
        return line
    return replace(line, product_type=item.product_type.code, absent=line.absent - {"product_type"})


def _check_types(lines: Sequence[Line], answered: Sequence[LotItem | None], group: ProductGroup) -> list[Problem]:
    """A main product is of the type that was asked; what is no type of the group is told already."""
    found = []
    for number, (line, item) in enumerate(zip(lines, answered, strict=True)):
        asked = item.product_type if item is not None else None
        if asked is None or line.role != "main" or line.product_type == asked.code:
            continue
        if line.product_type in group.types_by_code:
            text = worded(
                "Gevraagd is de soort {name_nl}: bied dat aan, of laat dit veld leeg.", name_nl=asked.name_nl
            )
            found.append(Problem(("lines", number, "productType"), "other_type", text))
    return found


def _for_the_contract(line: Line, lot: Lot) -> Line:
    if line.lifetime_years is not None:
        return line
    years = Decimal(str(round(counted_lifetime(line, lot), 6)))
    return replace(line, lifetime_years=years, absent=line.absent - {"lifetime_years"})


def shape_of(lot: Lot) -> Object:
    """What a bid on this lot looks like: as the pinned protocol asks, at the level of the lot."""
    protocol = protocol_of(lot.protocol)
    return bid_shape(consumed=lot.group.is_consumed, protocol=protocol, level=lot.request_level)


def assess_bid(
    lines: Sequence[Line],
    answered: Sequence[LotItem | None],
    lot: Terms,
    arrays: BasisArrays,
    references: References | None = None,
) -> Assessed:
    """What these lines are expected to do under this lot: with the lifetime and the end of life that count.

    `answered`: the demand item of each line, as its reference product bounds what kept parts count; `references`
    as in `kept_like`.
    """
    lifetimes = [counted_lifetime(line, lot) for line in lines]
    counts = [plan_counts(line, lot, years) for line, years in zip(lines, lifetimes, strict=True)]
    like = kept_like(lines, answered, arrays, lot.group, references)
    numbers = [framework.without_answers(line) for line in lines]
    return framework.assess_lines(
        arrays, lot.group, numbers, lifetimes=lifetimes, plan_counts=counts, kept_like=like
    )


def items_of(lines: Sequence[Line], items: Sequence[LotItem]) -> list[LotItem | None]:
    """The demand item that each line answers."""
    return [item_of(line, items) for line in lines]


def counted_lifetime(line: Line, lot: Terms) -> float:
    """T of comparison and award: the claim up to the cap of the group or the warranty; a consumed group counts
    the years of the contract (method, sections 3 and 4)."""
    if lot.group.is_consumed and lot.contract_start and lot.contract_end:
        first, last = calendar_time.span(lot.contract_start, lot.contract_end)
        return last - first
    claimed, cap = float(line.lifetime_years), lot.group_as_asked.limit("lifetime_cap_years", line.product_type)
    if cap is None:
        return claimed
    warranty = line.warranty_years
    return comparison.capped_lifetime(claimed, cap, None if warranty is None else float(warranty))


def plan_counts(line: Line, lot: Terms, years: float) -> bool:
    """Whether the end-of-life promise counts: its moment lies in the contract, or it survives the contract."""
    if lot.group.is_consumed or line.promise_survives:
        return True
    due = line.planned_delivery or lot.contract_start
    if due is None or lot.contract_end is None:
        return False
    end = calendar_time.moment(lot.contract_end + timedelta(days=1))
    return calendar_time.moment(due) + years <= end + 1e-9


def spelled(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was read in the words of REST again: how a bid from a form is sealed."""
    return {camel(name): _spelled(value) for name, value in data.items() if value is not None}


def arrays_of(tender: Tender, stamp: tuple[int, int, int] | None = None) -> BasisArrays:
    """The arrays of the basis that this tender pinned."""
    assert tender.basis is not None
    return basis_arrays(tender.basis, stamp)


def item_of(line: Line, items: Sequence[LotItem]) -> LotItem | None:
    """The demand item that a line answers; the only one when it does not say."""
    if line.item is None:
        return items[0] if len(items) == 1 else None
    return next((item for item in items if item.number == line.item), None)


def _spelled(value: Any) -> Any:
    if isinstance(value, Line):
        return spelled(as_document(value))
    if isinstance(value, Mapping):
        return spelled(value)
    return [_spelled(item) for item in value] if isinstance(value, list | tuple) else value


def _check_items(lines: Sequence[Line], items: Sequence[LotItem], lot: Lot) -> list[Problem]:
    """Each line answers a demand item, and together they answer all of it."""
    problems = []
    offered: dict[int, Decimal] = {}
    place: dict[int, int] = {}
    readable = True
    for number, line in enumerate(lines):
        item = item_of(line, items)
        if item is None:
            code, text = ("required", "Zeg voor welke vraag dit is.")
            if line.item is not None:
                code, text = "does_not_exist", "Deze vraag staat niet in dit perceel."
            problems.append(Problem(("lines", number, "item"), code, text))
        if item is None or not line.has("count"):
            readable = False
        elif line.role == "main":
            offered[item.number] = offered.get(item.number, Decimal(0)) + Decimal(line.count)
            place.setdefault(item.number, number)
            problems += _check_not_too_many(item, Decimal(line.count), number)
    if not readable or not lines:
        return problems
    if lot.fewer_items_allowed:
        text = "Bied minstens één hoofdproduct aan."
        return problems if offered else [*problems, Problem(("lines",), "item_missing", text)]
    for item in items:
        problems += _check_enough(item, offered.get(item.number), place.get(item.number))
    return problems


def _check_not_too_many(item: LotItem, count: Decimal, line: int) -> list[Problem]:
    if count <= MOST_TIMES * item.needed_count:
        return []
    text = worded(
        "Er zijn {needed_count} nodig en u biedt er {count} aan. Klopt dat? Bevestig het met een reden.",
        needed_count=f"{item.needed_count.normalize():f}",
        count=f"{count.normalize():f}",
    )
    return [Problem(("lines", line, "count"), "implausible", text, confirmable=True)]


def _check_enough(item: LotItem, offered: Decimal | None, line: int | None) -> list[Problem]:
    if offered is None:
        text = worded(
            "Bied ook iets aan voor vraag {number}: {description}.",
            number=item.number,
            description=item.description,
        )
        return [Problem(("lines",), "item_missing", text)]
    if offered < item.needed_count:
        text = worded(
            "Er zijn {needed_count} nodig en u biedt er {offered} aan.",
            needed_count=f"{item.needed_count.normalize():f}",
            offered=f"{offered.normalize():f}",
        )
        return [Problem(("lines", line or 0, "count"), "fewer_items", text)]
    return []


def _plan_left_out(lines: Sequence[Line], lot: Lot, arrays: BasisArrays) -> list[Problem]:
    """Say so when a promise about the end of life counts for nothing, as it would fall after the contract."""
    text = (
        "Wat is beloofd over het einde van de levensduur telt nu niet mee: dan is het contract al voorbij. "
        "Geldt zij ook daarna? Kruis dat aan."
    )
    return [
        Problem(("lines", number, "endOfLifePlan"), "plan_after_contract", text)
        for number, line in enumerate(lines)
        if arrays.plan_factors.get(line.end_of_life_plan or "", 1.0) < 1
        and line.has("lifetime_years")
        and not plan_counts(line, lot, counted_lifetime(line, lot))
    ]


def _above_cap(lines: Sequence[Line], lot: Lot) -> list[Problem]:
    if lot.group.is_consumed:
        return []
    found = []
    for number, line in enumerate(lines):
        if line.has("lifetime_years") and counted_lifetime(line, lot) < float(line.lifetime_years):
            text = worded(
                "In de vergelijking telt {line} jaar: meer alleen met garantie.",
                line=f"{counted_lifetime(line, lot):g}",
            )
            found.append(Problem(("lines", number, "lifetimeYears"), "above_cap", text))
    return found
