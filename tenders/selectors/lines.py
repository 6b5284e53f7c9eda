"""Lines of opened bids as they were sent, read back from their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from indicators import lines as typed
from indicators.lines import Line
from tenders.models import Bid, BidLine, BidVersion, BomRow, Confirmation, DeclaredResult, Lot, UseRow


def lines_of_opened_bids(lot: Lot) -> dict[BidVersion, list[BidLine]]:
    """The lines of each opened bid on a lot in order, by the version that counts; by name of the supplier.

    Version, bid and supplier come along: one query for any number of bids.
    """
    opened = BidLine.objects.filter(
        bid_version__bid__lot=lot, bid_version__bid__state=Bid.State.SUBMITTED, bid_version__bid__opened=True
    )
    joined = opened.select_related("bid_version__bid__supplier", "item", "strategy", "plan", "product_type")
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


def sent_lines(rows: Sequence[BidLine]) -> dict[int, Line]:
    """Each line as it was sent, by the id of its row; three queries for any number."""
    ids = [row.id for row in rows]
    bills: dict[int, list[typed.BomRow]] = defaultdict(list)
    bom_rows = BomRow.objects.filter(line_id__in=ids).order_by("line_id", "number")
    for line_id, in_kg, amount, *values in bom_rows.values_list("line_id", "in_kg", "share", *_BOM.values()):
        own = {"mass_kg" if in_kg else "share": amount}
        bills[line_id].append(typed.BomRow.of(own | dict(zip(_BOM, values, strict=True))))
    uses: dict[int, list[typed.UseRow]] = defaultdict(list)
    use_rows = UseRow.objects.filter(line_id__in=ids).order_by("line_id", "number")
    for line_id, *values in use_rows.values_list("line_id", *_USE.values()):
        uses[line_id].append(typed.UseRow.of(dict(zip(_USE, values, strict=True))))
    return {row.id: _sent_line(row, bills[row.id], uses[row.id]) for row in rows}


_BOM = {"component": "component", "material": "material__code", "recycled": "recycled", "added": "added"}
_USE = {
    "flow": "flow__code",
    "quantity": "quantity",
    "unit": "flow__unit",
    "basis": "basis",
    "role": "role",
    "supplied_under": "supplied_under",
}
_NOT_KEPT = frozenset({"item", "answers", "evidence"})
"""What a line that is read back does not tell: no hash of an effect rests on it."""


def _sent_line(row: BidLine, bill: Sequence[typed.BomRow], use: Sequence[typed.UseRow]) -> Line:
    return Line(
        reference=row.reference,
        name=row.name,
        role=row.role,
        product_type=row.product_type.code if row.product_type else None,
        mass_kg=row.mass_kg,
        count=row.count,
        lifetime_years=row.lifetime_years,
        warranty_years=row.warranty_years,
        circular_strategy=row.strategy.code,
        end_of_life_plan=row.plan.code,
        planned_delivery=row.planned_delivery,
        promise_survives=row.promise_survives,
        declared_production=typed.kept_figures(row.declared_production),
        bill_of_materials=bill,
        use=use,
        absent=_NOT_KEPT,
    )
