"""What a ranking hangs on: hand-worked variations of R, E and T, and when bids pass each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.calculation.factors import Factors
from indicators.calculation.impact import assess
from indicators.calculation.lines import Lines
from indicators.calculation.sensitivity import (
    ALONE,
    LIFETIME_STEP,
    SHARED,
    VARIATIONS,
    changes_place,
    demand_impacts,
    varied_demand_impacts,
)
from indicators.calculation.uncertainty import Question

from .lines_of import ICT, KWH, METAL, PLASTIC, a_line, joined, random_lines, small_factors

NEEDED = 10.0


def asked(lines: Lines, bids: list[int] | None = None) -> Question:
    names = [f"line {number}" for number in range(len(lines))]
    return Question(lines, names, np.array(bids or range(len(lines))), lines.count * NEEDED)


def climate(factors: Factors, question: Question) -> dict[str, list[float]]:
    """Every variation on the first indicator."""
    return {name: table[:, 0].tolist() for name, table in varied_demand_impacts(factors, question).items()}


def test_as_it_stands_it_is_what_the_lines_do_for_the_demand() -> None:
    factors, lines = random_lines(7, 40)
    bids = np.sort(np.random.default_rng(1).integers(0, 5, 40))
    found = demand_impacts(factors, asked(lines, bids.tolist()))
    per_year = np.nan_to_num(assess(factors, lines).per_year) * NEEDED
    expected = np.array([per_year[bids == bid].sum(axis=0) for bid in range(5)])
    assert found == pytest.approx(expected, rel=1e-12)


def test_each_variation_by_hand() -> None:
    # 2 kg metal (k = 10) for 4 years, R 0.8, E 0.9, and 5 kWh (k = 0.4) a year:
    # production 20 * 0.8 * 0.9 = 14.4; per year 14.4 / 4 + 2 = 5.6; for ten years 56.
    line = a_line([(METAL, 1, 0)], [(KWH, 5)], mass=2, years=4, r=0.8, e=0.9)
    factors, question = small_factors(), asked(line)
    assert demand_impacts(factors, question)[:, 0] == pytest.approx([56.0])
    found = climate(factors, question)
    assert found["no-strategy-discount"] == pytest.approx([20 * 0.9 / 4 * 10 + 20])
    assert found["no-end-of-life-discount"] == pytest.approx([20 * 0.8 / 4 * 10 + 20])
    assert found["no-discounts"] == pytest.approx([20 / 4 * 10 + 20])
    assert found["shorter-life"] == pytest.approx([14.4 / (4 * 0.8) * 10 + 20])
    assert found["longer-life"] == pytest.approx([14.4 / (4 * 1.2) * 10 + 20])


def test_without_r_recycled_content_counts_again_as_the_only_discount() -> None:
    half_recycled = [(METAL, 1, 0.5)]
    refurbished, new = a_line(half_recycled, r=0.8, years=1), a_line(half_recycled, years=1)
    factors = small_factors()
    assert demand_impacts(factors, asked(refurbished))[0, 0] == pytest.approx(10 * 0.8 * NEEDED)
    without = climate(factors, asked(refurbished))["no-strategy-discount"]
    assert without == pytest.approx([10 * 0.5 * NEEDED])
    assert without == pytest.approx(demand_impacts(factors, asked(new))[:, 0].tolist())


def test_what_is_consumed_has_no_other_life() -> None:
    factors, question = small_factors(), asked(a_line([(PLASTIC, 1, 0)], consumed=True, years=4))
    found = climate(factors, question)
    base = demand_impacts(factors, question)[:, 0].tolist()
    assert all(found[name] == base for name in ALONE)


def test_a_bid_of_several_lines_is_their_sum() -> None:
    first, second = a_line([(METAL, 1, 0)], r=0.2), a_line([(PLASTIC, 1, 0)], group=ICT, e=0.9)
    together = climate(small_factors(), asked(joined(first, second), [0, 0]))
    apart = [climate(small_factors(), asked(each)) for each in (first, second)]
    for name in VARIATIONS:
        assert together[name] == pytest.approx([apart[0][name][0] + apart[1][name][0]]), name


@pytest.mark.parametrize(
    ("base", "varied", "alone", "passes"),
    [
        ([1.0, 2.0], [1.5, 1.9], False, [False, False]),
        ([1.0, 2.0], [2.5, 2.4], False, [True, True]),
        ([1.0, 2.0], [2.5, 2.4], True, [True, False]),
        ([1.0, 2.0], [2.0, 2.0], True, [False, False]),
        ([1.0, 1.0], [2.0, 1.0], True, [False, False]),
        ([1.0], [5.0], False, [False]),
    ],
    ids=["closer", "all turn", "only the first passes", "equal is no passing", "equal bids", "one bid"],
)
def test_a_bid_changes_place_when_it_passes_another(
    base: list[float], varied: list[float], alone: bool, passes: list[bool]
) -> None:
    assert changes_place(np.array(base), np.array(varied), alone=alone).tolist() == passes


@given(
    years=st.floats(0.5, 40),
    use=st.floats(0, 100),
    r=st.sampled_from([1.0, 0.8, 0.2]),
    e=st.sampled_from([1.0, 0.9]),
)
def test_no_discount_and_a_shorter_life_never_make_a_bid_better(
    years: float, use: float, r: float, e: float
) -> None:
    line = a_line([(METAL, 0.5, 0), (PLASTIC, 0.5, 0)], [(KWH, use)], years=years, r=r, e=e)
    factors, question = small_factors(), asked(line)
    base, found = demand_impacts(factors, question)[0, 0], climate(factors, question)
    for name in (*SHARED, "shorter-life"):
        assert found[name][0] >= base * (1 - 1e-12)
    assert found["longer-life"][0] <= base * (1 + 1e-12)
    assert base - found["longer-life"][0] == pytest.approx(
        (found["shorter-life"][0] - base) * (1 - LIFETIME_STEP) / (1 + LIFETIME_STEP), rel=1e-6, abs=1e-9
    )
