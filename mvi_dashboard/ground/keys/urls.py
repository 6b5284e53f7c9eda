"""The addresses of everything about keys."""

from __future__ import annotations

from django.urls import path

from . import pages

urlpatterns = [
    path("organisatie/sleutels/", pages.key_list, name="keys"),
    path("organisatie/sleutels/eigen/", pages.MakeOwn.as_view(), name="key-own"),
    path("organisatie/sleutels/systeem/", pages.MakeForSystem.as_view(), name="key-system"),
    path("organisatie/sleutels/<uuid:key_id>/vernieuwen/", pages.Renew.as_view(), name="key-renew"),
    path("organisatie/sleutels/<uuid:key_id>/intrekken/", pages.Revoke.as_view(), name="key-revoke"),
]
