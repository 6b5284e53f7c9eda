"""What may happen to each column of a tender, its bids and its awards."""

from __future__ import annotations

from mvi_dashboard.ground import column_rules, kept, triggers
from mvi_dashboard.ground.column_rules import ALL, Extra, Guarded
from mvi_dashboard.ground.triggers import Guard

from . import models as m

# What is asked lies fast from the publication on: bids were made for it. The protocol is pinned in that same act.
_OF_LOT = (
    "EXISTS (SELECT 1 FROM tenders_lot asked JOIN tenders_tender tender ON tender.id = asked.tender_id "
    "WHERE asked.id = {lot} AND tender.status {status})"
)
_OF_TENDER = "EXISTS (SELECT 1 FROM tenders_tender tender WHERE tender.id = {tender} AND tender.status {status})"
_NOT_DRAFT = "<> 'draft'"
_OF_LINE = (
    "EXISTS (SELECT 1 FROM tenders_bidline line "
    "JOIN tenders_bidversion version ON version.id = line.bid_version_id "
    "JOIN tenders_bid bid ON bid.id = version.bid_id WHERE line.id = NEW.line_id AND bid.opened)"
)
_OF_OPENED_VERSION = (
    "EXISTS (SELECT 1 FROM tenders_bidversion version JOIN tenders_bid bid ON bid.id = version.bid_id "
    "WHERE version.id = NEW.bid_version_id AND bid.opened)"
)
# A bid comes in before the deadline; what was received elsewhere is written down afterwards.
_TOO_LATE = (
    "NEW.kind = 'bid' AND EXISTS (SELECT 1 FROM tenders_bid bid JOIN tenders_lot lot ON lot.id = bid.lot_id "
    "JOIN tenders_tender tender ON tender.id = lot.tender_id WHERE bid.id = NEW.bid_id AND (tender.status <> "
    "'published' OR (NOT tender.recorded_afterwards AND tender.platform = '' "
    "AND NEW.received_at >= tender.deadline)))"
)
_VAULT_OPEN = (
    "EXISTS (SELECT 1 FROM tenders_tender tender JOIN ground_vault vault ON vault.id = tender.vault_id "
    "WHERE tender.id = NEW.tender_id AND vault.opened_at IS NOT NULL)"
)
_STATUS = {
    "draft": ("published", "cancelled"),
    "published": ("opened", "cancelled"),
    "opened": ("decided", "final", "cancelled"),
    "decided": ("opened", "final", "cancelled"),
    "final": (),
    "cancelled": (),
}
_BID_STATE = {"concept": ("submitted", "withdrawn"), "submitted": ("withdrawn",), "withdrawn": ()}
_COUNTS = "counts the changes, so that two people do not write over each other"


def register() -> None:
    """What is asked lies fast when it is published, what is offered when it comes in, what is decided at once."""
    column_rules.register([*_asked(), *_offered(), *_decided()], _PLACES)
    kept.register(m.Tender, "title", "reference")
    kept.register(m.Lot, "title", changes=False)
    kept.register(m.Bid)
    triggers.register([_FILES_IN_TIME])


_CLOSED_FOR_FILES = (
    "NEW.object_type = 'bid' AND EXISTS (SELECT 1 FROM tenders_bid bid "
    "JOIN tenders_lot lot ON lot.id = bid.lot_id JOIN tenders_tender tender ON tender.id = lot.tender_id "
    "WHERE bid.id = NEW.object_id AND "
    "(tender.status <> 'published' OR (tender.platform = '' AND {moment} >= tender.deadline)))"
)
_LATE = "a bid takes no more files after its deadline"
_WITHDRAWN = "NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at AND " + _CLOSED_FOR_FILES.format(
    moment="NEW.withdrawn_at"
)
# Files stand on the floor, which knows no bids: what holds for those of a bid is said here.
_FILES_IN_TIME = (
    Guard("tenders", "ground_attachment", "INSERT", _CLOSED_FOR_FILES.format(moment="NEW.added_at"), _LATE),
    Guard("tenders", "ground_attachment", "UPDATE", _WITHDRAWN, _LATE),
)

_PLACES = [
    (m.TenderTheme, "tender"),
    (m.TakenNotice, "tender"),
    (m.Lot, "tender"),
    (m.LotItem, "lot"),
    (m.Bid, "lot"),
    (m.BidVersion, "bid"),
    (m.BidLine, "bid_version"),
    (m.BomRow, "line"),
    (m.UseRow, "line"),
    (m.LineResult, "line"),
    (m.Award, "lot"),
    (m.AwardEvent, "award"),
    (m.AwardProposal, "lot"),
    (m.AwardRule, "lot"),
    (m.Confirmation, "bid_version"),
    (m.DeclaredResult, "line"),
]


def _asked() -> list[Guarded]:
    return [
        Guarded(
            m.Tender,
            frozen_when="OLD.status <> 'draft'",
            since="from publication",
            always=("organisation", "public_id", "recorded_afterwards", "created_at"),
            once=("opened_at",),
            forward={"status": _STATUS},
            free={"version": _COUNTS},
        ),
        Guarded(
            m.Lot,
            frozen_when=_OF_TENDER.format(tender="OLD.tender_id", status=_NOT_DRAFT),
            since="from publication",
            always=("organisation", "public_id"),
            once=("protocol", "limits"),
            forward={"state": {"open": ("decided",), "decided": ("open", "final"), "final": ()}},
            closed=_OF_TENDER.format(tender="NEW.tender_id", status=_NOT_DRAFT),
        ),
        Guarded(
            m.LotItem,
            frozen_when=_OF_LOT.format(lot="OLD.lot_id", status=_NOT_DRAFT),
            since="from publication",
            closed=_OF_LOT.format(lot="NEW.lot_id", status=_NOT_DRAFT),
        ),
        Guarded(
            m.TenderTheme,
            frozen_when=_OF_TENDER.format(tender="OLD.tender_id", status=_NOT_DRAFT),
            since="from publication",
            closed=_OF_TENDER.format(tender="NEW.tender_id", status=_NOT_DRAFT),
        ),
        Guarded(m.TakenNotice),
        Guarded(m.AwardRule, frozen_when="OLD.locked_at IS NOT NULL", since="from publication"),
    ]


def _offered() -> list[Guarded]:
    return [
        Guarded(
            m.Bid,
            frozen_when="OLD.opened",
            since="from the opening",
            always=(
                *("organisation", "public_id", "lot", "supplier", "channel", "created_at"),
                *(
                    "platform",
                    "platform_reference",
                    "platform_opened_at",
                    "platform_openers",
                    "platform_file_sha256",
                ),
            ),
            once=("opened", "withdrawn_at"),
            forward={"state": _BID_STATE},
            free={"version": _COUNTS, "draft": "a sealed concept, until it is submitted"},
            kept="TRUE",
            closed=_OF_LOT.format(lot="NEW.lot_id", status="<> 'published'"),
            extra=(Extra("UPDATE", "OLD.opened AND NEW.state <> OLD.state", "an opened bid stands"),),
        ),
        Guarded(
            m.BidVersion,
            derived=dict.fromkeys(("sealed", "sealed_price", "receipt_hmac"), "receipts"),
            closed=_TOO_LATE,
        ),
        Guarded(m.BidLoad, free={ALL: "kept for a day; nothing rests on it"}, kept="FALSE"),
        Guarded(m.OpeningConfirmation, closed=_VAULT_OPEN),
        Guarded(m.BidLine, closed=_OF_OPENED_VERSION),
        Guarded(m.Confirmation, closed=_OF_OPENED_VERSION),
        Guarded(m.BomRow, derived={ALL: "lines", "organisation": "places"}, closed=_OF_LINE),
        Guarded(m.UseRow, derived={ALL: "lines", "organisation": "places"}, closed=_OF_LINE),
        Guarded(m.DeclaredResult, closed=_OF_LINE),
        Guarded(m.LineResult, derived=dict.fromkeys(("values", "low", "high", "missing"), "results")),
    ]


def _decided() -> list[Guarded]:
    return [
        Guarded(m.Award),
        Guarded(m.AwardEvent),
        Guarded(m.AwardProposal),
    ]
