"""Stored totals, to look at only."""

from __future__ import annotations

from django.contrib import admin

from mvi_dashboard.ground.admin import ReadOnlyAdmin
from reporting import models as m

for shown in (m.Cell, m.SharedCell):
    admin.site.register(shown, ReadOnlyAdmin)
