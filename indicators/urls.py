"""The pages of the framework; open to everybody, except for making and publishing versions."""

from __future__ import annotations

from django.urls import path

from .views import (
    assessing,
    catalogue,
    categories,
    cpv,
    declarations,
    explanation,
    imports,
    methods,
    range_example,
    requests,
    switching,
    terms,
    versions,
    worked,
)

app_name = "indicators"
urlpatterns = [
    path("productgroepen/", catalogue.groups, name="groups"),
    path("productgroepen/<str:code>/", catalogue.group, name="group"),
    path("categorieen/", categories.Schemes.as_view(), name="category_schemes"),
    path("categorieen/<uuid:public_id>/", categories.Scheme.as_view(), name="category_scheme"),
    path("cpv/", cpv.cpv, name="cpv"),
    path("productgroepen/<str:code>/uitvraag/", requests.request_page, name="request"),
    path("materialen/", catalogue.materials, name="materials"),
    path("materialen/<str:code>/", catalogue.material, name="material"),
    path("verklaringen/<str:code>/", declarations.declaration, name="declaration"),
    path("factoren/", catalogue.factors, name="factors"),
    path("factorsets/", versions.factor_sets, name="factor_sets"),
    path("factorsets/inlezen/", imports.upload, name="import_factors"),
    path("factorsets/inlezen/<uuid:public_id>/", imports.Preview.as_view(), name="import_preview"),
    path("factorsets/<str:code>/<str:before>/naar/<str:after>/", versions.differences, name="differences"),
    path("factorsets/<str:code>/<str:version>/factoren.csv", versions.download, name="download_version"),
    path("factorsets/<str:code>/<str:version>/vaststellen/", versions.Publish.as_view(), name="publish_version"),
    path("ontbreekt/", versions.gaps, name="gaps"),
    path("grondslagen/", catalogue.bases, name="bases"),
    path("grondslagen/<str:code>/geldig-maken/", switching.Switch.as_view(), name="switch_basis"),
    path("methodes/", methods.methods, name="methods"),
    path("methodes/<str:code>/nieuwe-versie/", methods.Draft.as_view(), name="method_draft"),
    path("methodes/<str:code>/<str:version>/", methods.method, name="method"),
    path("methodes/<str:code>/<str:version>/vaststellen/", methods.Publish.as_view(), name="publish_method"),
    path("aannames/", methods.Assumptions.as_view(), name="assumptions"),
    path("uitleg/", explanation.explanation, name="explanation"),
    path("uitleg/begrippen/", terms.terms, name="terms"),
    path("uitleg/rekenvoorbeeld/", worked.worked, name="worked"),
    path("uitleg/bandbreedte/", range_example.ranges, name="ranges"),
    path("reken-zelf/", assessing.assess, name="assess"),
]
