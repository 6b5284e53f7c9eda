"""Contracts, their records and effects, to look at only; not the price and the numbers of the bid behind them."""

from __future__ import annotations

from django.contrib import admin

from contracts import models as m
from contracts.kinds import KINDS
from mvi_dashboard.ground.admin import ReadOnlyAdmin

admin.site.register([m.ContractLine, m.ContractEffect], ReadOnlyAdmin)
admin.site.register([kind.model for kind in KINDS], ReadOnlyAdmin)


@admin.register(m.Contract)
class ContractAdmin(ReadOnlyAdmin):
    """Contracts, without what was promised: that is the bid, with its price."""

    hidden = frozenset({"promised_effect"})
