"""Every address of the site; each app says its own."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from mvi_dashboard.ground import job_pages

from . import health, views

_APPS = ("indicators", "tenders", "contracts", "reporting")

urlpatterns = [
    path("", views.start, name="start"),
    path("inloggen/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("uitloggen/", auth.LogoutView.as_view(), name="logout"),
    path("toegankelijkheid/", views.accessibility, name="accessibility"),
    path("taken/", job_pages.job_list, name="jobs"),
    path("taken/<uuid:public_id>/", job_pages.job_part, name="job"),
    path("taken/<uuid:public_id>/stoppen/", job_pages.job_stop, name="job-stop"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", include("mvi_dashboard.api")),
    path("beheer/", admin.site.urls),
    *(path("", include(f"{app}.urls")) for app in _APPS if find_spec(f"{app}.urls")),
]
handler400 = "mvi_dashboard.views.bad_request"
handler403 = "mvi_dashboard.views.no_permission"
handler404 = "mvi_dashboard.views.not_found"
handler500 = "mvi_dashboard.views.server_error"
