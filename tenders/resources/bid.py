"""What is offered: a bid with its receipt and impacts, and what was decided about it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from indicators.resources.assessment import AssessedLine, ImpactTotal
from mvi_dashboard.ground.described import LEFT_OUT, Described, LeftOut, OneOf
from mvi_dashboard.ground.problem_answers import Remark
from mvi_dashboard.ground.receipts import Receipt as KeptReceipt
from tenders import models


class SetAside(Described):
    """Why a bid could not be opened; `_open` tries it again."""

    at: datetime
    reason: str


class BidRow(Described):
    """A bid in a list: nothing of what is in it."""

    id: UUID
    tender: UUID
    lot: UUID
    supplier: str
    state: Annotated[str, OneOf(models.Bid.State.values)]
    opened: bool
    set_aside: Annotated[SetAside | None, "Als deze inschrijving niet te openen was"]
    client_reference: Annotated[str | None, "Het eigen kenmerk van de leverancier"]

    @classmethod
    def of(cls, bid: models.Bid, **more: Any) -> Self:
        """Of this bid."""
        at = bid.set_aside_at
        return cls(
            id=bid.public_id,
            tender=bid.lot.tender.public_id,
            lot=bid.lot.public_id,
            supplier=bid.supplier.code,
            state=bid.state,
            opened=bid.opened,
            set_aside=None if at is None else SetAside(at=at, reason=bid.set_aside_reason),
            client_reference=bid.client_reference or None,
            **more,
        )


class Outcome(Described):
    """The decision that stands about the lot of a bid."""

    awarded: Annotated[bool, "Aan deze inschrijving gegund"]
    final: bool
    decided_at: datetime
    standstill_until: datetime
    reason: str


class Receipt(Described):
    """The proof of what was received and when."""

    sha256: str
    salt: str
    received_at: datetime
    signature: str

    @classmethod
    def of(cls, receipt: KeptReceipt) -> Self:
        """Of this receipt."""
        return cls(
            sha256=receipt.sha256,
            salt=receipt.salt,
            received_at=receipt.received_at,
            signature=receipt.signature,
        )


class Bid(BidRow):
    """A bid in clear, with its totals and the trace of each line."""

    outcome: Annotated[Outcome | None, "De gunningsbeslissing; null zolang die er niet is"]
    content: Annotated[dict[str, Any] | None, "De inschrijving zoals zij is ingestuurd; null als zij dicht is"]
    totals: list[ImpactTotal]
    version: int | LeftOut = LEFT_OUT
    receipt: Receipt | LeftOut = LEFT_OUT
    basis: str | LeftOut = LEFT_OUT
    input_hash: str | LeftOut = LEFT_OUT
    lines: list[AssessedLine] | LeftOut = LEFT_OUT


class BidReceived(Described):
    """What a supplier gets back for its bid: the receipt, and its own impacts."""

    id: UUID
    version: int
    receipt: Receipt
    impacts: list[ImpactTotal]
    warnings: list[Remark]


class LinesRead(Described):
    """How much of a workbook was read."""

    lines: int


class NotRead(Described):
    """What of a workbook was left out, and why."""

    what: str
    why: str


class BidPreview(Described):
    """A bid as it was read from a workbook; nothing is kept of it."""

    id: Annotated[None, "Er wordt niets opgeslagen: stuur het opnieuw met confirm=true"]
    read: LinesRead
    left_out: list[NotRead]
    errors: Annotated[list[Remark], "Altijd leeg: met fouten komt er geen voorbeeld"]
    document: Annotated[dict[str, Any], "De inschrijving zoals u die ook zonder werkboek kunt insturen"]


class Award(Described):
    """A decision about a lot."""

    lot: UUID
    bid: UUID
    basis: str
    decided_at: datetime
    standstill_until: Annotated[datetime, "Het eerste moment na de opschortende termijn: middernacht in Nederland"]
    standstill_days: int | None
    standstill_ground: Annotated[str | None, "Waarom de termijn korter is"]
    standstill_reason: str | None
    reason: str

    @classmethod
    def of(cls, award: models.Award) -> Self:
        """Of this decision."""
        return cls(
            lot=award.lot.public_id,
            bid=award.bid_version.bid.public_id,
            basis=award.basis.code,
            decided_at=award.decided_at,
            standstill_until=award.standstill_until,
            standstill_days=award.standstill_days,
            standstill_ground=award.standstill_ground or None,
            standstill_reason=award.standstill_reason or None,
            reason=award.reason,
        )
