"""The compose file follows the compose specification, and every service can say whether it is well."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import tomllib
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import yaml
from compose_pydantic import ComposeSpecification
from django.core.handlers.wsgi import WSGIHandler
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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
    for service in COMPOSE["services"].values():
        for name, value in service["environment"].items() if "environment" in service else ():
            assert "PASSWORD" not in name or value == f"${{{name}:?}}"


@pytest.mark.parametrize("service", ["web", "worker", "beat", "migrate", "database", "broker"])
def test_a_container_has_no_rights_that_it_does_not_need(service: str) -> None:
    told = COMPOSE["services"][service]
    assert told["cap_drop"] == ["ALL"]
    assert told["security_opt"] == ["no-new-privileges:true"]
    assert told["read_only"] is True
    assert {"mem_limit", "cpus", "pids_limit"} <= set(told)
    # Only the database needs some of them, to hand its folder over before it stops being root.
    assert ("cap_add" in told) == (service == "database")
    assert not {"SYS_ADMIN", "NET_ADMIN", "ALL"} & set(told.get("cap_add", ()))


def test_only_the_migration_owns_the_tables() -> None:
    signs_in = {
        name: told["environment"]["DATABASE_URL"].split("//")[1].split(":")[0]
        for name, told in COMPOSE["services"].items()
        if "DATABASE_URL" in told.get("environment", {})
    }
    assert signs_in == {"migrate": "mvi_owner", "web": "mvi_web", "worker": "mvi_web", "beat": "mvi_web"}
    roles = (ROOT / "deploy" / "roles.sh").read_text(encoding="utf-8")
    assert "CREATE ROLE mvi_web LOGIN NOSUPERUSER" in roles
    mounted = COMPOSE["services"]["database"]["volumes"]
    assert "./deploy/roles.sh:/docker-entrypoint-initdb.d/roles.sh:ro" in mounted
    assert "grant_web_role mvi_web" in COMPOSE["services"]["migrate"]["command"][-1]


def test_the_image_installs_locked_versions_with_hashes_only() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in dockerfile
    assert dockerfile.count("pip install") == 1
    locked = _locked()
    assert all(hashes for _version, hashes in locked.values())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *project["optional-dependencies"]["prod"],
        *project["optional-dependencies"]["sso"],
    ]
    for requirement in map(Requirement, asked):
        version, _hashes = locked[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"make the lock again: {requirement} is at {version}"


def test_the_image_holds_nothing_of_the_folder_but_what_it_runs() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert not {".git", "var", "tests", ".env"} & let_in
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for names in copied for name in names.split()} == let_in


def _locked() -> dict[str, tuple[str, list[str]]]:
    """Per package of the lock its version and its hashes."""
    text = (ROOT / "deploy" / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        name = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", line)
        if name:
            found[canonicalize_name(name[1])] = (name[2], re.findall(r"--hash=sha256:[0-9a-f]{64}", line))
    return found


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
