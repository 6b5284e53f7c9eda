"""The addresses of everything about webhooks."""

from __future__ import annotations

from django.urls import path

from . import pages

urlpatterns = [
    path("organisatie/koppelingen/", pages.webhook_list, name="webhooks"),
    path("organisatie/koppelingen/nieuw/", pages.Make.as_view(), name="webhook-new"),
    path("organisatie/koppelingen/<uuid:public_id>/", pages.one_webhook, name="webhook"),
    path("organisatie/koppelingen/<uuid:public_id>/proef/", pages.Try.as_view(), name="webhook-test"),
    path("organisatie/koppelingen/<uuid:public_id>/opnieuw/", pages.ReplayFailed.as_view(), name="webhook-failed"),
    path("organisatie/koppelingen/<uuid:public_id>/einde/", pages.End.as_view(), name="webhook-end"),
    path(
        "organisatie/koppelingen/berichten/<uuid:public_id>/opnieuw/",
        pages.Replay.as_view(),
        name="webhook-replay",
    ),
]
