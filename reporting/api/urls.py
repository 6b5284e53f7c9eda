"""The paths of reports under /api/v1."""

from __future__ import annotations

from django.urls import path

from .reports import Effects

urlpatterns = [path("reports/effects", Effects.as_view(), name="reports-effects")]
