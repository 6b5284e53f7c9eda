"""The compose file follows the compose specification, and every service can say whether it is well."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import yaml
from compose_pydantic import ComposeSpecification
from django.core.handlers.wsgi import WSGIHandler

from mvi_dashboard import celery

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def test_the_file_is_valid_against_the_compose_specification() -> None:
    # The specification allows any key that starts with x-; the model of it does not know those.
    plain = {key: value for key, value in COMPOSE.items() if not key.startswith("x-")}
    found = ComposeSpecification(**plain)
    assert set(found.services or {}) == {"web", "worker", "beat", "migrate", "database", "broker"}


@pytest.mark.parametrize("service", ["web", "worker", "beat", "database", "broker"])
def test_every_service_that_stays_up_has_a_health_check(service: str) -> None:
    check = COMPOSE["services"][service]["healthcheck"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries"} <= set(check)


def test_the_worker_and_the_timer_start_the_application_that_exists() -> None:
    for service in ("worker", "beat"):
        command = COMPOSE["services"][service]["command"]
        assert command[:3] == ["celery", "--app", celery.__name__]
    assert celery.app.conf.beat_schedule["sweep"]["task"] == celery.run_job.name


def test_no_secret_stands_in_the_file() -> None:
    environment = COMPOSE["x-app"]["environment"]
    for name in ("SECRET_KEY", "VAULT_KEYS", "ALLOWED_HOSTS"):
        assert environment[name] == f"${{{name}:?}}"


def test_the_image_holds_every_package_of_the_house() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for package in ("mvi_dashboard", "indicators", "tenders", "contracts", "reporting", "fixtures"):
        assert f"COPY {package} {package}" in text


def test_the_health_check_of_the_web_passes_where_only_the_name_of_the_site_is_allowed(
    settings: Any,
) -> None:
    settings.ALLOWED_HOSTS = ["mvi.voorbeeld.nl"]
    command, python, *arguments = COMPOSE["services"]["web"]["healthcheck"]["test"]
    assert (command, python) == ("CMD", "python")
    with make_server("127.0.0.1", 0, WSGIHandler(), handler_class=_Silent) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        there = [text.replace(":8000/", f":{server.server_port}/") for text in arguments]
        environment = {**os.environ, "ALLOWED_HOSTS": "mvi.voorbeeld.nl,www.voorbeeld.nl"}
        done = subprocess.run(
            [sys.executable, *there], env=environment, capture_output=True, check=False, timeout=30
        )
        server.shutdown()
    assert done.returncode == 0, done.stderr.decode()


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the screen."""
