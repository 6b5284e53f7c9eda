"""A product line: the same from the door to the arrays, and back in the words in which it was sent."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from indicators.calculation.storage import input_hash
from indicators.lines import BomRow, Line, UseRow, as_document, bill_as_kept, kept_bill
from indicators.lines.shapes import BILL_ROW, CONSUMED_LINE, DURABLE_LINE, USE_ROW
from mvi_dashboard.ground.shapes import ListOf, Object, read

OF_A_BID = {"item", "answers", "evidence"}
_SEAT = {"component": "zitting", "material": "wood", "recycled": Decimal("0.1"), "added": True}
_FRAME = {"component": "", "material": "steel", "recycled": Decimal(0), "added": False}
BILL: list[dict[str, Any]] = [
    _FRAME | {"share": Decimal("0.60"), "mass_kg": None},
    _SEAT | {"share": Decimal("0.4"), "mass_kg": None},
]
SENT: dict[str, Any] = {
    "reference": "A",
    "name": "Stoel",
    "massKg": "12.50",
    "count": 10,
    "lifetimeYears": 8,
    "circularStrategy": "new",
    "endOfLifePlan": "none",
    "billOfMaterials": [{"material": "steel", "share": "1", "recycled": "0"}],
    "use": [{"flow": "electricity", "quantity": "2", "unit": "kWh", "basis": "item-year"}],
    "plannedDelivery": "2026-03-05",
}


@pytest.mark.parametrize(
    ("shape", "part", "beside"),
    [
        (DURABLE_LINE, Line, OF_A_BID),
        (CONSUMED_LINE, Line, OF_A_BID),
        (BILL_ROW, BomRow, set()),
        (USE_ROW, UseRow, set()),
    ],
)
def test_a_line_has_the_fields_of_its_shape_and_no_others(
    shape: Object, part: type[Line | BomRow | UseRow], beside: set[str]
) -> None:
    assert {each.name for each in fields(part)} - {"absent"} - beside == set(shape.fields)


def test_what_was_read_is_a_line_with_numbers_as_they_were_sent() -> None:
    line, problems = read(DURABLE_LINE, SENT)
    assert not problems
    assert isinstance(line, Line)
    assert (line.role, line.count, str(line.mass_kg), line.planned_delivery) == (
        "main",
        10,
        "12.50",
        date(2026, 3, 5),
    )
    assert [type(row) for row in (*line.bill_of_materials, *line.use)] == [BomRow, UseRow]
    assert line.absent == OF_A_BID


def test_a_line_becomes_what_was_read_field_by_field() -> None:
    """A sealed bid and the hash of a result are of exactly this."""
    rows = {
        name: ListOf(Object(shape.fields), required=False, default=())
        for name, shape in (("bill_of_materials", BILL_ROW), ("use", USE_ROW))
    }
    plain, _ = read(Object(DURABLE_LINE.fields | rows), SENT)
    line, _ = read(DURABLE_LINE, SENT)
    # They came when lines had been sealed already: left out while they say nothing.
    assert (plain.pop("product_type"), plain.pop("declared_production")) == (None, ())
    assert as_document(line) == plain


def test_a_line_keeps_the_hash_that_results_of_before_rest_on() -> None:
    line, _ = read(DURABLE_LINE, SENT)
    known = "sha256:57999cb0c6d49b42547fd926f9dff0933fd6012b8a191e653325ffbb3268226e"
    assert input_hash({"lines": [as_document(line)]}, "basis") == known


def test_what_could_not_be_read_is_absent_and_comes_back_nowhere() -> None:
    line, problems = read(
        DURABLE_LINE, SENT | {"massKg": "veel", "lifetimeYears": None, "billOfMaterials": [5, {}]}
    )
    assert [(each.attr, each.code) for each in problems] == [
        ("massKg", "invalid_number"),
        ("lifetimeYears", "required"),
        ("billOfMaterials.0", "invalid"),
        ("billOfMaterials.1.material", "required"),
        ("billOfMaterials.1.recycled", "required"),
    ]
    assert not line.has("mass_kg")
    assert not line.has("lifetime_years")
    assert line.has("warranty_years"), "left out, which is something else"
    document = as_document(line)
    assert "mass_kg" not in document
    assert document["warranty_years"] is None
    assert document["bill_of_materials"][0] == {}
    assert document["bill_of_materials"][1].keys() == {"component", "share", "mass_kg", "added"}


def test_a_bill_is_kept_with_every_decimal() -> None:
    kept = bill_as_kept([BomRow.of(row) for row in BILL])
    assert [row["share"] for row in kept] == ["0.60", "0.4"]
    assert [as_document(row) for row in kept_bill(kept)] == BILL
    assert bill_as_kept(kept_bill(kept)) == kept


def test_a_bill_that_was_kept_with_fewer_fields_is_read() -> None:
    (row,) = kept_bill([{"material": "steel", "mass_kg": "7.50", "recycled": "0"}])
    assert (row.mass_kg, row.share, row.added, row.component) == (Decimal("7.50"), None, False, "")
    assert as_document(row).keys() == {"material", "mass_kg", "recycled"}
