"""What must hold of bids: receipts fit what is sealed, and results can be made again from what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from indicators.calculation import storage
from indicators.calculation.errors import WrongPack
from indicators.calculation.impact import Results
from indicators.lines import Line, as_document
from indicators.models import Basis
from indicators.selectors import basis_arrays
from indicators.services import Assessed
from mvi_dashboard.ground import receipts, verification
from mvi_dashboard.ground.shapes import camel
from mvi_dashboard.ground.vault import Purpose, Unopenable
from tenders.models import Bid, BidLine, BidVersion, BomRow, LineResult, UseRow
from tenders.selectors import latest_version, sent_lines
from tenders.services import assess_bid, receipt_ids, receipt_of
from tenders.services.bid_documents import items_of, of_demand, read_content
from tenders.services.bid_rows import stated_hash
from tenders.services.line_making import input_hashes, packed_bounds
from tenders.services.sealing import unseal, unseal_whole

# One line is calculated in one order: only another version of numpy gives other last digits.
_AGREES_OF_A_LINE = 1e-12
_LEFT_OUT = object()
_WITH = ("bid__lot__tender__vault", "bid__lot__tender__price_vault")


def register() -> None:
    """Add the checks of this app to `manage.py verify`."""
    verification.register("receipts", receipt_differences)
    verification.register("results", result_differences)
    verification.register("lines", line_differences)


def receipt_differences() -> Iterator[str]:
    """A line per version whose content, hash, imprint and signature do not fit; destroyed vaults are skipped."""
    for version in BidVersion.objects.select_related(*_WITH).order_by("pk").iterator(chunk_size=200):
        name = f"bid {version.bid.public_id} version {version.number}"
        tender = version.bid.lot.tender
        if tender.vault is None or tender.vault.destroyed_at is not None:
            continue
        try:
            document = unseal_whole(version, purpose=Purpose.VERIFY, actor=None)
            receipt = receipt_of(version, purpose=Purpose.VERIFY, actor=None)
        except Unopenable as closed:
            yield f"{name}: {closed}"
            continue
        ids = receipt_ids(version.bid, version.number)
        if receipts.digest(receipts.canonical(document), receipt.salt) != receipt.sha256:
            yield f"{name}: the content is not what the receipt says"
        if not receipts.is_imprint_of(version.receipt_hmac, receipt, ids):
            yield f"{name}: the receipt is not the one that was given"
        signed = receipts.verify(
            receipt.signature, sha256=receipt.sha256, salt=receipt.salt, received_at=receipt.received_at, ids=ids
        )
        if not signed:
            yield f"{name}: the signature does not fit"


def line_differences() -> Iterator[str]:
    """A line per opened bid of which a result does not rest on what was sealed, or is not there at all."""
    opened = Bid.objects.filter(opened=True, state=Bid.State.SUBMITTED).select_related(
        "lot__group", "lot__tender__vault", "lot__tender__price_vault", "lot__tender__basis"
    )
    for bid in opened.order_by("pk").iterator(chunk_size=200):
        version, tender = latest_version(bid), bid.lot.tender
        if (
            version is None
            or tender.basis is None
            or tender.vault is None
            or tender.vault.destroyed_at is not None
        ):
            continue
        version.bid = bid
        try:
            document = unseal(version, purpose=Purpose.VERIFY, actor=None)
        except Unopenable:
            continue  # told by the receipts
        data, _problems = read_content(document, bid.lot)
        found = LineResult.objects.filter(line__bid_version=version, basis=tender.basis)
        stored = dict(found.values_list("line__number", "input_hash"))
        items = list(bid.lot.items.select_related("product_type"))
        data["lines"] = of_demand(data["lines"], items)
        answered = items_of(data["lines"], items)
        assessed = assess_bid(data["lines"], answered, bid.lot, basis_arrays(tender.basis))
        read = [as_document(line) for line in assessed.given]
        before = _as_read_before(read, document.get("lines"))
        if all(stored != _hashes(assessed, tender.basis, lines) for lines in (read, before)):
            yield f"bid {bid.public_id}: its results do not rest on what was sealed"
        numbered = list(enumerate(data["lines"], start=1))
        if _bill_of(version) != [row for number, line in numbered for row in _bill(number, line)]:
            yield f"bid {bid.public_id}: its bill of materials is not what was sealed"
        if _use_of(version) != [row for number, line in numbered for row in _use(number, line)]:
            yield f"bid {bid.public_id}: its use is not what was sealed"
    yield from _stated_differences()


def _stated_differences() -> Iterator[str]:
    """A line per product in no bid of which bill or use is not what was said."""
    rows = BidLine.objects.filter(bid_version__isnull=True).select_related("strategy", "plan", "product_type")
    for line in rows.order_by("pk").iterator(chunk_size=200):
        numbers = [sorted(each.values_list("number", flat=True)) for each in (line.materials, line.use)]
        in_order = all(each == list(range(1, len(each) + 1)) for each in numbers)
        if not in_order or stated_hash(sent_lines([line])[line.pk]) != line.stated_hash:
            yield f"product {line.pk} of a contract: its bill or use is not what was said"


def _hashes(assessed: Assessed, basis: Basis, lines: Any) -> dict[int, str]:
    """What the result of each line of a bid should say that it rests on, when it was read like this."""
    return dict(enumerate(input_hashes(assessed, basis, documents=lines), start=1))


def _as_read_before(read: Any, sealed: Any) -> Any:
    """What was read in the shapes of before decision 27, on which older results rest: an empty text that was sent
    was None, also where leaving it out gave an empty text."""
    if isinstance(read, Mapping) and isinstance(sealed, Mapping):
        return {name: _as_read_before(value, sealed.get(camel(name), _LEFT_OUT)) for name, value in read.items()}
    if isinstance(read, list) and isinstance(sealed, list):
        return [_as_read_before(*pair) for pair in zip(read, sealed, strict=True)]
    return None if sealed in ("", None) else read


def _bill_of(version: BidVersion) -> list[tuple[Any, ...]]:
    """The stored materials of a bid, in order."""
    names = ("line__number", "number", "component", "material__code", "in_kg", "share", "recycled", "added")
    rows = BomRow.objects.filter(line__bid_version=version)
    return list(rows.order_by("line__number", "number", "pk").values_list(*names))


def _bill(number: int, line: Line) -> list[tuple[Any, ...]]:
    """The materials of a sealed line, as they are stored."""
    return [
        (
            *(number, place, row.component or "", row.material, row.mass_kg is not None),
            *(row.share if row.mass_kg is None else row.mass_kg, row.recycled, row.added),
        )
        for place, row in enumerate(line.bill_of_materials, start=1)
    ]


def _use_of(version: BidVersion) -> list[tuple[Any, ...]]:
    names = ("line__number", "number", "flow__code", "quantity", "basis", "role", "supplied_under")
    rows = UseRow.objects.filter(line__bid_version=version)
    return list(rows.order_by("line__number", "number", "pk").values_list(*names))


def _use(number: int, line: Line) -> list[tuple[Any, ...]]:
    return [
        (number, place, row.flow, row.quantity, row.basis, row.role, row.supplied_under or "")
        for place, row in enumerate(line.use, start=1)
    ]


def result_differences() -> Iterator[str]:
    """A line per stored result that does not come out again from the stored line and its basis."""
    found = LineResult.objects.select_related(
        "basis",
        "line__item__lot__group",
        "line__item__lot__tender",
        "line__strategy",
        "line__plan",
        "line__product_type",
    )
    for result in found.order_by("pk").iterator(chunk_size=200):
        line = result.line
        arrays = basis_arrays(result.basis)
        again = assess_bid([sent_lines([line])[line.pk]], [line.item], line.item.lot, arrays)
        try:
            stored = storage.unpack_result(bytes(result.values), bytes(result.missing), len(arrays.indicators))
        except WrongPack:
            yield f"result {result.pk} of line {line.pk}: its bytes are not those of a result"
            continue
        for name in _differing(stored, again.results):
            yield f"result {result.pk} of line {line.pk}: {name} comes out differently"
        yield from _bounds_differ(result, again)


def _differing(stored: storage.StoredResult, again: Results) -> list[str]:
    """The values of one line that do not come out again."""
    return [
        name
        for name in storage.STORED
        if not np.allclose(getattr(stored, name), getattr(again, name)[0], _AGREES_OF_A_LINE, 0.0, equal_nan=True)
    ]


def _bounds_differ(result: LineResult, again: Assessed) -> Iterator[str]:
    """A line for each value of which a stored bound does not come out again."""
    name = f"result {result.pk} of line {result.line_id}"
    if (packed_bounds(again, 0)[0] is None) is not (result.low is None):
        yield f"{name}: it is bounded now and was not, or the other way round"
        return
    for end, packed, now in (("low", result.low, again.bounds.low), ("high", result.high, again.bounds.high)):
        if packed is None:
            continue
        try:
            stored = storage.unpack_result(bytes(packed), bytes(result.missing), len(again.arrays.indicators))
        except WrongPack:
            yield f"{name}: the bytes of {end} are not those of a result"
            continue
        for value in _differing(stored, now):
            yield f"{name}: {end} of {value} comes out differently"
