"""The addresses of practising."""

from __future__ import annotations

from django.urls import path

from . import pages

urlpatterns = [
    path("organisatie/oefenomgeving/", pages.practice, name="practice"),
    path("organisatie/oefenomgeving/in/", pages.enter, name="practice-enter"),
    path("organisatie/oefenomgeving/uit/", pages.leave, name="practice-leave"),
    path("organisatie/oefenomgeving/<slug:code>/maken/", pages.Start.as_view(), name="practice-start"),
    path("organisatie/oefenomgeving/<slug:code>/leegmaken/", pages.Empty.as_view(), name="practice-empty"),
]
