"""The addresses of profiles of columns."""

from __future__ import annotations

from django.urls import path

from . import pages

urlpatterns = [
    path("gegevens/indelingen/", pages.profile_list, name=pages.PROFILES),
    path("gegevens/indelingen/sjabloon/<slug:kind>/", pages.template, name="column-template"),
    path("gegevens/indelingen/<uuid:public_id>/", pages.Change.as_view(), name="column-profile"),
    path("gegevens/indelingen/<uuid:public_id>/einde/", pages.End.as_view(), name="column-profile-end"),
]
