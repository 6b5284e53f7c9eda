"""Bids that came in somewhere else, as documents that an officer brings in: read by the rules of every bid."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from indicators.selectors import reference_stamp
from indicators.services import known_to
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Supplier
from mvi_dashboard.ground.problems import Problem, Problems
from mvi_dashboard.ground.shapes import Field
from mvi_dashboard.ground.suppliers.naming import firms_named
from tenders.models import Bid, Lot, Tender

from .bid_documents import BidContent, arrays_of, read_bid, spelled
from .line_making import rehearse

_MORE_FIRMS = "Er zijn meer leveranciers die zo heten: geef het KvK-nummer."
_NO_FIRM = "Deze leverancier bestaat niet. Geef naam, KvK-nummer of code, of maak de leverancier eerst aan."


@dataclass(frozen=True)
class ReceivedBid:
    """One bid as it was read: of whom, on which lot, and what it offers."""

    supplier: Supplier
    lot: Lot
    content: BidContent

    @property
    def sealed(self) -> dict[str, Any]:
        """What is sealed of it: the words of REST, however it came in."""
        return spelled(self.content.data)


def read_received(
    actor: Actor,
    tender: Tender,
    documents: Sequence[Mapping[str, Any]],
    moment: datetime,
    *,
    beside: Collection[str] = (),
    typed: Collection[int] = (),
) -> tuple[list[ReceivedBid | None], Problems]:
    """Each bid (None where it cannot be had) and every problem, under `bids` and its number.

    `beside` are fields that are no part of a bid, `typed` the numbers of the documents that a person filled in.
    """
    stamp = reference_stamp()
    arrays, known = arrays_of(tender, stamp), known_to(actor, stamp)
    lots = {lot.number: lot for lot in tender.lots.select_related("group", "protocol")}
    firms = firms_named(actor, {_text(each, "supplier") for each in documents})
    bids: list[ReceivedBid | None] = []
    problems = Problems()
    for number, document in enumerate(documents):
        supplier, wrong = _firm_of(document, firms)
        lot = lots.get(_lot_number(document))
        if lot is None:
            wrong.append(Problem(("lot",), "does_not_exist", "Dit perceel bestaat niet."))
        bid = None
        if lot is not None:
            lot.tender = tender
            rest = {key: each for key, each in document.items() if key not in ("supplier", "lot", *beside)}
            items = list(lot.items.select_related("product_type").order_by("number"))
            content = read_bid(rest, lot, items, arrays=arrays, known=known, typed=number in typed)
            wrong += content.problems or rehearse(
                Bid(lot=lot), spelled(content.data), items, arrays=arrays, known=known, moment=moment
            )
            bid = ReceivedBid(supplier, lot, content) if supplier is not None else None
        problems += [each.under("bids", number) for each in wrong]
        bids.append(bid)
    return bids, problems


def _firm_of(
    document: Mapping[str, Any], firms: Mapping[str, Sequence[Supplier]]
) -> tuple[Supplier | None, list[Problem]]:
    text = _text(document, "supplier")
    if not text and document.get("supplier") in (None, ""):
        return None, [Problem(("supplier",), "required", Field.missing)]
    found = firms.get(text, ())
    if len(found) == 1:
        return found[0], []
    code, said = ("ambiguous", _MORE_FIRMS) if found else ("does_not_exist", _NO_FIRM)
    return None, [Problem(("supplier",), code, said)]


def _lot_number(document: Mapping[str, Any]) -> int:
    """The number of the lot; left out, null or empty, it is the first."""
    number = document.get("lot")
    if number in (None, ""):
        return 1
    if isinstance(number, str):
        return int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 0
    return number if type(number) is int else 0


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) and "\x00" not in value else ""
