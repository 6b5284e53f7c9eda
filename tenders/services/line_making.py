"""From an opened bid to its lines, bills of materials and results: made once, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from indicators import services as framework
from indicators.calculation import storage
from indicators.models import Basis, CircularStrategy, EndOfLifePlan, Indicator, Material
from indicators.services import Assessed
from mvi_dashboard.ground import audit, clock
from mvi_dashboard.ground.vault import Purpose
from tenders.models import (
    Bid,
    BidLine,
    BidVersion,
    BomRow,
    Confirmation,
    DeclaredResult,
    LineResult,
    Lot,
    Tender,
    UseRow,
)
from tenders.selectors import latest_version

from .bid_documents import arrays_of, assess_bid, item_of, read_content, unseal

CORE_VERSION = "1"


@transaction.atomic
def make_lines(bid: Bid) -> None:
    """Make the lines and results of the version that counts; nothing when they are there already.

    The same number of statements for one line or five hundred.
    """
    locked = Bid.objects.select_for_update(of=("self",)).select_related(
        "lot__group", "lot__protocol", "lot__tender__vault", "lot__tender__price_vault"
    )
    bid = locked.select_related("lot__tender__basis__method_version__method").get(pk=bid.pk)
    version = latest_version(bid)
    # A tender that was stopped in between stays sealed.
    if bid.opened or version is None or bid.lot.tender.status != Tender.Status.PUBLISHED:
        return
    version.bid = bid
    document = unseal(version, purpose=Purpose.OPENING, actor=None)
    data, _problems = read_content(document, bid.lot)
    items = list(bid.lot.items.order_by("number"))
    lines = _store_lines(version, data["lines"], bid.lot, items)
    assessed = assess_bid(data["lines"], bid.lot, arrays_of(bid.lot.tender))
    tender_basis = bid.lot.tender.basis
    assert tender_basis is not None
    store_results(lines, assessed, tender_basis)
    _store_declared(data, lines)
    _store_confirmations(version, data)
    bid.opened, bid.client_reference = True, data["client_reference"] or ""
    bid.save(update_fields=["opened", "client_reference"])
    audit.record(None, "bid.opened", bid, organisation=bid.organisation_id)


def store_results(lines: Sequence[BidLine], assessed: Assessed, basis: Basis) -> None:
    """Keep the results of these lines on this basis."""
    now, hashes = clock.now(), input_hashes(assessed, basis)
    rows = []
    for number, line in enumerate(lines):
        values, missing = storage.pack_result(assessed.results, number)
        rows.append(
            LineResult(
                organisation_id=line.organisation_id,
                line=line,
                basis=basis,
                values=values,
                missing=missing,
                quality=framework.quality_split(assessed, number),
                input_hash=hashes[number],
                core_version=CORE_VERSION,
                created_at=now,
            )
        )
    LineResult.objects.bulk_create(rows)


def input_hashes(assessed: Assessed, basis: Basis) -> list[str]:
    """What each result rests on: the line as it was sent, its group, and what the lot makes of its claims."""
    return [
        storage.input_hash(
            {"line": dict(document), "group": assessed.group.code, "counted": _counted(assessed, number)},
            basis.code,
        )
        for number, document in enumerate(assessed.documents)
    ]


def _counted(assessed: Assessed, number: int) -> dict[str, float]:
    """What the lot makes of a claim: the lifetime and the end-of-life factor that count."""
    return {
        "lifetime_years": float(assessed.lines.lifetime_years[number]),
        "end_of_life_factor": float(assessed.lines.end_of_life_factor[number]),
    }


def _store_lines(
    version: BidVersion, documents: Sequence[Mapping[str, Any]], lot: Lot, items: Sequence[Any]
) -> list[BidLine]:
    strategies = dict(CircularStrategy.objects.values_list("code", "pk"))
    plans = dict(EndOfLifePlan.objects.values_list("code", "pk"))
    materials = _material_ids(documents, version)
    lines = BidLine.objects.bulk_create(
        BidLine(
            organisation_id=version.organisation_id,
            bid_version=version,
            item=item_of(document, items),
            number=number,
            role=document["role"],
            reference=document["reference"],
            name=document["name"] or "",
            planned_delivery=document["planned_delivery"],
            promise_survives=document["promise_survives"],
            mass_kg=document["mass_kg"],
            count=document["count"],
            lifetime_years=document["lifetime_years"],
            warranty_years=document["warranty_years"],
            strategy_id=strategies[document["circular_strategy"]],
            plan_id=plans[document["end_of_life_plan"]],
            answers=_in_json(document.get("answers")),
            evidence=_in_json(document.get("evidence")),
        )
        for number, document in enumerate(documents, start=1)
    )
    BomRow.objects.bulk_create(
        [
            _bom_row(line, number, row, materials)
            for line, document in zip(lines, documents, strict=True)
            for number, row in enumerate(document["bill_of_materials"], start=1)
        ]
    )
    UseRow.objects.bulk_create(
        [
            _use_row(line, number, row, materials)
            for line, document in zip(lines, documents, strict=True)
            for number, row in enumerate(document["use"] or (), start=1)
        ]
    )
    return lines


def _in_json(answers: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was answered, in the words of REST; what was left open is not there, as it is unknown."""
    return {
        code: value if isinstance(value, bool | int | str) else str(value)
        for code, value in (answers or {}).items()
        if value is not None
    }


def _material_ids(documents: Sequence[Mapping[str, Any]], version: BidVersion) -> dict[str, int]:
    """Ids by code; a public material comes before a private one of the supplier with the same code."""
    codes = {row["material"] for document in documents for row in document["bill_of_materials"]}
    codes |= {row["flow"] for document in documents for row in document["use"] or ()}
    rows = Material.objects.filter(code__in=codes, owner_organisation__isnull=True)
    found: dict[str, int] = {}
    for pk, code, owner in rows.values_list("pk", "code", "owner_supplier_id"):
        if owner is None or (owner == version.bid.supplier_id and code not in found):
            found[code] = pk
    return found


def _bom_row(line: BidLine, number: int, row: Mapping[str, Any], materials: Mapping[str, int]) -> BomRow:
    in_kg = row["mass_kg"] is not None
    return BomRow(
        organisation_id=line.organisation_id,
        line=line,
        number=number,
        component=row["component"] or "",
        material_id=materials[row["material"]],
        share=row["mass_kg"] if in_kg else row["share"],
        in_kg=in_kg,
        recycled=row["recycled"],
        added=row["added"],
    )


def _use_row(line: BidLine, number: int, row: Mapping[str, Any], materials: Mapping[str, int]) -> UseRow:
    return UseRow(
        organisation_id=line.organisation_id,
        line=line,
        number=number,
        flow_id=materials[row["flow"]],
        quantity=row["quantity"],
        basis=row["basis"],
        role=row["role"],
        supplied_under=row["supplied_under"] or "",
    )


def _store_declared(data: Mapping[str, Any], lines: Sequence[BidLine]) -> None:
    declared = data["declared_results"] or ()
    if not declared:
        return
    by_reference = {line.reference: line for line in lines}
    indicators = dict(Indicator.objects.values_list("code", "pk"))
    DeclaredResult.objects.bulk_create(
        DeclaredResult(
            organisation_id=by_reference[row["line"]].organisation_id,
            line=by_reference[row["line"]],
            indicator_id=indicators.get(row["indicator"] or ""),
            kind=row["kind"],
            name=row["name"] or row["indicator"] or "",
            value=None if row["value"] is None else float(row["value"]),
            grade=row["grade"] or "",
            unit=row["unit"] or "",
            method=row["method"] or "",
            method_version=row["method_version"] or "",
            tool=row["tool"] or "",
            verification=row["verification"] or "",
            valid_until=row["valid_until"],
            document=row["document"] or "",
        )
        for row in declared
    )


def _store_confirmations(version: BidVersion, data: Mapping[str, Any]) -> None:
    Confirmation.objects.bulk_create(
        Confirmation(
            organisation_id=version.organisation_id,
            bid_version=version,
            attr=row.get("attr") or "",
            code=row["code"],
            reason=row["reason"],
        )
        for row in data["confirmations"] or ()
    )
