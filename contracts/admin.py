"""Contracts, their records and effects, to look at only; not the price and the numbers of the bid behind them."""

from __future__ import annotations

from django.contrib import admin

from contracts import models as m
from mvi_dashboard.ground.admin import ReadOnlyAdmin

for shown in (
    m.ContractLine,
    m.Delivery,
    m.UseRecord,
    m.Repair,
    m.RepairPeriod,
    m.Retirement,
    m.ContractEffect,
):
    admin.site.register(shown, ReadOnlyAdmin)


@admin.register(m.Contract)
class ContractAdmin(ReadOnlyAdmin):
    """Contracts, without what was promised: that is the bid, with its price."""

    hidden = frozenset({"promised_effect"})
