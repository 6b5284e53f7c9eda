"""The addresses of everything about organisations."""

from __future__ import annotations

from django.urls import path

from . import installation_pages, pages

_ONE = "organisaties/bij/<slug:code>/"
urlpatterns = [
    path("organisatie/gegevens/", pages.Data.as_view(), name="organisation-data"),
    path("organisatie/gegevens/uiterlijk/", pages.SetTheme.as_view(), name="organisation-theme"),
    path("organisatie/gegevens/uiterlijk/weg/", pages.RemoveTheme.as_view(), name="organisation-theme-remove"),
    path("organisatie/bewaren/", pages.Terms.as_view(), name="organisation-retention"),
    path("uiterlijk/<slug:code>/<str:digest>.css", pages.theme_css, name="theme"),
    path("organisaties/", installation_pages.organisation_list, name="organisation-list"),
    path("organisaties/nieuw/", installation_pages.New.as_view(), name="organisation-new"),
    path(_ONE, installation_pages.one_organisation, name="organisation"),
    path(f"{_ONE}beheerder/", installation_pages.InviteAdministrator.as_view(), name="organisation-invite"),
    path(f"{_ONE}verplaatsen/", installation_pages.Move.as_view(), name="organisation-move"),
    path(f"{_ONE}eindigen/", installation_pages.End.as_view(), name="organisation-end"),
    path(f"{_ONE}samenvoegen/", installation_pages.Merge.as_view(), name="organisation-merge"),
    path(f"{_ONE}splitsen/", installation_pages.Split.as_view(), name="organisation-split"),
    path(f"{_ONE}overdragen/", installation_pages.HandOver.as_view(), name="organisation-hand-over"),
]
