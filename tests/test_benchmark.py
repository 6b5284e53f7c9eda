"""What is timed is the same work: the core and the bare loop give the same numbers."""

from __future__ import annotations

import pytest

from contracts.models import Contract
from mvi_dashboard.benchmark import drawing, recording


def test_the_draws_that_are_timed_agree_with_the_bare_loop() -> None:
    engines, agreement = drawing.engines(rounds=1)
    assert agreement < 1e-12
    assert engines[0].ratio == 1.0
    assert len(engines) == 2


@pytest.mark.django_db
def test_the_records_that_are_timed_come_in_by_both_ways(reference: None) -> None:
    by_service, by_post = recording.engines(rows=20, rounds=1)
    assert (by_service.ratio, by_post.ratio > 0) == (1.0, True)
    assert set(Contract.objects.values_list("lines__delivered_count", flat=True)) == {20}
