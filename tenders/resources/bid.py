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


class Elsewhere(Described):
    """Where a bid came in that an officer brought in, and what proves it: the hash of the file that was opened."""

    platform: str
    reference: str | None
    opened_at: datetime
    openers: Annotated[str, "Wie het daar opende"]
    file_sha256: Annotated[str, "SHA-256 van het bestand zoals het daar is geopend"]

    @classmethod
    def of(cls, bid: models.Bid) -> Self | None:
        """Of this bid; None when it came in here."""
        if bid.platform_opened_at is None:
            return None
        return cls(
            platform=bid.platform,
            reference=bid.platform_reference or None,
            opened_at=bid.platform_opened_at,
            openers=bid.platform_openers,
            file_sha256=bid.platform_file_sha256,
        )


class BidRow(Described):
    """A bid in a list: nothing of what is in it."""

    id: UUID
    tender: UUID
    lot: UUID
    supplier: str
    state: Annotated[str, OneOf(models.Bid.State.values)]
    opened: bool
    channel: Annotated[str, OneOf(models.Bid.Channel.values)]
    elsewhere: Annotated[Elsewhere | None, "Als deze inschrijving op een ander platform binnenkwam"]
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
            channel=bid.channel,
            elsewhere=Elsewhere.of(bid),
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


class BidsRead(Described):
    """How many workbooks were read."""

    bids: int


class LoadedFile(Described):
    """One workbook from another platform, as it was read."""

    name: str
    sha256: str
    lot: Annotated[int | None, "Het nummer van het perceel waarvoor het is"]
    supplier: Annotated[str | None, "Van wie het is, of null als dat niet uit de naam volgt"]
    notes: list[str]


class LoadPreview(Described):
    """What was read of workbooks from another platform; nothing is kept of it."""

    read: BidsRead
    left_out: list[NotRead]
    errors: Annotated[list[Remark], "Wat eerst moet worden hersteld of bevestigd"]
    files: list[LoadedFile]


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
