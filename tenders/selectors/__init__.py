"""Reading tenders, bids and what they are expected to do."""

from __future__ import annotations

from .bids import (
    bid_count,
    bid_counts,
    bids_of,
    bids_set_aside,
    get_bid,
    latest_version,
    latest_versions,
    own_bids,
    own_bids_on,
)
from .due import due_for
from .lines import confirmations_of, declared_of, documents_of_lines, line_document, lines_of_opened_bids
from .outcomes import Outcome, is_decided, news_for, outcome_of
from .tenders import (
    cancel_reason,
    closes_soon,
    document_of_tender,
    get_published_lot,
    get_tender,
    in_state,
    standing_award,
    standing_awards,
    status_of,
    taken_back,
    tenders_to_cosign,
    visible_tenders,
    wait_for_opening,
    who_opened,
)

__all__ = [
    "Outcome",
    "bid_count",
    "bid_counts",
    "bids_of",
    "bids_set_aside",
    "cancel_reason",
    "closes_soon",
    "confirmations_of",
    "declared_of",
    "document_of_tender",
    "documents_of_lines",
    "due_for",
    "get_bid",
    "get_published_lot",
    "get_tender",
    "in_state",
    "is_decided",
    "latest_version",
    "latest_versions",
    "line_document",
    "lines_of_opened_bids",
    "news_for",
    "outcome_of",
    "own_bids",
    "own_bids_on",
    "standing_award",
    "standing_awards",
    "status_of",
    "taken_back",
    "tenders_to_cosign",
    "visible_tenders",
    "wait_for_opening",
    "who_opened",
]
