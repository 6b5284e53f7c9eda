"""What tendering answers, one described class per resource."""

from __future__ import annotations

from .bid import Award, Bid, BidPreview, BidReceived, BidRow, LinesRead, NotRead, Outcome, Receipt, SetAside
from .comparison import AvoidedPart, BidSetAside, ComparedBid, Comparison, Dependence, PairOrder, Variation
from .tender import (
    Ambition,
    AwardProposal,
    CoSigned,
    DemandItem,
    Lot,
    LotDocument,
    Tender,
    TenderDocument,
    TenderFields,
    TenderRow,
    lots_of,
)

__all__ = [
    "Ambition",
    "AvoidedPart",
    "Award",
    "AwardProposal",
    "Bid",
    "BidPreview",
    "BidReceived",
    "BidRow",
    "BidSetAside",
    "CoSigned",
    "ComparedBid",
    "Comparison",
    "DemandItem",
    "Dependence",
    "LinesRead",
    "Lot",
    "LotDocument",
    "NotRead",
    "Outcome",
    "PairOrder",
    "Receipt",
    "SetAside",
    "Tender",
    "TenderDocument",
    "TenderFields",
    "TenderRow",
    "Variation",
    "lots_of",
]
