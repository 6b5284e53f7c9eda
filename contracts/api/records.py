"""The logs of a contract: append-only, corrected by a newer record."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from contracts import selectors, services
from contracts.models import Delivery, Repair, RepairPeriod, Retirement, UseRecord
from contracts.models.records import Record
from contracts.resources import record_of, records
from contracts.services import shapes
from mvi_dashboard.ground.acts import Act
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.operations import acting, operation
from mvi_dashboard.ground.shapes import Object

TAG = ("contracten",)


def _or_withdrawn(new: Object) -> dict[str, Object]:
    """What a record may look like: one that says something, or the withdrawal of one."""
    return {"Leg vast of corrigeer": new, **_WITHDRAWAL}


_WITHDRAWAL = {"Laat een regel vervallen": shapes.WITHDRAWN}
DELIVERY = {
    "Gebruiksgoed: stuks op een dag": shapes.delivery_shape(consumed=False),
    "Verbruik: eenheden over een periode": shapes.delivery_shape(consumed=True),
    **_WITHDRAWAL,
}
USE, REPAIR, REPAIR_PERIOD, RETIREMENT = (
    _or_withdrawn(shape) for shape in (shapes.USE, shapes.REPAIR, shapes.REPAIR_PERIOD, shapes.RETIREMENT)
)


class Records(Endpoint):
    """One kind of record of one contract."""

    model: ClassVar[type[Record]]
    related: ClassVar[tuple[str, ...]] = ("line",)

    def rows_of(self, public_id: UUID) -> QuerySet[Any]:
        """All records of this kind, also those that were replaced."""
        contract = selectors.get_contract(self.actor, public_id)
        found = self.model._default_manager.filter(contract=contract)
        return found.select_related(*self.related, "replaces", "replaced_by")

    def listed(self, public_id: UUID) -> HttpResponse:
        """One page in the order of recording."""
        return self.page(self.rows_of(public_id), order=("recorded_at", "id"), row=record_of)

    def logged(self, public_id: UUID, act: Act[Any, Any]) -> HttpResponse:
        """The answer to a new record."""
        return self.carry_out(act, answer=record_of, contract_id=public_id)


class Deliveries(Records):
    """What came in."""

    model = Delivery
    related = ("line", "strategy", "received_from")

    @operation("Leveringen", paged=True, answers={200: records.DeliveryRecord}, name="deliveries_list", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """One page."""
        return self.listed(public_id)

    @acting(
        services.log_delivery,
        body=DELIVERY,
        answers={201: records.DeliveryRecord},
        name="deliveries_log",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """A new record."""
        return self.logged(public_id, services.log_delivery)


class UseRecords(Records):
    """What was used."""

    model = UseRecord
    related = ("line", "flow")

    @operation("Gebruik", paged=True, answers={200: records.UseRecordOf}, name="use_list", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """One page."""
        return self.listed(public_id)

    @acting(
        services.log_use,
        body=USE,
        answers={201: records.UseRecordOf},
        name="use_log",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """A new record."""
        return self.logged(public_id, services.log_use)


class Repairs(Records):
    """What was repaired."""

    model = Repair
    related = ("line", "material")

    @operation("Reparaties", paged=True, answers={200: records.RepairRecord}, name="repairs_list", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """One page."""
        return self.listed(public_id)

    @acting(
        services.log_repair,
        body=REPAIR,
        answers={201: records.RepairRecord},
        name="repairs_log",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """A new record."""
        return self.logged(public_id, services.log_repair)


class RepairPeriods(Records):
    """Periods of which all repairs are recorded."""

    model = RepairPeriod

    @operation(
        "Reparatieperioden",
        paged=True,
        answers={200: records.RepairPeriodRecord},
        name="repair_periods_list",
        tags=TAG,
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """One page."""
        return self.listed(public_id)

    @acting(
        services.log_repair_period,
        body=REPAIR_PERIOD,
        answers={201: records.RepairPeriodRecord},
        name="repair_periods_log",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """A new record."""
        return self.logged(public_id, services.log_repair_period)


class Retirements(Records):
    """What left use."""

    model = Retirement
    related = ("line", "delivery", "destination")

    @operation("Afvoer", paged=True, answers={200: records.RetirementRecord}, name="retirements_list", tags=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """One page."""
        return self.listed(public_id)

    @acting(
        services.log_retirement,
        body=RETIREMENT,
        answers={201: records.RetirementRecord},
        name="retirements_log",
        tags=TAG,
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """A new record."""
        return self.logged(public_id, services.log_retirement)
