"""Every answer carries the same protection, whoever made it: a page, the API, a file, an error, a download."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from mvi_dashboard.ground.models import User

pytestmark = pytest.mark.any_database

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ADDRESSES = (
    "/",
    "/bestaat-niet/",
    "/static/mvi/mvi.css",
    "/static/vendor/plotly/plotly.min.js",
    "/static/bestaat-niet.css",
    "/livez",
    "/api/v1/indicators",
    "/api/v1/bestaat-niet",
    "/api/v1/openapi.json",
)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_answer_has_the_headers_that_protect_a_browser(client: Client, address: str, method: str) -> None:
    answer = getattr(client, method)(address)
    answer.close()  # a static file is sent from the disk
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert "camera=()" in answer.headers["Permissions-Policy"]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.usefixtures("reference")
def test_a_download_and_a_page_stay_in_no_cache(client: Client, officer: User) -> None:
    client.force_login(officer)
    file = client.get(reverse("indicators:download_version", args=["nl-open-2026", "1"]))
    assert file.status_code == 200
    assert "attachment" in file.headers["Content-Disposition"]
    for answer in (file, client.get("/"), client.get("/bestaat-niet/"), client.get("/livez")):
        assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_a_static_file_may_stay_in_a_cache(client: Client) -> None:
    answer = client.get("/static/mvi/mvi.css")
    answer.close()
    assert answer.status_code == 200
    assert "no-store" not in answer.headers.get("Cache-Control", "")


@pytest.mark.usefixtures("reference")
def test_only_the_browser_itself_keeps_a_form_that_was_drawn_again(client: Client) -> None:
    for typed in ({"lines.0.massKg": "-3"}, {"add-line": "lines"}):
        answer = client.post("/reken-zelf/", typed)
        assert answer.status_code in (200, 400)
        assert answer.headers["Cache-Control"] == "private, no-cache"
    for answer in (
        client.get("/reken-zelf/"),
        client.post("/bestaat-niet/"),
        client.post("/aanbestedingen/nieuw/"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"


def test_signing_out_clears_what_the_browser_kept(client: Client, officer: User) -> None:
    client.force_login(officer)
    assert client.post("/uitloggen/").headers["Clear-Site-Data"] == '"cache"'


@pytest.mark.django_db
def test_who_was_signed_out_hears_that_nothing_was_saved(client: Client) -> None:
    said = "U was uitgelogd: wat u typte is niet opgeslagen."
    assert said not in client.get("/aanbestedingen/nieuw/", follow=True).content.decode()
    assert said in client.post("/aanbestedingen/nieuw/", {"title": "Stoelen"}, follow=True).content.decode()
    part = client.post("/aanbestedingen/nieuw/", {"title": "Stoelen"}, headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == "/inloggen/?next=/aanbestedingen/nieuw/"
    asked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/taken/"}
    row = client.get(reverse("job", args=["0b0f7f5e-3ddd-4be5-a6ff-0b7d8d1f2f6a"]), headers=asked)
    assert row.headers["HX-Redirect"] == "/inloggen/?next=/taken/"


@pytest.mark.django_db
def test_a_form_without_cookie_says_so() -> None:
    strict = Client(enforce_csrf_checks=True)
    without = strict.post("/reken-zelf/", {"lines.0.massKg": "3"})
    assert without.status_code == 403
    assert "Uw browser stuurde geen cookie" in without.content.decode()
    strict.get("/inloggen/")
    stale = strict.post("/reken-zelf/", {"csrfmiddlewaretoken": "x" * 64})
    for answer, said in ((without, "geen cookie"), (stale, "Dit formulier is verlopen")):
        assert said in answer.content.decode()
        assert "Wat u typte is niet opgeslagen." in answer.content.decode()
