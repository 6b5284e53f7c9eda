"""The paths of contracts under /api/v1."""

from __future__ import annotations

from django.urls import path

from contracts.attached import CONTRACT
from mvi_dashboard.ground.api.files import files_endpoint

from .contracts import (
    TAG,
    CloseDeliveries,
    ContractLines,
    Contracts,
    Effects,
    Finalise,
    OneContract,
    WithdrawLine,
)
from .ocds import Ocds
from .records import files_under, paths_under

_ONE = "contracts/<uuid:public_id>"
urlpatterns = [
    path("contracts", Contracts.as_view(), name="contracts"),
    path(_ONE, OneContract.as_view(), name="contract"),
    path(f"{_ONE}/ocds", Ocds.as_view()),
    path(f"{_ONE}/effects", Effects.as_view()),
    path(f"{_ONE}/lines", ContractLines.as_view()),
    path(f"{_ONE}/_withdraw-line", WithdrawLine.as_view()),
    path(f"{_ONE}/_close-deliveries", CloseDeliveries.as_view()),
    *paths_under(_ONE),
    path(f"{_ONE}/attachments", files_endpoint(CONTRACT, "contracts", "een contract", TAG).as_view()),
    *files_under(_ONE),
    path("tenders/<uuid:public_id>/_finalise", Finalise.as_view()),
]
