"""What is done with tenders and bids; each function is one act, in one transaction, with its audit entry."""

from __future__ import annotations

from indicators.services import DataQuality

from .acting import tender_act
from .answers import BidAnswer, bid_answer, receipts_of
from .awarding import TO_FINALISE, decide_award, make_final, withdraw_award
from .bid_answers import bid_read, bid_received
from .bid_documents import Terms, assess_bid, counted_lifetime, items_of, plan_counts
from .bid_rows import Codes, product_rows
from .bidding import document_known, draft_of, replace_bid, save_draft, submit_bid, withdraw_bid
from .certainty import Certainty, Varied, certainty_of
from .comparing import (
    ComparedBid,
    LotComparison,
    compare_lot,
    compare_tender,
    price_of,
    reference_units,
)
from .comparison_answers import comparison_answer
from .comparison_files import ComparisonFile
from .drafting import cancel_tender, change_tender, create_tender, publish_tender
from .elsewhere import hold_elsewhere, unload_bid
from .history import record_history
from .line_making import make_lines, store_results
from .loading import check_bids, load_bids, with_confirmations
from .loads import content_of, expires_at, keep_load, own_load, require_may_load, throw_away
from .notices import CHOICES, Notice, concept_of, facts_of, ocid_of, take_notice, taken_before
from .opening import (
    close_opening,
    finish_opening,
    interrupted_openings,
    open_tender,
    opening_job,
    to_open,
    unopened,
)
from .pinning import pinned_ids
from .placing import order_of, places_of, ranks
from .publishing import Need, doubts_about, needs_of
from .sealing import receipt_ids, receipt_of
from .set_aside import open_bid
from .tender_answers import tender_answer, tender_row

__all__ = [
    "CHOICES",
    "TO_FINALISE",
    "BidAnswer",
    "Certainty",
    "Codes",
    "ComparedBid",
    "ComparisonFile",
    "DataQuality",
    "LotComparison",
    "Need",
    "Notice",
    "Terms",
    "Varied",
    "assess_bid",
    "bid_answer",
    "bid_read",
    "bid_received",
    "cancel_tender",
    "certainty_of",
    "change_tender",
    "check_bids",
    "close_opening",
    "compare_lot",
    "compare_tender",
    "comparison_answer",
    "concept_of",
    "content_of",
    "counted_lifetime",
    "create_tender",
    "decide_award",
    "document_known",
    "doubts_about",
    "draft_of",
    "expires_at",
    "facts_of",
    "finish_opening",
    "hold_elsewhere",
    "interrupted_openings",
    "items_of",
    "keep_load",
    "load_bids",
    "make_final",
    "make_lines",
    "needs_of",
    "ocid_of",
    "open_bid",
    "open_tender",
    "opening_job",
    "order_of",
    "own_load",
    "pinned_ids",
    "places_of",
    "plan_counts",
    "price_of",
    "product_rows",
    "publish_tender",
    "ranks",
    "receipt_ids",
    "receipt_of",
    "receipts_of",
    "record_history",
    "reference_units",
    "replace_bid",
    "require_may_load",
    "save_draft",
    "store_results",
    "submit_bid",
    "take_notice",
    "taken_before",
    "tender_act",
    "tender_answer",
    "tender_row",
    "throw_away",
    "to_open",
    "unload_bid",
    "unopened",
    "with_confirmations",
    "withdraw_award",
    "withdraw_bid",
]
