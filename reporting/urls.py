"""The dashboards."""

from __future__ import annotations

from django.urls import path

from .views import dashboards, exploring, own_categories, purchasing, sharing, spend

app_name = "reporting"
urlpatterns = [
    path("dashboard/", dashboards.organisation, name="organisation"),
    path("dashboard/landelijk/", dashboards.national, name="national"),
    path("dashboard/figuur/<slug:code>/", exploring.figure, name="figure"),
    path("dashboard/landelijk/figuur/<slug:code>/", exploring.national_figure, name="national-figure"),
    path("dashboard/eigen-categorieen/", own_categories.own_categories, name="own_categories"),
    path("dashboard/alle-inkoop/", purchasing.purchasing, name="spend"),
    path("dashboard/alle-inkoop/bestand/", spend.Read.as_view(), name="spend-file"),
    path("dashboard/alle-inkoop/categorieen/", spend.Categories.as_view(), name="spend-categories"),
    path("dashboard/alle-inkoop/<uuid:public_id>/kolommen/", spend.columns, name="spend-columns"),
    path("dashboard/alle-inkoop/<uuid:public_id>/overnemen/", spend.TakeOver.as_view(), name="spend-take"),
    path("dashboard/alle-inkoop/<uuid:public_id>/terugnemen/", spend.Undo.as_view(), name="spend-undo"),
    path("dashboard/alle-inkoop/contract/<uuid:public_id>/", purchasing.Cover.as_view(), name="spend-cover"),
    path("dashboard/alle-inkoop/koppeling/<uuid:public_id>/", purchasing.Uncover.as_view(), name="spend-uncover"),
    path("organisatie/delen/", sharing.sharing, name="sharing"),
    path("organisatie/delen/wijzigen/", sharing.SetShare.as_view(), name="share"),
    path("dashboard/cijfers.csv", dashboards.figures_csv, name="csv"),
    path("dashboard/landelijk/cijfers.csv", dashboards.national_csv, name="national-csv"),
]
