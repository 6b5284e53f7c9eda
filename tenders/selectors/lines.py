"""Lines of opened bids in the words of a document, read back from their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from tenders.models import Bid, BidLine, BidVersion, BomRow, Confirmation, DeclaredResult, Lot, UseRow


def lines_of_opened_bids(lot: Lot) -> dict[BidVersion, list[BidLine]]:
    """The lines of each opened bid on a lot in order, by the version that counts; by name of the supplier.

    Version, bid and supplier come along: one query for any number of bids.
    """
    opened = BidLine.objects.filter(
        bid_version__bid__lot=lot, bid_version__bid__state=Bid.State.SUBMITTED, bid_version__bid__opened=True
    )
    joined = opened.select_related("bid_version__bid__supplier", "item", "strategy", "plan")
    newest: dict[int, tuple[BidVersion, list[BidLine]]] = {}
    for line in joined.defer("bid_version__sealed").order_by("bid_version__number", "bid_version_id", "number"):
        version, own = newest.get(line.bid_version.bid_id, (line.bid_version, []))
        newest[version.bid_id] = (
            (version, [*own, line]) if version == line.bid_version else (line.bid_version, [line])
        )
    named = sorted(newest.values(), key=lambda pair: (pair[0].bid.supplier.name, pair[0].bid_id))
    return dict(named)


def confirmations_of(version_ids: Iterable[int]) -> dict[int, list[Confirmation]]:
    """What the bidder confirmed with a reason, by the id of the bid version."""
    found: dict[int, list[Confirmation]] = defaultdict(list)
    for row in Confirmation.objects.filter(bid_version_id__in=list(version_ids)).order_by("id"):
        found[row.bid_version_id].append(row)
    return found


def declared_of(version_ids: Iterable[int]) -> dict[int, list[DeclaredResult]]:
    """The results that the bidder declares itself, by the id of the bid version, with line and indicator."""
    found: dict[int, list[DeclaredResult]] = defaultdict(list)
    rows = DeclaredResult.objects.filter(line__bid_version_id__in=list(version_ids))
    for row in rows.select_related("line", "indicator").order_by("id"):
        found[row.line.bid_version_id].append(row)
    return found


def documents_of_lines(lines: Sequence[BidLine]) -> dict[int, dict[str, Any]]:
    """Each line as `read` gave it when it was sent, by the id of the line; three queries for any number."""
    ids = [line.id for line in lines]
    bills: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = BomRow.objects.filter(line_id__in=ids).order_by("line_id", "number")
    for line_id, component, material, share, in_kg, recycled, added in rows.values_list(
        "line_id", "component", "material__code", "share", "in_kg", "recycled", "added"
    ):
        amount = {"mass_kg": share} if in_kg else {"share": share}
        row = {"component": component, "material": material, "recycled": recycled, "added": added}
        bills[line_id].append(row | amount)
    uses: dict[int, list[dict[str, Any]]] = defaultdict(list)
    flows = UseRow.objects.filter(line_id__in=ids).order_by("line_id", "number")
    for line_id, *values in flows.values_list(
        "line_id", "flow__code", "quantity", "flow__unit", "basis", "role", "supplied_under"
    ):
        names = ("flow", "quantity", "unit", "basis", "role", "supplied_under")
        uses[line_id].append(dict(zip(names, values, strict=True)))
    return {line.id: line_document(line, bills[line.id], uses[line.id]) for line in lines}


def line_document(line: BidLine, bill: list[dict[str, Any]], use: list[dict[str, Any]]) -> dict[str, Any]:
    """One line as `read` gave it, from its rows."""
    return {
        "reference": line.reference,
        "name": line.name,
        "role": line.role,
        "mass_kg": line.mass_kg,
        "count": line.count,
        "lifetime_years": line.lifetime_years,
        "warranty_years": line.warranty_years,
        "circular_strategy": line.strategy.code,
        "end_of_life_plan": line.plan.code,
        "planned_delivery": line.planned_delivery,
        "promise_survives": line.promise_survives,
        "bill_of_materials": bill,
        "use": use,
    }
