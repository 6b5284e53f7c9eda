"""Logging what happened: one act for every kind of record.

Within its frame: validate everything, append the record, move the stock, reassess.
A correction is a new record that names the old one and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F

from contracts.models import Contract, ContractLine, Delivery, Repair, RepairPeriod, Retirement, UseRecord
from contracts.models.records import Record
from contracts.selectors import ActiveRecords, active_records, lines_of, root_of
from indicators.lines import bill_as_kept
from indicators.selectors import MaterialInfo, materials_visible_to, strategies
from mvi_dashboard.ground import access
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.problems import Kind, Problem, Problems, Refused, conflict
from mvi_dashboard.ground.shapes import Object, lift_confirmed, read

from . import receiving, retiring, shapes
from . import record_checks as checks
from .assessing import assess_recorded
from .states import ContractAct

Data = dict[str, Any]
R = TypeVar("R", bound=Record)
Checker = Callable[["Writing"], list[Problem]]


@dataclass
class Writing:
    """One record on its way in, with all that its checks need."""

    actor: Actor
    contract: Contract
    now: datetime
    lines: list[ContractLine]
    data: Data
    line: ContractLine | None
    replaced: Any
    found: ActiveRecords
    materials: Mapping[str, MaterialInfo]

    @property
    def own_line(self) -> ContractLine:
        """The line, of a kind of record that always has one."""
        assert self.line is not None
        return self.line

    @property
    def replaced_rows(self) -> list[Any]:
        """The rows that this record replaces, the named one first: a retirement that was split goes as a whole."""
        if self.replaced is None:
            return []
        batch = getattr(self.replaced, "batch", None)
        if batch is None:
            return [self.replaced]
        others = [each for each in self.found.retirements if each.batch == batch and each.pk != self.replaced.pk]
        return [self.replaced, *others]

    @property
    def consumed(self) -> bool:
        """Whether the contract is about units that are used up."""
        return bool(self.contract.award.lot.group.is_consumed)


class RecordAct(ContractAct[R]):
    """The act that logs one kind of record. A new kind gives its shape, its check, and how it is stored."""

    def __init__(
        self,
        verb: str,
        title: str,
        model: type[R],
        shape: Object,
        check: Checker,
        make: Callable[[Writing, Data], R],
        *,
        consumed_shape: Object | None = None,
    ) -> None:
        self.model, self.check, self.make, self.consumed_shape = model, check, make, consumed_shape
        asked = ActDeclaration(verb=verb, title=title, permission=access.CONTRACT_LOG, reads=shape, status=201)
        super().__init__(asked, self._logged)

    def read(self, doing: Doing[Contract]) -> None:
        """By the shape of what is used up, where that is another one."""
        if self.consumed_shape is None or not doing.target.award.lot.group.is_consumed:
            super().read(doing)
        else:
            doing.data, doing.problems = read(self.consumed_shape, doing.document, typed=doing.typed)

    def _logged(self, doing: Doing[Contract]) -> Done[R]:
        """A new record. Raises Refused with every problem."""
        contract, data, problems = doing.target, doing.data, doing.problems
        writing = _writing(doing, self.model)
        problems += _check_common(writing, self.model)
        if not data.get("void"):
            problems += self.check(writing)
        elif writing.replaced is not None:
            _take_over(writing)
            # A withdrawn record says only what is withdrawn, so what its form left empty is no problem.
            problems = Problems(each for each in problems if each.code != "required" or each.attr == "reason")
            problems += checks.check_void(writing, self.model)
        standing, confirmed = lift_confirmed(problems, data.get("confirmations"))
        if standing:
            raise _refused(standing)
        record = _store(writing, self.make, confirmed)
        _move_stock(writing, self.model)
        assess_recorded(contract)
        if self.model in (Delivery, Retirement):
            for receiver in receiving.receivers_of(contract):
                assess_recorded(receiver)
        return Done(record, reason=data["reason"] or "")


def _delivery(writing: Writing, common: Data) -> Delivery:
    data = writing.data
    code = data["circular_strategy"]
    return Delivery.objects.create(
        **common,
        line=writing.own_line,
        date=data["date"] or data["period_start"],
        count=data["count"],
        mass_kg=checks.delivered_mass(data),
        strategy=strategies()[code] if code else None,
        location=data["location"] or "",
        period_start=data["period_start"],
        period_end=data["period_end"],
        bill=bill_as_kept(data["bill_of_materials"] or ()) or None,
        received_from=receiving.given(writing),
    )


def _use(writing: Writing, common: Data) -> UseRecord:
    data = writing.data
    return UseRecord.objects.create(
        **common,
        line=writing.line,
        flow_id=writing.materials[data["flow"]].id,
        quantity=data["quantity"],
        period_start=data["period_start"],
        period_end=data["period_end"],
        items=data["items"],
        meter=data["meter"] or "",
    )


def _repair(writing: Writing, common: Data) -> Repair:
    data = writing.data
    material_id = writing.materials[data["material"]].id
    return Repair.objects.create(
        **common, line=writing.own_line, date=data["date"], material_id=material_id, mass_kg=data["mass_kg"]
    )


def _repair_period(writing: Writing, common: Data) -> RepairPeriod:
    data = writing.data
    return RepairPeriod.objects.create(
        **common, line=writing.own_line, period_start=data["period_start"], period_end=data["period_end"]
    )


log_delivery = RecordAct(
    "delivery.log", "Leg een levering vast", Delivery, shapes.delivery_shape(consumed=False),
    checks.check_delivery, _delivery, consumed_shape=shapes.delivery_shape(consumed=True),
)  # fmt: skip
"""Items that came in, or units over a period"""
log_use = RecordAct("use.log", "Leg gebruik vast", UseRecord, shapes.USE, checks.check_use, _use)
"""A flow that was used in a period, of one line or of the whole contract"""
log_repair = RecordAct("repair.log", "Leg een reparatie vast", Repair, shapes.REPAIR, checks.check_repair, _repair)
"""Material that went into repairs"""
log_repair_period = RecordAct(
    "repair_period.log", "Verklaar dat alle reparaties vastliggen", RepairPeriod, shapes.REPAIR_PERIOD,
    checks.check_repair_period, _repair_period,
)  # fmt: skip
"""A period of which all repairs are recorded"""
log_retirement = RecordAct(
    "retirement.log", "Leg afvoer vast", Retirement, shapes.RETIREMENT, retiring.check, retiring.store
)
"""Items that left use and where they went"""


def _writing(doing: Doing[Contract], model: type[Any]) -> Writing:
    actor, contract, data = doing.actor, doing.target, doing.data
    lines = lines_of(contract)
    line = next((row for row in lines if row.public_id == data.get("line")), None)
    replaced = None
    if data.get("replaces") is not None:
        rows = model._default_manager.filter(contract=contract, public_id=data["replaces"])
        replaced = rows.select_related("replaced_by").first()
    return Writing(
        actor,
        contract,
        doing.now,
        lines,
        data,
        line,
        replaced,
        active_records(contract),
        materials_visible_to(actor),
    )


def _check_common(writing: Writing, model: type[Any]) -> list[Problem]:
    data, problems = writing.data, []
    if data.get("line") is not None and writing.line is None:
        problems.append(Problem(("line",), "does_not_exist", "Dit product staat niet in dit contract."))
    if data.get("replaces") is not None:
        problems += _check_replaced(writing)
    elif data.get("void"):
        problems.append(Problem(("replaces",), "required", "Zeg welke regel vervalt."))
    if data.get("source_reference") and _source_taken(writing, model):
        text = f"Bron {data['source_reference']} is al vastgelegd bij dit contract."
        raise conflict("duplicate", text, "sourceReference")
    return problems


def _source_taken(writing: Writing, model: type[Any]) -> bool:
    """Whether another record has this source; a correction may keep that of the record that it replaces."""
    rows = list(
        model._default_manager.filter(contract=writing.contract).values("pk", "replaces", "source_reference")
    )
    chain = {row["pk"]: row["replaces"] for row in rows}
    own = {root_of(each.pk, chain) for each in writing.replaced_rows}
    same = [row["pk"] for row in rows if row["source_reference"] == writing.data["source_reference"]]
    return any(root_of(pk, chain) not in own for pk in same)


def _check_replaced(writing: Writing) -> list[Problem]:
    replaced = writing.replaced
    if replaced is None:
        return [Problem(("replaces",), "does_not_exist", "Deze regel bestaat niet in dit contract.")]
    successor = getattr(replaced, "replaced_by", None)
    if successor is not None:
        text = "Iemand heeft deze regel al gecorrigeerd: open de nieuwe regel."
        raise conflict("already_replaced", text, "replaces")
    if replaced.void:
        raise conflict("already_replaced", "Deze regel is al vervallen.", "replaces")
    problems = []
    if not writing.data.get("reason"):
        problems.append(Problem(("reason",), "required", "Zeg waarom u dit corrigeert."))
    moved = writing.line is not None and writing.line.pk != _line_id_of(replaced)
    if moved and isinstance(replaced, Delivery | Retirement) and not writing.data.get("void"):
        text = "Een correctie blijft bij hetzelfde product. Laat deze regel vervallen en leg een nieuwe vast."
        problems.append(Problem(("line",), "invalid_choice", text))
    return problems


def _line_id_of(record: Any) -> int | None:
    found: int | None = record.line_id
    return found


def _take_over(writing: Writing) -> None:
    """A record that is withdrawn keeps the values of the one that it withdraws."""
    for name in (
        "date",
        "count",
        "period_start",
        "period_end",
        "quantity",
        "mass_kg",
        "items",
        "meter",
        "receiver",
    ):
        if hasattr(writing.replaced, name):
            writing.data[name] = getattr(writing.replaced, name)
    for name in ("location", "circular_strategy", "bill_of_materials", "delivery", "received_from"):
        writing.data.setdefault(name, None)
    writing.data["circular_strategy"] = None
    for name, related in (("flow", "flow"), ("material", "material"), ("destination", "destination")):
        if hasattr(writing.replaced, related):
            writing.data[name] = getattr(writing.replaced, related).code
    writing.line = writing.replaced.line
    writing.data.setdefault("reason", "")
    writing.data.setdefault("source_reference", None)


def _refused(problems: list[Problem]) -> Refused:
    """State conflicts among the problems make it a 409, as the document itself may be right."""
    conflicts = [problem for problem in problems if problem.code in checks.CONFLICTS]
    if conflicts and len(conflicts) == len(problems):
        return Refused(problems, Kind.CONFLICT)
    return Refused(problems)


def _store(writing: Writing, make: Callable[[Writing, Data], R], confirmed: list[dict[str, Any]]) -> R:
    data = writing.data
    common = {
        "organisation_id": writing.contract.organisation_id,
        "contract": writing.contract,
        "recorded_at": writing.now,
        "recorded_by": writing.actor.key,
        "source_reference": data["source_reference"],
        "replaces": writing.replaced,
        "reason": data["reason"] or "",
        "void": data["void"],
        "confirmations": confirmed,
    }
    try:
        with transaction.atomic():
            return make(writing, common)
    except IntegrityError:
        # The unique keys (one successor, one source) decide when two come at the same moment.
        raise conflict("duplicate", "Dit is net al vastgelegd: haal de nieuwe stand op.") from None


def _move_stock(writing: Writing, model: type[Record]) -> None:
    """The stock of the line, moved by what this record changes; the CHECK holds it under any load."""
    if model not in (Delivery, Retirement) or writing.line is None:
        return
    name = "delivered_count" if model is Delivery else "retired_count"
    before = sum((each.count for each in writing.replaced_rows), Decimal(0))
    after = Decimal(0) if writing.data["void"] else Decimal(writing.data["count"])
    ContractLine.objects.filter(pk=writing.line.pk).update(**{name: F(name) + (after - before)})
