"""The paths of contracts under /api/v1."""

from __future__ import annotations

from django.urls import path

from .contracts import CloseDeliveries, Contracts, Effects, Finalise, OneContract
from .records import Deliveries, RepairPeriods, Repairs, Retirements, UseRecords

_ONE = "contracts/<uuid:public_id>"
urlpatterns = [
    path("contracts", Contracts.as_view(), name="contracts"),
    path(_ONE, OneContract.as_view(), name="contract"),
    path(f"{_ONE}/effects", Effects.as_view()),
    path(f"{_ONE}/_close-deliveries", CloseDeliveries.as_view()),
    path(f"{_ONE}/deliveries", Deliveries.as_view()),
    path(f"{_ONE}/use-records", UseRecords.as_view()),
    path(f"{_ONE}/repairs", Repairs.as_view()),
    path(f"{_ONE}/repair-periods", RepairPeriods.as_view()),
    path(f"{_ONE}/retirements", Retirements.as_view()),
    path("tenders/<uuid:public_id>/_finalise", Finalise.as_view()),
]
