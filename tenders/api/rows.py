"""Tenders, bids and awards as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from indicators.calculation.comparison import PARTS
from indicators.calculation.factors import Floats
from indicators.services import assessment_answer
from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.rest.answers import warnings_of
from tenders import selectors
from tenders.models import Award, AwardProposal, Bid, Lot, Tender
from tenders.selectors.tenders import OPENING_WINDOW
from tenders.services import BidAnswer, Certainty, ComparedBid, LotComparison, ranks


def tender_row(tender: Tender) -> dict[str, Any]:
    """A tender in a list."""
    return {
        "id": tender.public_id,
        "reference": tender.reference,
        "title": tender.title,
        "status": selectors.status_of(tender, clock.now()),
        "organisation": tender.organisation.code,
        "deadline": tender.deadline,
    }


def tender_answer(actor: Actor, tender: Tender) -> dict[str, Any]:
    """One tender as a whole; of sealed bids only the number, and only for the organisation."""
    document = selectors.document_of_tender(tender)
    by_number = {lot.number: lot for lot in tender.lots.all()}
    for row in document["lots"]:
        lot = by_number[row["number"]]
        row["id"], row["state"] = lot.public_id, lot.state
        row["protocol"] = f"{lot.protocol.code} {lot.protocol.version}" if lot.protocol else None
    waiting = selectors.wait_for_opening(tender, clock.now()) if tender.status == Tender.Status.PUBLISHED else None
    own = actor.supplier_id is None
    count, aside = selectors.bid_counts(tender) if own else (0, 0)
    if not own:
        document["estimatedValue"] = None
    return {
        **tender_row(tender),
        **document,
        "basis": tender.basis.code if tender.basis else None,
        "publishedAt": tender.published_at,
        "openedAt": tender.opened_at,
        "waiting": waiting is not None if own else None,
        "waitingUntil": waiting.moment + OPENING_WINDOW if own and waiting is not None else None,
        "bids": count if own else None,
        "setAside": aside if own else None,
        "proposals": _proposals(actor, tender),
    }


def bid_row(bid: Bid) -> dict[str, Any]:
    """A bid in a list: nothing of what is in it."""
    return {
        "id": bid.public_id,
        "tender": bid.lot.tender.public_id,
        "lot": bid.lot.public_id,
        "supplier": bid.supplier.code,
        "state": bid.state,
        "opened": bid.opened,
        "setAside": None if bid.set_aside_at is None else {"at": bid.set_aside_at, "reason": bid.set_aside_reason},
        "clientReference": bid.client_reference or None,
    }


def received_answer(answer: BidAnswer) -> dict[str, Any]:
    """What a supplier gets back for its bid: the receipt, and its own impacts."""
    assert answer.version is not None
    return {
        "id": answer.bid.public_id,
        "version": answer.version.number,
        "receipt": _receipt(answer),
        "impacts": answer.impacts,
        "warnings": warnings_of(answer.notices),
    }


def _receipt(answer: BidAnswer) -> dict[str, Any]:
    """The proof of what was received and when."""
    receipt = answer.receipt
    assert receipt is not None
    return {
        "sha256": receipt.sha256,
        "salt": receipt.salt,
        "receivedAt": receipt.received_at,
        "signature": receipt.signature,
    }


def bid_as_answer(answer: BidAnswer) -> dict[str, Any]:
    """A bid in clear, with its totals and the trace of each line."""
    row = bid_row(answer.bid) | {"outcome": _outcome(answer.bid)}
    if answer.version is None or answer.assessed is None:
        return {**row, "content": None, "totals": []}
    assessed = assessment_answer(answer.assessed)
    return {
        **row,
        "version": answer.version.number,
        "receipt": _receipt(answer),
        "content": answer.document,
        "basis": assessed["basis"],
        "inputHash": assessed["inputHash"],
        "lines": assessed["lines"],
        "totals": assessed["totals"],
    }


def _outcome(bid: Bid) -> dict[str, Any] | None:
    """The decision about the lot of this bid, for its supplier and for officers alike."""
    found = selectors.outcome_of(bid)
    if found is None:
        return None
    return {
        "awarded": found.awarded,
        "final": found.final,
        "decidedAt": found.award.decided_at,
        "standstillUntil": found.award.standstill_until,
        "reason": found.award.reason,
    }


def award_answer(award: Award) -> dict[str, Any]:
    """A decision."""
    return {
        "lot": award.lot.public_id,
        "bid": award.bid_version.bid.public_id,
        "basis": award.basis.code,
        "decidedAt": award.decided_at,
        "standstillUntil": award.standstill_until,
        "standstillDays": award.standstill_days,
        "standstillGround": award.standstill_ground or None,
        "standstillReason": award.standstill_reason or None,
        "reason": award.reason,
    }


def proposal_answer(proposal: AwardProposal) -> dict[str, Any]:
    """A decision without a standstill that waits for a second person, who may send the same."""
    return {
        "waiting": not hasattr(proposal, "award"),
        "lot": proposal.lot.public_id,
        "bid": proposal.bid_version.bid.public_id,
        "reason": proposal.reason,
        "standstillDays": 0,
        "standstillGround": proposal.standstill_ground,
        "standstillReason": proposal.standstill_reason,
        "proposedAt": proposal.proposed_at,
        "proposedBy": str(proposal.proposed_by),
    }


def _proposals(actor: Actor, tender: Tender) -> list[dict[str, Any]]:
    """What waits for a second person who decides, for those who may be that person."""
    if tender.status != Tender.Status.OPENED or not actor.may(access.TENDER_DECIDE, tender.organisation_id):
        return []
    return [proposal_answer(each) for each in selectors.waiting_proposals(tender, clock.now()).values()]


def comparison_answer(comparison: LotComparison, place: int, certainty: Certainty | None) -> dict[str, Any]:
    """The bids of a lot on one indicator; with how sure that is when it was asked."""
    info = comparison.arrays.indicators[place]
    placed = ranks(comparison.bids, place)
    return {
        "lot": comparison.lot.public_id,
        "indicator": info.code,
        "unit": info.unit,
        "basis": comparison.arrays.code,
        "referenceIsBaseline": comparison.reference_is_baseline,
        "bids": [
            _compared_row(each, place, placed[each.bid.pk]) | _certainty(each, certainty)
            for each in comparison.bids
        ],
        "setAside": [
            {"bid": bid.public_id, "supplier": bid.supplier.code, "reason": bid.set_aside_reason}
            for bid in comparison.set_aside
        ],
        "uncertaintyCounts": certainty.counts if certainty else None,
        "drawnAsCertain": list(certainty.drawn_as_certain) if certainty else None,
    }


def _certainty(each: ComparedBid, certainty: Certainty | None) -> dict[str, Any]:
    if certainty is None or each.bid.pk not in certainty.bounds:
        return {"bounds": None, "probabilityBest": None, "sensitivity": None}
    low, high = certainty.bounds[each.bid.pk]
    return {
        "bounds": {"low": low, "high": high},
        "probabilityBest": certainty.probability_best[each.bid.pk],
        "sensitivity": [
            {"variation": row.variation, "demandImpact": row.demand_impact, "changesPlace": row.changes_place}
            for row in certainty.sensitivity[each.bid.pk]
        ],
    }


def _compared_row(each: ComparedBid, place: int, rank: int | None) -> dict[str, Any]:
    found, quality = each.comparison, each.quality(place)
    return {
        "bid": each.bid.public_id,
        "supplier": each.bid.supplier.code,
        "place": rank,
        "price": each.price,
        "priceForDemand": each.price_for_demand,
        "priceOfWholePurchases": each.price_of_purchases,
        "demandImpact": _known(found.demand_impact, place),
        "reference": _known(found.reference, place),
        "avoided": _known(found.avoided, place),
        "avoidedParts": [{"part": part, "value": _known(found.parts[part], place)} for part in PARTS],
        "environmentalCost": None,
        "score": None,
        "complete": bool(found.complete[place]),
        "dataQuality": dict(quality.split),
        "worstQuality": quality.worst,
        "assumption": quality.assumed,
        "factorQuality": dict(quality.factors),
        "wholePurchases": each.whole_purchases,
    }


def _known(values: Floats, place: int) -> float | None:
    value = float(values[place])
    return None if np.isnan(value) else value


def lot_of(tender: Tender, public_id: Any) -> Lot | None:
    """The lot with this id, or the only one."""
    lots = list(tender.lots.all())
    if public_id is None:
        return lots[0] if len(lots) == 1 else None
    return next((lot for lot in lots if lot.public_id == public_id), None)
