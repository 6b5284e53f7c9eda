"""The order of bids on shared ranges: certain, a tie, or what it depends on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.calculation.bounds import Bounded, bounded_of, lines_with_slopes, with_slopes
from indicators.calculation.comparison import PARTS, BidItem, bounded_comparison, compare, join_comparisons
from indicators.calculation.factors import Factors, Formula, Kind
from indicators.calculation.impact import unit_products
from indicators.calculation.lines import Lines
from indicators.calculation.order import Orders, State, orders
from indicators.calculation.sensitivity import demand_impacts
from indicators.calculation.uncertainty import Question

from .lines_of import ICT, KWH, METAL, PLASTIC, a_line, joined, small_factors, worked_example
from .ranged import random_case, with_ranges

POINTS = 10_000
MAKING = ((True, ICT, False, 0), 120, 200)
RANGES = {
    "plastic": ((False, PLASTIC, False, 0), 2, 6),
    "metal": ((False, METAL, False, 0), 8, 14),
}
HEAVY = a_line([(METAL, 1, 0)], group=ICT, mass=2, years=5)
PAIRS = {
    "shared": (with_ranges(small_factors(), MAKING), HEAVY, replace(HEAVY, mass_kg=[1.9])),
    "break-even": (
        with_ranges(small_factors(), MAKING), HEAVY, a_line([(METAL, 1, 0)], [(KWH, 25)], group=ICT, years=3),
    ),
    "two-ranges": (
        with_ranges(small_factors(), *RANGES.values()),
        a_line([(PLASTIC, 1, 0)], years=1), a_line([(METAL, 1, 0)], mass=0.45, years=1),
    ),
    "same": (with_ranges(small_factors(), MAKING), HEAVY, HEAVY),
}  # fmt: skip


def impacts_of(factors: Factors, lines: Lines, bid: list[int] | None = None) -> Bounded:
    """(bids, I) per year, each line a bid by default."""
    numbers = np.arange(len(lines)) if bid is None else np.array(bid)
    question = Question(lines_with_slopes(factors, lines), [], numbers, lines.count)
    return bounded_of(factors, demand_impacts(with_slopes(factors), question))


def orders_of(case: str) -> Orders:
    factors, first, second = PAIRS[case]
    return orders(impacts_of(factors, joined(first, second)), 0)


@pytest.mark.parametrize("row", worked_example("order.csv"), ids=lambda row: "-".join(list(row.values())[:2]))
def test_an_order_worked_out_by_hand_is_what_the_core_finds(row):
    order = orders_of(row["case"]).order(0, 1)
    assert order is not None
    name, _, edge = row["quantity"].partition("-")
    if name in RANGES:
        one = next(each for each in order.depends_on if each.place == list(RANGES).index(name))
        found = {"": one.break_even, "from": one.open_from, "to": one.open_to}[edge]
    elif name == "break":
        found = order.decides.break_even
    else:
        found = getattr(order, name)
    assert found == pytest.approx(float(row["expected"]), rel=1e-12, abs=1e-12), row["derivation"]


def test_the_states_of_the_worked_examples():
    states = {case: orders_of(case).order(0, 1).state for case in PAIRS}
    assert states == {
        "shared": State.CERTAIN, "break-even": State.DEPENDS, "two-ranges": State.DEPENDS, "same": State.TIE,
    }  # fmt: skip
    assert orders_of("shared").order(0, 1).depends_on == ()


def test_the_first_bid_is_lower_on_its_own_side_of_the_break_even():
    one, turned = orders_of("break-even").order(0, 1), orders_of("break-even").order(1, 0)
    assert one.decides.first_is_lower_below
    assert not turned.decides.first_is_lower_below
    assert turned.decides.break_even == pytest.approx(one.decides.break_even)
    assert (one.decides.open_from, one.decides.open_to) == pytest.approx((140, 140))


def test_where_more_ranges_count_none_decides_and_the_largest_swing_comes_first():
    order = orders_of("two-ranges").order(0, 1)
    assert order.decides is None
    assert order.reverses
    assert [each.place for each in order.turning] == [0, 1]
    assert [each.swing for each in order.depends_on] == pytest.approx([4, -0.45 * 6])


def test_bids_that_can_be_equal_but_never_change_places_depend_without_reversing():
    factors = with_ranges(small_factors(), ((True, ICT, False, 0), 0, 200))
    recycled = a_line([(METAL, 1, 1)], group=ICT, mass=2)
    found = orders(impacts_of(factors, joined(recycled, replace(recycled, mass_kg=[1]))), 0).order(0, 1)
    assert found.state is State.DEPENDS
    assert not found.reverses
    assert found.decides.break_even == 0


def test_a_bid_without_a_place_has_no_order():
    factors, first, second = PAIRS["shared"]
    found = orders(impacts_of(factors, joined(first, second, second)), 0, np.array([True, False, True]))
    assert found.order(0, 1) is None
    assert found.ranking() == [2, 0]
    assert [(a, b, order.state) for a, b, order in found.neighbours()] == [(2, 0, State.CERTAIN)]
    assert found.neighbours([0, 1, 2]) == []


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.sampled_from(list(Formula)))
def test_what_is_said_of_an_order_holds_at_ten_thousand_points_of_the_box(seed, formula):
    factors, lines = random_case(seed, 8, formula, many=60)
    bids = [0, 0, 1, 1, 2, 2, 3, 3]
    everywhere = _at_random_points(factors, lines, np.array(bids), seed)
    found = orders(impacts_of(factors, lines, bids), 0)
    for first in range(4):
        for second in range(4):
            _assert_holds(found, first, second, everywhere[first] - everywhere[second], everywhere)


def _assert_holds(found: Orders, first: int, second: int, apart, everywhere) -> None:
    order, scale = found.order(first, second), 1e-9 * (1 + np.abs(everywhere).max())
    if first == second:
        assert order.state is State.TIE
        return
    assert (apart >= order.low - scale).all()
    assert (apart <= order.high + scale).all()
    if order.state is State.CERTAIN:
        assert (np.sign(apart) == np.sign(order.difference)).all()
    elif order.state is State.TIE:
        assert np.abs(apart).max() <= scale
    else:
        assert order.low <= 0 <= order.high
        assert order.depends_on
    for each in order.turning:
        central = found.ranges.central.copy()
        central[list(found.places).index(each.place)] = each.break_even
        step = (found.slopes[first] - found.slopes[second]) @ (central - found.ranges.central)
        assert order.difference + step == pytest.approx(0, abs=scale)


def _at_random_points(factors: Factors, lines: Lines, bid, seed: int):
    """(bids, POINTS) on the first indicator, by the core itself: every point is a column of its tables."""
    draw, ranges, tables = np.random.default_rng(seed), factors.ranges, []
    corner = draw.integers(0, 2, (POINTS // 10, len(ranges)))
    u = np.concatenate([corner, draw.random((POINTS - len(corner), len(ranges)))])
    values = ranges.low + u * (ranges.high - ranges.low)
    for table, mask in (
        (factors.primary, ranges.of_primary), (factors.processing, ranges.is_processing),
        (factors.recycled, ranges.recycled),
    ):  # fmt: skip
        wide = None if table is None else np.repeat(table[:, :1], POINTS, axis=1)
        for k in np.flatnonzero(mask & (ranges.indicator == 0)):
            wide[ranges.row[k]] = values[:, k]
        tables.append(wide)
    end = factors.footprint
    if end is not None:
        rest = {
            n: np.repeat(getattr(end, n)[:, :1], POINTS, axis=1) for n in ("recovery", "energy_credit", "disposal")
        }
        end = replace(end, recycling=tables[2], substituted=tables[0], **rest)
    wide = replace(
        factors, indicators=["climate"] * POINTS, primary=tables[0], processing=tables[1], recycled=tables[2],
        footprint=end, kinds=np.full(POINTS, Kind.ORDINARY), ranges=None,
    )  # fmt: skip
    return demand_impacts(wide, Question(lines, [], bid, lines.count))


def test_avoided_shares_the_ranges_of_bid_and_reference():
    factors, reference, bid = PAIRS["shared"]
    wide = with_slopes(factors)
    whole = compare(BidItem(unit_products(wide, bid), bid.count), unit_products(wide, reference), 1, 5)
    found = bounded_comparison(factors, whole)
    assert [found.avoided.low[0], found.avoided.value[0], found.avoided.high[0]] == pytest.approx([13, 16.6, 21])
    assert found.parts["composition"].low[0] == pytest.approx(13)
    assert found.parts["lifetime"].high[0] == pytest.approx(0)
    # Apart they would say nothing: the bid lies between 247 and 399, the reference between 260 and 420.
    assert found.demand_impact.high[0] > found.reference.low[0]
    assert found.complete.tolist() == [True, True, True]


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.sampled_from(list(Formula)))
def test_each_part_of_avoided_is_linear_in_the_ranges(seed, formula):
    factors, lines = random_case(seed, 5, formula)
    lines = replace(lines, consumed=np.zeros(5, dtype=bool))
    values = factors.ranges.low + np.random.default_rng(seed).random(len(factors.ranges)) * (
        factors.ranges.high - factors.ranges.low
    )

    def compared(on: Factors):
        unit = unit_products(on, lines)
        item = BidItem(unit.rows([0, 1]), lines.count[:2], unit.rows([2]), lines.count[2:3])
        other = BidItem(unit.rows([1]), lines.count[1:2])
        reference = unit.rows([4])
        return join_comparisons([compare(item, reference, 40, 7), compare(other, reference, 3, 7)])

    found = bounded_comparison(factors, compared(with_slopes(factors)))
    there = compared(factors.at_values(values))
    scale = 1e-9 * (1 + np.nanmax(np.abs(there.reference), initial=0) + np.nanmax(np.abs(there.demand_impact)))
    for name in ("demand_impact", "reference", "avoided"):
        np.testing.assert_allclose(getattr(found, name).at(values), getattr(there, name), atol=scale)
    for part in PARTS:
        np.testing.assert_allclose(found.parts[part].at(values), there.parts[part], atol=scale)
        known = ~np.isnan(there.parts[part])
        assert (there.parts[part] >= found.parts[part].low - scale)[known].all()
        assert (there.parts[part] <= found.parts[part].high + scale)[known].all()
