"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from mvi_dashboard.ground import clock, deployment, vault
from mvi_dashboard.ground.client_addresses import is_local
from mvi_dashboard.ground.models import Job

OLDEST_WAITING = timedelta(seconds=120)
LEAST_FREE = 0.05
_A_BLOCK = 4096


def livez(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when it can serve, else 503; why not is told only to who asks from the machine itself, or may see it."""
    reasons = [*_settings(), *_disk(), *_database()]
    answer: dict[str, object] = {"status": "unavailable" if reasons else "ok"}
    if reasons and (is_local(request) or _may_know(request, reasons)):
        answer["reasons"] = reasons
    return JsonResponse(answer, status=503 if reasons else 200)


def _settings() -> Iterator[str]:
    for fault in deployment.faults():
        yield fault.detail


def _disk() -> Iterator[str]:
    try:
        space = shutil.disk_usage(settings.VAR_DIR)
        if space.free < LEAST_FREE * space.total:
            yield f"disk: {space.free / space.total:.1%} of {settings.VAR_DIR} is free, less than {LEAST_FREE:.0%}"
        with tempfile.TemporaryFile(dir=settings.VAR_DIR) as file:
            file.write(b"\0" * _A_BLOCK)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        yield f"disk: {settings.VAR_DIR} cannot be written ({error.strerror})"


def _database() -> Iterator[str]:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield "migrations: not all of them are applied"
            return
        long_ago = clock.now() - OLDEST_WAITING
        if Job.objects.filter(state=Job.State.WAITING, created_at__lt=long_ago).exists():
            yield f"jobs: one waits for more than {OLDEST_WAITING.seconds} s"
        for key_id in vault.foreign_key_ids():
            yield f"VAULT_KEYS: what is sealed with key {key_id} cannot be opened"
    except ImproperlyConfigured:
        return  # said among the settings
    except (DatabaseError, InterfaceError):
        yield "database: it does not answer"


def _may_know(request: HttpRequest, reasons: list[str]) -> bool:
    """Whether a superuser asks; without a database with all its tables nobody can be known."""
    if any(reason.startswith(("database", "migrations")) for reason in reasons):
        return False
    return bool(request.user.is_active and request.user.is_superuser)
