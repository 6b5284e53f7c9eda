"""Tenders and bids; what is sealed stays sealed bytes, to look at only."""

from __future__ import annotations

from django.contrib import admin

from mvi_dashboard.ground.admin import ReadOnlyAdmin
from tenders import models as m

for shown in (
    m.Tender,
    m.Lot,
    m.LotItem,
    m.Bid,
    m.BidVersion,
    m.BidLine,
    m.LineResult,
    m.Award,
    m.AwardEvent,
):
    admin.site.register(shown, ReadOnlyAdmin)
