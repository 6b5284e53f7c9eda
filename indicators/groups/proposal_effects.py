"""What publishing a proposal would do, before it is published: for products, tenders, contracts and CPV codes.

Published tenders keep what they were published with (their limits, products and basis are pinned), and so do the
contracts that came of them. So what is told here is which concepts follow, and what happens to what runs: totals
are calculated again, as what comes of a tender from before limits were pinned follows too. Who names what is the
business of apps above: they register who counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from indicators.calculation.errors import CalculationError
from indicators.lines import Line, lines_to_arrays
from indicators.lines.line_checks import Known
from indicators.lines.product_lines import product_line
from indicators.lines.ranged import RangedFactors
from indicators.methods.trials import UNKNOWN, Between, Total
from indicators.models import BaselineProduct, Cpv, ProductGroup, Proposal, ProposedRow
from indicators.selectors import BasisArrays, basis_arrays, current_basis, offered_products, plans, reference_stamp
from indicators.selectors import strategies as all_strategies
from mvi_dashboard.ground.access import Actor

from .reference_rows import World
from .row_checks import line_of

_K = ProposedRow.Kind


@dataclass(frozen=True)
class Tenders:
    """The tenders that name a group, type or product: concepts follow, running ones keep what they have."""

    drafts: int = 0
    running: int = 0
    organisations: int = 0
    """of the running ones"""
    named: Sequence[str] = ()
    """the running ones that the reader may see: reference and title"""


@dataclass(frozen=True)
class Contracts:
    """The contracts that rest on a proposal, and what they do on the current basis, now and with its rows.

    `untold` count in no total: their organisation shares totals only, and has too few of them.
    """

    count: int = 0
    untold: int = 0
    totals: Sequence[Total] = ()


@dataclass(frozen=True)
class PerItem:
    """What one item does per year on one indicator, now and with the product that comes; unknown = incomplete."""

    name: str
    unit: str
    before: Between
    after: Between


@dataclass(frozen=True)
class RowEffect:
    """What one row of a proposal does."""

    row: ProposedRow
    tenders: Tenders | None
    """None: it touches no tender (a CPV prefix is a suggestion, a name is looked up)"""
    contracts: int | None
    """contracts that came of such tenders, whoever they belong to"""
    per_item: Sequence[PerItem] = ()
    codes: int | None = None
    """CPV codes that point at this prefix"""
    outside: Sequence[str] = field(default=())
    """names of products that are offered and no longer lie within the plausible mass"""


CountTenders = Callable[[Actor, ProposedRow], Tenders]
CountContracts = Callable[[ProposedRow], int]
Totals = Callable[[Sequence[ProposedRow], Mapping[str, ProductGroup]], Contracts]
_tenders: list[CountTenders] = []
_contracts: list[CountContracts] = []
_totals: list[Totals] = []


def register(
    *,
    tenders: CountTenders | None = None,
    contracts: CountContracts | None = None,
    totals: Totals | None = None,
) -> None:
    """Who counts tenders and contracts, and has totals: the apps above. Registering again replaces it."""
    if tenders is not None:
        _tenders[:] = [tenders]
    if contracts is not None:
        _contracts[:] = [contracts]
    if totals is not None:
        _totals[:] = [totals]


def effects_of(actor: Actor, proposal: Proposal) -> list[RowEffect]:
    """The effect of every row, in order, as this person may know it; nothing is stored."""
    rows = list(proposal.rows.order_by("kind", "code"))
    world, arrays = World(rows), basis_arrays(current_basis())
    return [_effect(actor, row, world, arrays) for row in rows]


def totals_of(proposal: Proposal) -> Contracts:
    """The contracts that rest on any row of it, with their totals now and calculated again; nothing is stored."""
    rows = [each for each in proposal.rows.order_by("kind", "code") if _is_named(each)]
    return _totals[0](rows, World(list(proposal.rows.all())).groups) if rows and _totals else Contracts()


def _is_named(row: ProposedRow) -> bool:
    """Whether tenders name it: a CPV prefix is a suggestion, and a name of a material is looked up."""
    return row.kind in (_K.GROUP, _K.TYPE, _K.PRODUCT) and row.before is not None


def _effect(actor: Actor, row: ProposedRow, world: World, arrays: BasisArrays) -> RowEffect:
    named = _is_named(row)
    return RowEffect(
        row,
        _tenders[0](actor, row) if named and _tenders else None,
        _contracts[0](row) if named and _contracts else None,
        _per_item(row, world, arrays) if row.kind == _K.PRODUCT else (),
        _codes(row.code) if row.kind == _K.PREFIX else None,
        _outside(row, world) if row.kind in (_K.GROUP, _K.TYPE) else (),
    )


def _codes(prefix: str) -> int:
    return Cpv.objects.filter(code__startswith=prefix).count()


def _outside(row: ProposedRow, world: World) -> list[str]:
    of = {"group__code": row.code} if row.kind == _K.GROUP else {"product_type__code": row.code}
    found = []
    for product in offered_products().filter(**of).select_related("group", "product_type").order_by("code"):
        group, kind = world.groups[product.group.code], product.product_type.code if product.product_type else None
        low, high = (group.limit(name, kind) for name in ("mass_min_kg", "mass_max_kg"))
        mass = float(product.mass_kg)
        if not group.is_consumed and ((low is not None and mass < low) or (high is not None and mass > high)):
            found.append(product.name_nl)
    return found


def _per_item(row: ProposedRow, world: World, arrays: BasisArrays) -> list[PerItem]:
    stamp = reference_stamp()
    known = Known(world.materials, all_strategies(stamp), plans(stamp))
    data = world.data(row)
    group = world.groups.get(data.get("group") or "")
    if group is None:
        return []
    after = _amounts(line_of(row.code, data, known), group, arrays)
    old = BaselineProduct.objects.select_related("group", "product_type", "strategy", "plan").filter(code=row.code)
    product = old.first()
    before = (
        _amounts(product_line(product), product.group, arrays) if product is not None else [UNKNOWN] * len(after)
    )
    return [
        PerItem(info.name, info.unit, before[place], after[place])
        for place, info in enumerate(arrays.indicators)
        if info.core
    ]


def _amounts(line: Line, group: ProductGroup, arrays: BasisArrays) -> list[Between]:
    """Per indicator the impact of one item per year, with its bounds; unknown where a factor is."""
    try:
        lines = lines_to_arrays(arrays, group, [line])
        found = RangedFactors.of(arrays.factors, lines).assess(lines)
    except (CalculationError, KeyError):  # a type that is not there yet, so that nothing is known of making it
        return [UNKNOWN] * len(arrays.indicators)
    told = []
    for place, value in enumerate(found.results.per_year[0].tolist()):
        if not found.results.complete[0, place] or math.isnan(value):
            told.append(UNKNOWN)
        elif found.bounded[0, place]:
            low, high = (float(each.per_year[0, place]) for each in (found.low, found.high))
            told.append(Between(value, low, high))
        else:
            told.append(Between(value))
    return told
