"""Contracts, their records and effects, to look at only."""

from __future__ import annotations

from django.contrib import admin

from contracts import models as m
from mvi_dashboard.ground.admin import ReadOnlyAdmin

for shown in (
    m.Contract,
    m.ContractLine,
    m.Delivery,
    m.UseRecord,
    m.Repair,
    m.RepairPeriod,
    m.Retirement,
    m.ContractEffect,
):
    admin.site.register(shown, ReadOnlyAdmin)
