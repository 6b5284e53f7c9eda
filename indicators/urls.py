"""The pages of the framework; all of them are open to everybody."""

from __future__ import annotations

from django.urls import path

from .views import assessing, catalogue, explanation

app_name = "indicators"
urlpatterns = [
    path("productgroepen/", catalogue.groups, name="groups"),
    path("productgroepen/<str:code>/", catalogue.group, name="group"),
    path("materialen/", catalogue.materials, name="materials"),
    path("materialen/<str:code>/", catalogue.material, name="material"),
    path("factoren/", catalogue.factors, name="factors"),
    path("grondslagen/", catalogue.bases, name="bases"),
    path("uitleg/", explanation.explanation, name="explanation"),
    path("reken-zelf/", assessing.assess, name="assess"),
]
