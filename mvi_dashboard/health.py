"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import Job

OLDEST_WAITING = timedelta(seconds=120)


def livez(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, migrations are applied and long work moves; else 503, without details."""
    ready = _ready()
    return JsonResponse({"status": "ok" if ready else "unavailable"}, status=200 if ready else 503)


def _ready() -> bool:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        long_ago = clock.now() - OLDEST_WAITING
        return not Job.objects.filter(state=Job.State.WAITING, created_at__lt=long_ago).exists()
    except DatabaseError:
        return False
