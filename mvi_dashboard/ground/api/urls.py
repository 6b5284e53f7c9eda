"""The paths of the floor under /api/v1."""

from __future__ import annotations

from django.urls import path

from .people import Me, Organisations, Suppliers
from .trail import Audit

urlpatterns = [
    path("me", Me.as_view(), name="me"),
    path("organisations", Organisations.as_view(), name="organisations"),
    path("suppliers", Suppliers.as_view(), name="suppliers"),
    path("audit", Audit.as_view(), name="audit"),
]
