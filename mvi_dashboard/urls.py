"""Every address of the site; each app says its own."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from mvi_dashboard.ground import job_pages, sign_in_pages
from mvi_dashboard.ground.files import pages as file_pages
from mvi_dashboard.ground.outbox import pages as message_pages
from mvi_dashboard.ground.trail import pages as trail_pages

from . import first_day, health, page_languages, search_pages, views

urlpatterns = [
    path("", views.start, name="start"),
    path("inloggen/", sign_in_pages.SignIn.as_view(), name="login"),
    path("uitloggen/", sign_in_pages.SignOut.as_view(), name="logout"),
    path("wachtwoord/", sign_in_pages.ChangePassword.as_view(), name="password"),
    path("toegankelijkheid/", views.accessibility, name="accessibility"),
    path("over-de-api/", views.about_api, name="about-api"),
    path("taal/<slug:language>/", page_languages.choose, name="language"),
    path("zoeken/", search_pages.search, name="search"),
    path("taken/", job_pages.job_list, name="jobs"),
    path("taken/<uuid:public_id>/", job_pages.job_part, name="job"),
    path("taken/<uuid:public_id>/stoppen/", job_pages.job_stop, name="job-stop"),
    path("bestanden/bij/<slug:code>/<str:key>/", file_pages.files_of_one, name="files-of"),
    path("bestanden/bij/<slug:code>/<str:key>/toevoegen/", file_pages.AddFile.as_view(), name="file-add"),
    path("bestanden/<uuid:public_id>/", file_pages.one_file, name="file"),
    path("bestanden/<uuid:public_id>/inhoud/", file_pages.download, name="file-download"),
    path("bestanden/<uuid:public_id>/voorbeeld/", file_pages.preview, name="file-preview"),
    path("bestanden/<uuid:public_id>/intrekken/", file_pages.WithdrawFile.as_view(), name="file-withdraw"),
    path("berichten/", message_pages.message_list, name="messages"),
    path("berichten/gelezen/", message_pages.message_read_all, name="messages-read"),
    path("berichten/<uuid:public_id>/", message_pages.message_open, name="message-open"),
    path("organisatie/logboek/", trail_pages.trail, name="trail"),
    path("organisatie/eerste-dag/", first_day.first_day, name="first-day"),
    path("", include("mvi_dashboard.ground.people.urls")),
    path("", include("mvi_dashboard.ground.practice.urls")),
    path("", include("mvi_dashboard.ground.account.urls")),
    path("", include("mvi_dashboard.ground.suppliers.urls")),
    path("", include("mvi_dashboard.ground.keys.urls")),
    path("", include("mvi_dashboard.ground.columns.urls")),
    path("", include("mvi_dashboard.ground.webhooks.urls")),
    path("", include("mvi_dashboard.ground.organisations.urls")),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", include("mvi_dashboard.api")),
    # One door: what is signed in, out or changed here is counted and stands in the trail.
    path("beheer/login/", sign_in_pages.admin_sign_in),
    path("beheer/logout/", sign_in_pages.SignOut.as_view()),
    path("beheer/password_change/", RedirectView.as_view(pattern_name="password")),
    path("beheer/", admin.site.urls),
    *(path("", include(f"{app}.urls")) for app in views.APPS if find_spec(f"{app}.urls")),
]
handler400 = "mvi_dashboard.views.bad_request"
handler403 = "mvi_dashboard.views.no_permission"
handler404 = "mvi_dashboard.views.not_found"
handler500 = "mvi_dashboard.views.server_error"
