"""Which rows of a tender never change again, and which must stay inside their organisation."""

from __future__ import annotations

from mvi_dashboard.ground import guards

from . import models as m

# What is asked lies fast from the publication on: bids were made for it. The protocol is pinned in that same act.
_PUBLISHED = (
    "EXISTS (SELECT 1 FROM tenders_lot asked JOIN tenders_tender tender ON tender.id = asked.tender_id "
    "WHERE asked.id = {lot} AND tender.status <> 'draft')"
)


def register() -> None:
    """Versions, lines, results and decisions are append-only; children keep their parent's organisation."""
    guards.register(
        [
            *(
                guards.append_only(model)
                for model in (
                    m.BidVersion,
                    m.BidLine,
                    m.BomRow,
                    m.UseRow,
                    m.DeclaredResult,
                    m.LineResult,
                    m.Award,
                    m.AwardEvent,
                    m.AwardProposal,
                    m.OpeningConfirmation,
                    m.Confirmation,
                )
            ),
            guards.same_organisation(m.TenderTheme, "tender"),
            guards.same_organisation(m.Lot, "tender"),
            guards.same_organisation(m.LotItem, "lot"),
            guards.same_organisation(m.Bid, "lot"),
            guards.same_organisation(m.BidVersion, "bid"),
            guards.same_organisation(m.BidLine, "bid_version"),
            guards.same_organisation(m.BomRow, "line"),
            guards.same_organisation(m.UseRow, "line"),
            guards.same_organisation(m.LineResult, "line"),
            guards.same_organisation(m.Award, "lot"),
            guards.same_organisation(m.AwardEvent, "award"),
            guards.same_organisation(m.AwardProposal, "lot"),
            guards.same_organisation(m.AwardRule, "lot"),
            guards.same_organisation(m.Confirmation, "bid_version"),
            guards.same_organisation(m.DeclaredResult, "line"),
            guards.frozen_when(m.LotItem, _PUBLISHED.format(lot='OLD."lot_id"')),
            guards.frozen_when(m.Lot, _PUBLISHED.format(lot='OLD."id"'), ("state", "protocol")),
        ]
    )
