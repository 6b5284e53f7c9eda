"""Ready or not: settings that keep no secrets, a full disk, a database that is away; and pages that say so."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from mvi_dashboard.ground import vault
from mvi_dashboard.ground.models import Organisation, User

pytestmark = pytest.mark.django_db
GOOD = base64.b64encode(bytes(os.urandom(32))).decode()


def key_of(content: bytes) -> str:
    return f"k1:{base64.b64encode(content).decode()}"


@pytest.fixture(autouse=True)
def _no_browser_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """The journeys allow what no installation should, in the same process."""
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)


def production(settings: Any) -> None:
    """The settings of an installation that others reach, made well."""
    settings.ALLOWED_HOSTS = ["mvi.voorbeeld.nl", "testserver"]
    settings.BEHIND_HTTPS = True
    settings.TRUSTED_PROXIES = 1
    settings.RATE_LIMITS = "on"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]


def deploy_check() -> None:
    call_command("check", deploy=True, fail_level="WARNING")


BAD = [
    ("VAULT_KEYS", key_of(bytes(32)), "E002"),
    ("VAULT_KEYS", key_of(b"\x07" * 32), "E002"),
    ("VAULT_KEYS", key_of(bytes(range(32))), "E002"),
    ("VAULT_KEYS", key_of(b"kort"), "E001"),
    ("VAULT_KEYS", "geen sleutel", "E001"),
    ("VAULT_KEYS", f"k1:{GOOD},k2:{GOOD}", "E003"),
    ("VAULT_KEYS", f"k1:{GOOD},{key_of(bytes(32)).replace('k1', 'k2')}", "E002"),
    ("ALLOWED_HOSTS", ["*"], "E004"),
    ("ALLOWED_HOSTS", ["mvi.voorbeeld.nl", "*"], "E004"),
    ("SECRET_KEY", "geheim", "E005"),
    ("SECRET_KEY", "a" * 60, "E005"),
    ("RATE_LIMITS", "soms", "E006"),
]


# Some values are drawn: a number names each, the same in every process.
@pytest.mark.parametrize(("name", "value", "code"), BAD, ids=map(str, range(len(BAD))))
def test_settings_that_keep_no_secrets_fail_the_check_and_are_not_ready(
    settings: Any, name: str, value: Any, code: str
) -> None:
    production(settings)
    deploy_check()
    assert Client().get("/readyz").status_code == 200
    setattr(settings, name, value)
    with pytest.raises(SystemCheckError, match=f"ground.{code}"):
        deploy_check()
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert any(reason.startswith(name) for reason in answer.json()["reasons"])


def test_what_is_seldom_meant_is_a_warning_before_going_live(settings: Any) -> None:
    production(settings)
    settings.RATE_LIMITS, settings.TRUSTED_PROXIES = "off", 0
    with pytest.raises(SystemCheckError, match=r"(?s)W001.*W002|W002.*W001"):
        deploy_check()


def test_a_key_that_does_not_fit_what_is_sealed_is_not_ready(settings: Any, organisation: Organisation) -> None:
    """Well made, under the same id, and yet another key."""
    vault.create(organisation)
    assert Client().get("/readyz").status_code == 200
    settings.VAULT_KEYS = f"k9:{GOOD}," + settings.VAULT_KEYS
    assert Client().get("/readyz").status_code == 200
    settings.VAULT_KEYS = f"{settings.VAULT_KEYS.split(',')[1].split(':')[0]}:{GOOD}"
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"][0].startswith("VAULT_KEYS: what is sealed with key")


def test_a_full_disk_is_not_ready(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(settings.VAR_DIR)
    for free, status in ((usage.total // 10, 200), (usage.total // 25, 503), (0, 503)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, free=free: usage._replace(free=free))
        answer = Client().get("/readyz")
        assert answer.status_code == status
    assert answer.json()["reasons"][0].startswith("disk: 0.0%")


def test_a_place_that_cannot_be_written_is_not_ready(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "weg"
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"][0].startswith("disk:")


def test_reasons_are_told_on_the_machine_and_to_superusers_only(settings: Any, officer: User) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert "reasons" in Client().get("/readyz").json()
    from_outside = {"X-Forwarded-For": "203.0.113.1"}
    assert Client().get("/readyz", headers=from_outside).json() == {"status": "unavailable"}
    assert Client().get("/readyz", REMOTE_ADDR="203.0.113.1").json() == {"status": "unavailable"}
    person, superuser = Client(), Client()
    person.force_login(officer)
    superuser.force_login(User.objects.create_superuser("beheer", "beheer@voorbeeld.invalid", "x"))
    assert person.get("/readyz", headers=from_outside).json() == {"status": "unavailable"}
    assert "reasons" in superuser.get("/readyz", headers=from_outside).json()


@contextmanager
def database_away(error: type[Exception] = OperationalError) -> Iterator[list[str]]:
    """Inside this block the database answers nothing; gives what was asked all the same."""
    asked: list[str] = []

    def lost(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        raise error("server closed the connection unexpectedly")

    with connection.execute_wrapper(lost):
        yield asked


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize(
    "path", ["/", "/aanbestedingen/", "/contracten/", "/taken/", "/beheer/", "/materialen/", "/bestaat-niet/"]
)
def test_a_page_without_a_database_is_a_503_that_asks_nothing(
    officer: User, path: str, error: type[Exception]
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(officer)
    with database_away(error) as asked:
        answer = client.get(path)
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    text = answer.content.decode()
    assert "Wij zijn er even niet" in text
    assert "Inloggen" not in text
    assert len(asked) <= (2 if path == "/bestaat-niet/" else 1), asked
    assert client.get(path).status_code != 503


def test_signing_in_without_a_database_is_a_503(officer: User) -> None:
    client = Client(raise_request_exception=False)
    with database_away():
        answer = client.post("/inloggen/", {"username": "inkoper-1", "password": "fout"})
    assert (answer.status_code, "Retry-After" in answer) == (503, True)


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/tenders", "/api/v1/indicators"])
def test_the_api_without_a_database_is_a_503(officer: User, path: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(officer)
    with database_away():
        answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert int(answer["Retry-After"]) > 0
    assert answer.json()["errors"][0]["code"] == "unavailable"


def test_without_a_database_the_site_is_not_ready_and_says_so_itself() -> None:
    with database_away():
        answer = Client().get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["reasons"] == ["database: it does not answer"]
        assert Client().get("/livez").status_code == 200


def test_an_error_of_ours_is_a_500_that_asks_nothing(officer: User, settings: Any) -> None:
    """The start page, with a template that is not there."""
    client = Client(raise_request_exception=False)
    client.force_login(officer)
    options = {**settings.TEMPLATES[0]["OPTIONS"], "context_processors": ["nergens.niets"]}
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "OPTIONS": options}]
    answer = client.get("/toegankelijkheid/")
    assert answer.status_code == 500
    assert "Er ging iets mis bij ons" in answer.content.decode()
