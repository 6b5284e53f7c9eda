"""Whether the database would take rows, judged in memory: the database would say the same."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from indicators.models import CircularStrategy, EndOfLifePlan, Material
from mvi_dashboard.ground.constraints_in_memory import _rules, unstorable
from tenders.models import BidLine, BidVersion, BomRow, DeclaredResult, LineResult, LotItem, UseRow
from tests import corpus
from tests.worlds import World

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 5, tzinfo=UTC)


@pytest.fixture
def line(reference: None) -> BidLine:
    """A line that every column takes, of a bid that was sealed."""
    world = World(corpus.this_moment())
    world.build(["reference", "own-bid"])
    version = BidVersion.objects.get()
    return BidLine(
        organisation_id=version.organisation_id,
        bid_version=version,
        item=LotItem.objects.first(),
        number=1,
        reference="stoel",
        count=100,
        lifetime_years=Decimal("7.5"),
        strategy=CircularStrategy.objects.first(),
        plan=EndOfLifePlan.objects.first(),
    )


def bom_row(line: BidLine, **changes: Any) -> BomRow:
    material = Material.objects.get(code="steel")
    fields = {"number": 1, "material": material, "share": Decimal("0.5"), "recycled": Decimal(0)} | changes
    return BomRow(organisation_id=line.organisation_id, line=line, **fields)


def told(*rows: Model) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        found = unstorable(rows)
    assert len(captured) == 0
    return [f"{type(each.row).__name__}.{each.column}" for each in found]


WRONG: list[tuple[str, Any]] = [
    ("reference", "x" * 101),
    ("reference", "a\x00b"),
    ("reference", "\ud800"),
    ("reference", None),
    ("name", None),
    ("role", None),
    ("promise_survives", None),
    ("number", 40_000),
    ("number", -1),
    ("count", Decimal("1234567890")),
    ("count", None),
    ("count", Decimal("NaN")),
    ("count", 0),
    ("mass_kg", Decimal("Infinity")),
    ("answers", {"a": float("nan")}),
    ("answers", {"a": "\x00"}),
    ("answers", {"a": object()}),
]


@pytest.mark.parametrize(("column", "value"), WRONG)
def test_what_a_column_does_not_take_is_told(line: BidLine, column: str, value: Any) -> None:
    assert told(line) == []
    setattr(line, column, value)
    assert told(line) == [f"BidLine.{column}"]


def test_what_is_told_is_what_the_database_refuses(line: BidLine) -> None:
    """Both ways: what is told is refused (by this database or the other), and what is not told is stored."""
    for column, value in (
        ("name", None),
        ("promise_survives", None),
        ("count", 0),
        ("lifetime_years", Decimal(-1)),
    ):
        kept = getattr(line, column)
        setattr(line, column, value)
        assert told(line)
        with pytest.raises((IntegrityError, DataError)), transaction.atomic():
            BidLine.objects.bulk_create([line])
        setattr(line, column, kept)
    line.reference, line.count, line.mass_kg = "\U0001f4ba" * 100, Decimal("999999999.999999"), Decimal("0.000001")
    assert told(line) == []
    BidLine.objects.bulk_create([line])


def test_rows_that_belong_to_each_other_are_judged_before_any_is_stored(line: BidLine) -> None:
    other = BidLine(**{field.attname: getattr(line, field.attname) for field in BidLine._meta.concrete_fields})
    other.number = 2
    rows = [bom_row(line), bom_row(other), bom_row(line, number=2, component="poot")]
    assert told(line, other, *rows) == []
    assert told(*rows, bom_row(line, number=3)) == ["BomRow.recycled"]
    assert told(line, other, line) == ["BidLine.number"]
    assert told(bom_row(line, recycled=Decimal("1.000001"))) == ["BomRow.recycled"]
    assert told(bom_row(line, material=None)) == ["BomRow.material"]


def test_a_check_passes_when_sql_would_not_know(line: BidLine) -> None:
    said = {"organisation_id": line.organisation_id, "line": line, "kind": "mki"}
    assert told(DeclaredResult(**said, value=None, grade="A")) == []
    assert told(DeclaredResult(**said, value=1.5)) == []
    assert told(DeclaredResult(**said, value=None)) == ["DeclaredResult.value"]
    assert told(DeclaredResult(**said, value=float("inf"))) == ["DeclaredResult.value"]
    assert told(UseRow(organisation_id=1, line=line, number=1, flow_id=1, quantity=0, basis="ooit")) == [
        "UseRow.basis"
    ]
    result = LineResult(organisation_id=1, line=line, basis_id=1, values=b"", missing=b"", created_at=NOW)
    assert told(result) == []
    result.quality = {"supplier": float("nan")}
    assert told(result) == ["LineResult.quality"]


def test_every_condition_on_what_a_bid_becomes_can_be_judged() -> None:
    for model in (apps.get_model("tenders", name) for name in ("BidLine", "BomRow", "UseRow", "DeclaredResult")):
        checks = [each for each in model._meta.constraints if isinstance(each, models.CheckConstraint)]
        columns, conditions, _keys = _rules(model)
        assert len(conditions) == len(checks)
        assert len(columns) == len(model._meta.concrete_fields) - 1
