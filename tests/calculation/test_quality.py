"""The split of an impact over classes of factors: linear, so that the classes add up to the whole."""

from __future__ import annotations

import numpy as np
import pytest

from indicators.calculation.errors import ShapeMismatch
from indicators.calculation.impact import assess
from indicators.calculation.quality import per_year_by_factor

from .lines_of import ICT, KWH, METAL, PLASTIC, a_line, random_lines, small_factors


@pytest.mark.parametrize("seed", range(5))
def test_the_classes_of_factors_together_are_the_whole_result(seed: int) -> None:
    factors, lines = random_lines(seed, 30)
    draw = np.random.default_rng(seed)
    labels = draw.integers(0, 4, factors.primary.shape)
    processing = draw.integers(0, 4, factors.processing.shape)
    found = per_year_by_factor(factors, lines, labels, processing, 4)
    assert found.sum(axis=0) == pytest.approx(np.nan_to_num(assess(factors, lines).per_year), rel=1e-10, abs=1e-12)


def test_materials_processing_and_use_fall_in_the_class_of_their_factor() -> None:
    # per year: metal 2 * 0.6 * 10 / 4 = 3, plastic 2 * 0.4 * 4 / 4 = 0.8,
    # processing 2 * 156 / 4 = 78 and electricity 5 * 0.4 = 2
    line = a_line([(METAL, 0.6, 0), (PLASTIC, 0.4, 0)], [(KWH, 5)], group=ICT, mass=2, years=4)
    factors = small_factors()
    labels = np.zeros(factors.primary.shape, dtype=np.int64)
    labels[METAL], labels[KWH] = 1, 2
    processing = np.full(factors.processing.shape, 2)
    found = per_year_by_factor(factors, line, labels, processing, 3)[:, 0, 0]
    assert found.tolist() == pytest.approx([0.8, 3.0, 80.0])


def test_labels_that_do_not_fit_are_refused() -> None:
    factors, line = small_factors(), a_line([(METAL, 1, 0)])
    right = np.zeros(factors.processing.shape, dtype=np.int64)
    with pytest.raises(ShapeMismatch):
        per_year_by_factor(factors, line, np.zeros((1, 1), dtype=np.int64), right, 1)
