"""A bid as the typed answer for its supplier and, after the opening, for the officer."""

from __future__ import annotations

from indicators.services import assessment_answer
from mvi_dashboard.ground.described import LEFT_OUT
from mvi_dashboard.ground.problem_answers import remarks_of
from tenders import resources, selectors
from tenders.models import Bid

from .answers import BidAnswer


def bid_received(answer: BidAnswer) -> resources.BidReceived:
    """What a supplier gets back for its bid."""
    assert answer.version is not None
    assert answer.receipt is not None
    return resources.BidReceived(
        id=answer.bid.public_id,
        version=answer.version.number,
        receipt=resources.Receipt.of(answer.receipt),
        impacts=answer.impacts,
        warnings=remarks_of(answer.notices),
    )


def bid_read(answer: BidAnswer) -> resources.Bid:
    """A bid in clear; of a concept, or one that was set aside, what can be told."""
    outcome = outcome_of(answer.bid)
    if answer.version is None or answer.assessed is None:
        return resources.Bid.of(answer.bid, outcome=outcome, content=None, totals=[])
    assessed = assessment_answer(answer.assessed)
    return resources.Bid.of(
        answer.bid,
        outcome=outcome,
        version=answer.version.number,
        receipt=LEFT_OUT if answer.receipt is None else resources.Receipt.of(answer.receipt),
        content=dict(answer.content),
        basis=assessed.basis,
        input_hash=assessed.input_hash,
        lines=assessed.lines,
        totals=assessed.totals,
    )


def outcome_of(bid: Bid) -> resources.Outcome | None:
    """The decision about the lot of this bid, for its supplier and for officers alike."""
    found = selectors.outcome_of(bid)
    if found is None:
        return None
    return resources.Outcome(
        awarded=found.awarded,
        final=found.final,
        decided_at=found.award.decided_at,
        standstill_until=found.award.standstill_until,
        reason=found.award.reason,
    )
