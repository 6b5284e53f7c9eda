"""From an opened bid to its lines, bills of materials and results: made once, never changed.

The submission goes the same road in memory first (`rehearse`), so that what gets a receipt can be opened.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction

from indicators import services as framework
from indicators.calculation import CORE_VERSION, storage
from indicators.lines import as_document
from indicators.models import Basis
from indicators.selectors import BasisArrays
from indicators.services import Assessed, Known
from mvi_dashboard.ground import audit, clock, receipts
from mvi_dashboard.ground.constraints_in_memory import Unstorable, unstorable
from mvi_dashboard.ground.problems import Path, Problem, Refused, refuse
from mvi_dashboard.ground.shapes import camel
from mvi_dashboard.ground.vault import Purpose
from tenders.models import Bid, BidLine, BidVersion, BomRow, LineResult, Lot, LotItem, Tender, UseRow
from tenders.selectors import latest_version

from .bid_documents import arrays_of, assess_bid, items_of, of_demand, read_content
from .bid_rows import BidRows, Codes, bid_rows
from .pinning import open_files
from .sealing import unseal

_OPENABLE = (Tender.Status.PUBLISHED, Tender.Status.OPENED)
_CANNOT_OPEN = "Zo kunnen wij uw inschrijving later niet openen. Vul hier iets anders in."
_CANNOT_OPEN_ALL = "Zo kunnen wij uw inschrijving later niet openen. Controleer wat u invulde."
logger = logging.getLogger(__name__)


@transaction.atomic
def make_lines(bid: Bid) -> None:
    """Make the lines and results of the version that counts; nothing when they are there already.

    The same number of statements for one line or five hundred. Raises what keeps the bid from being opened.
    """
    locked = Bid.objects.select_for_update(of=("self",)).select_related(
        "lot__group", "lot__protocol", "lot__tender__vault", "lot__tender__price_vault"
    )
    bid = locked.select_related("lot__tender__basis__method_version__method").get(pk=bid.pk)
    version = latest_version(bid)
    # A tender that was stopped in between stays sealed, and who was decided about gets no new rivals.
    if bid.opened or version is None or bid.lot.tender.status not in _OPENABLE or bid.lot.state != Lot.State.OPEN:
        return
    version.bid = bid
    data = _as_read(unseal(version, purpose=Purpose.OPENING, actor=None), bid.lot)
    items = list(bid.lot.items.select_related("product_type").order_by("number"))
    codes, arrays = Codes.of_stored(data, bid.supplier_id), arrays_of(bid.lot.tender)
    rows, results = _made(version, data, items, codes, arrays, clock.now())
    rows.store()
    open_files(version)
    LineResult.objects.bulk_create(results)
    bid.opened, bid.client_reference = True, data["client_reference"] or ""
    bid.set_aside_at, bid.set_aside_reason = None, ""
    bid.save(update_fields=["opened", "client_reference", "set_aside_at", "set_aside_reason"])
    audit.record(None, "bid.opened", bid, organisation=bid.organisation_id)


def rehearse(
    bid: Bid,
    document: Mapping[str, Any],
    items: Sequence[LotItem],
    *,
    arrays: BasisArrays,
    known: Known,
    moment: datetime,
) -> list[Problem]:
    """What would keep this bid from being opened later: the road of the opening, in memory, with no statement.

    `document` is what will be sealed; it is read here as the opening will read it.
    """
    version = BidVersion(organisation_id=bid.lot.organisation_id, bid=bid)
    try:
        data = _as_read(json.loads(receipts.canonical(document)), bid.lot)
        rows, results = _made(version, data, items, Codes.of_known(known), arrays, moment)
        return [_said(each) for each in unstorable([*rows.all(), *results])]
    except Refused as refused:
        return refused.problems
    except Exception as error:
        # What it says could tell what is in the bid, and that stays sealed.
        logger.error("a bid cannot be opened later: %s", type(error).__name__)
        return [Problem((), "unopenable", _CANNOT_OPEN_ALL)]


def store_results(lines: Sequence[BidLine], assessed: Assessed, basis: Basis) -> None:
    """Keep the results of these lines on this basis."""
    LineResult.objects.bulk_create(_results(lines, assessed, basis, clock.now()))


def input_hashes(
    assessed: Assessed, basis: Basis, *, documents: Sequence[Mapping[str, Any]] | None = None
) -> list[str]:
    """What each result rests on: the line as it was sent, its group, and what the lot makes of its claims.

    `documents`: the lines as they were read once, where that was in other words than today.
    """
    documents = documents or [as_document(line) for line in assessed.given]
    return [
        storage.input_hash(
            {"line": document, "group": assessed.group.code, "counted": _counted(assessed, number)}, basis.code
        )
        for number, document in enumerate(documents)
    ]


def _as_read(document: Mapping[str, Any], lot: Lot) -> dict[str, Any]:
    """A sealed bid by the shape of its lot. Raises Refused when a part of it cannot be read."""
    data, problems = read_content(document, lot)
    if problems:
        raise Refused(problems)
    return data


def _made(
    version: BidVersion,
    data: Mapping[str, Any],
    items: Sequence[LotItem],
    codes: Codes,
    arrays: BasisArrays,
    moment: datetime,
) -> tuple[BidRows, list[LineResult]]:
    """The rows and results of a bid that was read, not stored yet. Raises Refused when a result has no end."""
    lot = version.bid.lot
    data = {**data, "lines": of_demand(data["lines"], items)}
    rows = bid_rows(version, data, items, codes)
    assessed = assess_bid(data["lines"], items_of(data["lines"], items), lot, arrays)
    ends = (assessed.results, assessed.bounds.high)
    if any(np.isinf(getattr(each, name)).any() for each in ends for name in storage.STORED):
        raise refuse("too_large", "Met deze getallen kunnen wij niet rekenen: zij zijn te groot.", "lines")
    assert lot.tender.basis is not None
    return rows, _results(rows.lines, assessed, lot.tender.basis, moment)


def _results(lines: Sequence[BidLine], assessed: Assessed, basis: Basis, moment: datetime) -> list[LineResult]:
    hashes, rows = input_hashes(assessed, basis), []
    for number, line in enumerate(lines):
        values, missing = storage.pack_result(assessed.results, number)
        low, high = packed_bounds(assessed, number)
        rows.append(
            LineResult(
                organisation_id=line.organisation_id,
                line=line,
                basis=basis,
                values=values,
                missing=missing,
                low=low,
                high=high,
                quality=framework.quality_split(assessed, number),
                input_hash=hashes[number],
                core_version=CORE_VERSION,
                created_at=moment,
            )
        )
    return rows


def packed_bounds(assessed: Assessed, number: int) -> tuple[bytes | None, bytes | None]:
    """The lowest and highest values of one line, as they are stored; None twice where no range counts."""
    if not assessed.bounds.bounded[number].any():
        return None, None
    low, high = (storage.pack_result(each, number)[0] for each in (assessed.bounds.low, assessed.bounds.high))
    return low, high


def _counted(assessed: Assessed, number: int) -> dict[str, Any]:
    """What the lot makes of a claim: the lifetime, the end-of-life factor and what of kept parts count."""
    lines = assessed.lines
    found: dict[str, Any] = {
        "lifetime_years": float(lines.lifetime_years[number]),
        "end_of_life_factor": float(lines.end_of_life_factor[number]),
    }
    if lines.kept_recycled_max is not None and lines.strategy_factor[number] < 1:
        rows = slice(int(lines.bill_start[number]), int(lines.bill_start[number + 1]))
        found["kept_recycled_max"] = lines.kept_recycled_max[rows].tolist()
    return found


def _said(found: Unstorable) -> Problem:
    """A row that cannot be stored, at the field of the document that it came from."""
    row = found.row
    path: Path = ()
    if isinstance(row, BidLine):
        path = ("lines", row.number - 1, camel(found.column))
    elif isinstance(row, BomRow):
        path = ("lines", row.line.number - 1, "billOfMaterials", row.number - 1, camel(found.column))
    elif isinstance(row, UseRow):
        path = ("lines", row.line.number - 1, "use", row.number - 1, camel(found.column))
    return Problem(path, "unopenable", _CANNOT_OPEN if path else _CANNOT_OPEN_ALL)
