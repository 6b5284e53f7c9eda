"""What is timed is the same work: the core and the bare loop give the same numbers."""

from __future__ import annotations

from mvi_dashboard.benchmark import drawing


def test_the_draws_that_are_timed_agree_with_the_bare_loop() -> None:
    engines, agreement = drawing.engines(rounds=1)
    assert agreement < 1e-12
    assert engines[0].ratio == 1.0
    assert len(engines) == 2
