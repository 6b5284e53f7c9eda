"""Tenders and decisions, to look at only. Bids are not here, sealed or opened: reading one leaves a trace,
and who administers the installation is no reader of any organisation.
"""

from __future__ import annotations

from django.contrib import admin

from mvi_dashboard.ground.admin import ReadOnlyAdmin
from tenders import models as m

for shown in (m.Tender, m.Lot, m.LotItem, m.Award, m.AwardProposal, m.AwardEvent):
    admin.site.register(shown, ReadOnlyAdmin)
