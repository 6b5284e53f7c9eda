"""The rows that a bid becomes when it is opened: built in memory, to try at the submission and to keep then."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models

from indicators import lines as typed
from indicators.models import CircularStrategy, EndOfLifePlan, Indicator, Material, ProductGroup
from indicators.services import Known
from tenders.models import BidLine, BidVersion, BomRow, Confirmation, DeclaredResult, LotItem, UseRow

from .bid_documents import item_of


@dataclass(frozen=True)
class Codes:
    """The rows behind the codes in a bid, by code."""

    materials: Mapping[str, int]
    strategies: Mapping[str, int]
    plans: Mapping[str, int]
    indicators: Mapping[str, int]

    @classmethod
    def of_known(cls, known: Known) -> Codes:
        """From what was looked up before. No indicators: an unknown one keeps nothing from being opened."""
        return cls(
            {code: found.id for code, found in known.materials.items()},
            {code: found.pk for code, found in known.strategies.items()},
            {code: found.pk for code, found in known.plans.items()},
            {},
        )

    @classmethod
    def of_stored(cls, data: Mapping[str, Any], supplier_id: int) -> Codes:
        """From the database, at the opening; four queries at most."""
        lines = data["lines"]
        return cls(
            _material_ids(lines, supplier_id),
            dict(CircularStrategy.objects.values_list("code", "pk")),
            dict(EndOfLifePlan.objects.values_list("code", "pk")),
            dict(Indicator.objects.values_list("code", "pk")) if data["declared_results"] else {},
        )


@dataclass(frozen=True)
class BidRows:
    """Everything that a bid is stored as, but for its results."""

    lines: list[BidLine]
    materials: list[BomRow]
    use: list[UseRow]
    declared: list[DeclaredResult]
    confirmations: list[Confirmation]

    def all(self) -> list[models.Model]:
        """Parents before what belongs to them."""
        return [*self.lines, *self.materials, *self.use, *self.declared, *self.confirmations]

    def store(self) -> None:
        """Keep them: one statement per kind."""
        BidLine.objects.bulk_create(self.lines)
        BomRow.objects.bulk_create(self.materials)
        UseRow.objects.bulk_create(self.use)
        DeclaredResult.objects.bulk_create(self.declared)
        Confirmation.objects.bulk_create(self.confirmations)


def bid_rows(version: BidVersion, data: Mapping[str, Any], items: Sequence[LotItem], codes: Codes) -> BidRows:
    """The rows of a bid as it was read, not stored yet."""
    sent_lines: Sequence[typed.Line] = data["lines"]
    group = version.bid.lot.group
    lines = [
        _line(version.organisation_id, number, sent, group, codes, bid_version=version, item=item_of(sent, items))
        for number, sent in enumerate(sent_lines, start=1)
    ]
    return BidRows(
        lines,
        *_parts_of(lines, sent_lines, codes),
        _declared(data, lines, codes),
        [_confirmation(version, row) for row in data["confirmations"] or ()],
    )


def product_rows(
    organisation_id: int, sent_lines: Sequence[typed.Line], group: ProductGroup, codes: Codes
) -> BidRows:
    """The rows of products that are no part of a bid, not stored yet."""
    lines = [
        _line(organisation_id, number, sent, group, codes, stated_hash=stated_hash(sent))
        for number, sent in enumerate(sent_lines, start=1)
    ]
    return BidRows(lines, *_parts_of(lines, sent_lines, codes), [], [])


def stated_hash(line: typed.Line) -> str:
    """What the bill and the use of a product say, as a hash that comes out again from its rows."""
    bill = [
        [
            *(row.component or "", row.material, row.mass_kg is not None),
            *(row.share if row.mass_kg is None else row.mass_kg, row.recycled, row.added),
        ]
        for row in line.bill_of_materials
    ]
    use = [[row.flow, row.quantity, row.basis, row.role, row.supplied_under or ""] for row in line.use]
    return hashlib.sha256(json.dumps([bill, use], default=_plain).encode()).hexdigest()


def _plain(number: Any) -> str:
    """A number without the zeros that a column adds."""
    return format(Decimal(number).normalize(), "f")


def _parts_of(
    lines: Sequence[BidLine], sent_lines: Sequence[typed.Line], codes: Codes
) -> tuple[list[BomRow], list[UseRow]]:
    """The materials and the use of these lines."""
    return [
        _bom_row(line, number, row, codes.materials)
        for line, sent in zip(lines, sent_lines, strict=True)
        for number, row in enumerate(sent.bill_of_materials, start=1)
    ], [
        _use_row(line, number, row, codes.materials)
        for line, sent in zip(lines, sent_lines, strict=True)
        for number, row in enumerate(sent.use, start=1)
    ]


def _line(
    organisation_id: int, number: int, sent: typed.Line, group: ProductGroup, codes: Codes, **answers: Any
) -> BidLine:
    return BidLine(
        organisation_id=organisation_id,
        **answers,
        number=number,
        role=sent.role,
        reference=sent.reference,
        name=sent.name or "",
        planned_delivery=sent.planned_delivery,
        promise_survives=sent.promise_survives,
        mass_kg=sent.mass_kg,
        count=sent.count,
        lifetime_years=sent.lifetime_years,
        warranty_years=sent.warranty_years,
        product_type=group.types_by_code[sent.product_type] if sent.product_type is not None else None,
        strategy_id=codes.strategies[sent.circular_strategy],
        plan_id=codes.plans[sent.end_of_life_plan],
        declared_production=typed.rows_as_kept(sent.declared_production),
        answers=_in_json(sent.answers),
        evidence=_in_json(sent.evidence),
    )


def _in_json(answers: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was answered, in the words of REST; what was left open is not there, as it is unknown."""
    return {
        code: value if isinstance(value, bool | int | str) else str(value)
        for code, value in (answers or {}).items()
        if value is not None
    }


def _material_ids(sent_lines: Sequence[typed.Line], supplier_id: int) -> dict[str, int]:
    """Ids by code; a public material comes before a private one of the supplier with the same code."""
    codes = {row.material for sent in sent_lines for row in sent.bill_of_materials}
    codes |= {row.flow for sent in sent_lines for row in sent.use}
    rows = Material.objects.filter(code__in=codes, owner_organisation__isnull=True)
    found: dict[str, int] = {}
    for pk, code, owner in rows.values_list("pk", "code", "owner_supplier_id"):
        if owner is None or (owner == supplier_id and code not in found):
            found[code] = pk
    return found


def _bom_row(line: BidLine, number: int, row: typed.BomRow, materials: Mapping[str, int]) -> BomRow:
    in_kg = row.mass_kg is not None
    return BomRow(
        organisation_id=line.organisation_id,
        line=line,
        number=number,
        component=row.component or "",
        material_id=materials[row.material],
        share=row.mass_kg if in_kg else row.share,
        in_kg=in_kg,
        recycled=row.recycled,
        added=row.added,
    )


def _use_row(line: BidLine, number: int, row: typed.UseRow, materials: Mapping[str, int]) -> UseRow:
    return UseRow(
        organisation_id=line.organisation_id,
        line=line,
        number=number,
        flow_id=materials[row.flow],
        quantity=row.quantity,
        basis=row.basis,
        role=row.role,
        supplied_under=row.supplied_under or "",
    )


def _declared(data: Mapping[str, Any], lines: Sequence[BidLine], codes: Codes) -> list[DeclaredResult]:
    by_reference = {line.reference: line for line in lines}
    return [
        DeclaredResult(
            organisation_id=by_reference[row["line"]].organisation_id,
            line=by_reference[row["line"]],
            indicator_id=codes.indicators.get(row["indicator"] or ""),
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
        for row in data["declared_results"] or ()
    ]


def _confirmation(version: BidVersion, row: Mapping[str, Any]) -> Confirmation:
    return Confirmation(
        organisation_id=version.organisation_id,
        bid_version=version,
        attr=row.get("attr") or "",
        code=row["code"],
        reason=row["reason"],
    )
