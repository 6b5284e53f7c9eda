"""Everything under /api/v1: the published description and the paths of each app."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from mvi_dashboard.ground.rest.openapi import OpenApiDocument

# From who asks and what is measured, by way of what is offered and what happened, to what it adds up to.
_URLS = (
    "mvi_dashboard.ground.api.urls",
    "indicators.api.urls",
    "tenders.api.urls",
    "contracts.api.urls",
    "reporting.api.urls",
)

urlpatterns = [
    path("openapi.json", OpenApiDocument.as_view(), name="openapi"),
    *(path("", include(urls)) for urls in _URLS if find_spec(urls.rpartition(".")[0]) and find_spec(urls)),
]
