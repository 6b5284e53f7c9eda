"""What of a bid is stored before the opening: sealed bytes in which neither content nor size tells a price.

The price is sealed apart, so that it can open later, and the receipt with it: salt and hash are of the whole bid,
so who has them and the rest of the bid could try prices.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mvi_dashboard.ground import receipts, vault
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.problems import refuse
from mvi_dashboard.ground.receipts import Receipt
from mvi_dashboard.ground.vault import Purpose
from tenders.models import Bid, BidVersion

LARGEST_DRAFT = 2 * 1024 * 1024
FILES = "files"
"""in what is sealed: the files of this version; a bid that is sent in has no such field"""
_PRICE = ("price", "currency")
_PRICE_WIDTH = 256
"""Any price takes this room in a concept, so that its digits do not push it into a next block."""


def keep_version(bid: Bid, number: int, document: Mapping[str, Any], moment: datetime) -> BidVersion:
    """Store this bid, sealed and receipted. The spelling that is hashed is the canonical JSON of the document."""
    tender, ids = bid.lot.tender, receipt_ids(bid, number)
    assert tender.vault is not None
    price, rest = _apart(document)
    receipt = receipts.issue(receipts.canonical(document), received_at=moment, ids=ids)
    proof = {"sha256": receipt.sha256, "salt": receipt.salt, "signature": receipt.signature}
    priced = receipts.canonical({"price": price, "receipt": proof})
    return BidVersion.objects.create(
        organisation_id=bid.organisation_id,
        bid=bid,
        number=number,
        sealed=vault.seal(tender.vault, receipts.canonical(rest), _context(bid, number)),
        sealed_price=vault.seal(tender.price_vault or tender.vault, priced, _price_context(bid, number)),
        receipt_hmac=receipts.imprint(receipt, ids),
        received_at=moment,
    )


def unseal(version: BidVersion, *, purpose: Purpose, actor: Actor | None) -> dict[str, Any]:
    """The bid as it was read, without the files that were pinned with it. Raises vault.Unopenable."""
    document = unseal_whole(version, purpose=purpose, actor=actor)
    document.pop(FILES, None)
    return document


def unseal_whole(version: BidVersion, *, purpose: Purpose, actor: Actor | None) -> dict[str, Any]:
    """All that the receipt is of: the bid, and under `files` the id and hash of each file. Raises Unopenable."""
    tender, context = version.bid.lot.tender, _context(version.bid, version.number)
    assert tender.vault is not None
    rest = vault.unseal(tender.vault, bytes(version.sealed), context, purpose=purpose, actor=actor)
    document: dict[str, Any] = json.loads(rest)
    return document | unseal_price(version, actor, purpose=purpose)


def unseal_price(
    version: BidVersion, actor: Actor | None, *, purpose: Purpose = Purpose.OPENING
) -> dict[str, Any]:
    """The sealed price and currency of a bid. Raises vault.Unopenable."""
    price: dict[str, Any] = _priced(version, purpose, actor)["price"]
    return price


def receipt_of(version: BidVersion, *, purpose: Purpose, actor: Actor | None) -> Receipt:
    """The receipt of this version: for who may read its price. Raises vault.Unopenable."""
    proof = _priced(version, purpose, actor)["receipt"]
    return Receipt(received_at=version.received_at, **proof)


def receipt_ids(bid: Bid, number: int) -> dict[str, Any]:
    """What a receipt is about, beside hash and moment: under this the signature stands."""
    return {"bid": bid.public_id, "tender": bid.lot.tender.public_id, "version": number}


def seal_draft(bid: Bid, document: Mapping[str, Any]) -> bytes:
    """A concept as it was typed, sealed. Raises Refused: too large."""
    price, rest = (json.dumps(part).encode() for part in _apart(document))
    if len(price) + len(rest) > LARGEST_DRAFT:
        raise refuse("too_large", "Dit concept is te groot: sla minder regels op.")
    safe = bid.lot.tender.vault
    assert safe is not None
    return vault.seal(safe, b"[%b,%b]" % (price.ljust(_PRICE_WIDTH), rest), _draft_context(bid))


def unseal_draft(bid: Bid, actor: Actor) -> dict[str, Any]:
    """The own concept as it was typed. Raises vault.Unopenable."""
    safe = bid.lot.tender.vault
    assert safe is not None
    assert bid.draft is not None
    text = vault.unseal(safe, bytes(bid.draft), _draft_context(bid), purpose=Purpose.OWN, actor=actor)
    price, rest = json.loads(text)
    document: dict[str, Any] = rest | price
    return document


def _apart(document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    price = {key: value for key, value in document.items() if key in _PRICE}
    return price, {key: value for key, value in document.items() if key not in _PRICE}


def _priced(version: BidVersion, purpose: Purpose, actor: Actor | None) -> dict[str, Any]:
    tender, context = version.bid.lot.tender, _price_context(version.bid, version.number)
    safe = tender.price_vault or tender.vault
    assert safe is not None
    text = vault.unseal(safe, bytes(version.sealed_price), context, purpose=purpose, actor=actor)
    priced: dict[str, Any] = json.loads(text)
    return priced


def _context(bid: Bid, number: int) -> str:
    return f"bid {bid.public_id} version {number}"


def _price_context(bid: Bid, number: int) -> str:
    return f"price of bid {bid.public_id} version {number}"


def _draft_context(bid: Bid) -> str:
    return f"draft of bid {bid.public_id}"
