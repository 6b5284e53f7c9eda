"""Who asks what, what is offered, what it is expected to do."""

from __future__ import annotations

from .awards import Award, AwardEvent, AwardProposal, AwardRule, StandstillGround
from .bids import Bid, BidLoad, BidVersion, Confirmation, OpeningConfirmation
from .lines import BidLine, BomRow, DeclaredResult, LineResult, UseRow
from .tenders import Lot, LotItem, TakenNotice, Tender, TenderTheme

__all__ = [
    "Award",
    "AwardEvent",
    "AwardProposal",
    "AwardRule",
    "Bid",
    "BidLine",
    "BidLoad",
    "BidVersion",
    "BomRow",
    "Confirmation",
    "DeclaredResult",
    "LineResult",
    "Lot",
    "LotItem",
    "OpeningConfirmation",
    "StandstillGround",
    "TakenNotice",
    "Tender",
    "TenderTheme",
    "UseRow",
]
