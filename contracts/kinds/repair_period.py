"""A period of which all repairs are recorded: before that is said, what was promised counts when it is higher."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from contracts.models import RepairPeriod
from contracts.resources import RecordOf
from contracts.services.record_checks import after_start, in_order, in_past, overlapping
from contracts.services.recording import RecordAct
from contracts.services.shapes import OF_A_LINE, record_shape
from contracts.services.writing import Writing
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import Date

from .forms import RecordForm
from .kind import RecordKind

SHAPE = record_shape(
    OF_A_LINE, {"period_start": Date(label="Eerste dag"), "period_end": Date(label="Laatste dag")}
)


class RepairPeriodRecord(RecordOf):
    """A period of which all repairs are recorded."""

    line: UUID
    period_start: date
    period_end: date


def _check(writing: Writing) -> list[Problem]:
    """A declared period lies in the past and does not overlap another."""
    problems = in_order(writing) + in_past(writing, "period_end") + after_start(writing, "period_start")
    if problems or writing.line is None:
        return problems
    rows = [each for each in writing.found.repair_periods if each.line_id == writing.line.pk]
    return overlapping(writing, rows)


def _columns(writing: Writing) -> dict[str, Any]:
    data = writing.data
    return {"line": writing.own_line, "period_start": data["period_start"], "period_end": data["period_end"]}


def _sentence(rows: Sequence[RepairPeriod], items: str) -> str:
    return worded("Alle reparaties van deze periode liggen vast")


KIND = RecordKind(
    rank=4,
    path="repair-periods",
    operations="repair_periods",
    listing="Reparatieperioden",
    log=RecordAct(
        "repair_period.log",
        "Verklaar dat alle reparaties vastliggen",
        RepairPeriod,
        shape=SHAPE,
        check=_check,
        columns=_columns,
    ),
    answer=RepairPeriodRecord,
    sentence=_sentence,
    form=RecordForm(
        goods_only=True,
        address="reparaties-volledig",
        page="repair_period",
        tab="Reparaties volledig",
        link="Verklaren dat alle reparaties vastliggen",
        title="Liggen alle reparaties vast?",
        lead="Verklaar voor welke periode u alle reparaties hebt ingevuld. "
        "Anders telt wat is beloofd, als dat hoger is.",
        done="De verklaring is vastgelegd.",
        what="deze verklaring",
        rows=(("line",), ("periodStart", "periodEnd"), ("sourceReference",)),
    ),
)
