"""The dashboards."""

from __future__ import annotations

from django.urls import path

from .views import dashboards, exploring, own_categories, sharing

app_name = "reporting"
urlpatterns = [
    path("dashboard/", dashboards.organisation, name="organisation"),
    path("dashboard/landelijk/", dashboards.national, name="national"),
    path("dashboard/figuur/<slug:code>/", exploring.figure, name="figure"),
    path("dashboard/landelijk/figuur/<slug:code>/", exploring.national_figure, name="national-figure"),
    path("dashboard/eigen-categorieen/", own_categories.own_categories, name="own_categories"),
    path("organisatie/delen/", sharing.sharing, name="sharing"),
    path("organisatie/delen/wijzigen/", sharing.SetShare.as_view(), name="share"),
    path("dashboard/cijfers.csv", dashboards.figures_csv, name="csv"),
    path("dashboard/landelijk/cijfers.csv", dashboards.national_csv, name="national-csv"),
]
