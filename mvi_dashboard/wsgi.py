"""The web server's door."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mvi_dashboard.settings")
application = get_wsgi_application()


def _start_jobs() -> None:
    """With Redis a worker is told of new jobs; without it a thread of this process does them."""
    from mvi_dashboard import runner
    from mvi_dashboard.ground import jobs

    if settings.REDIS_URL:
        from mvi_dashboard.celery import wake

        jobs.when_woken(wake)
    else:
        runner.start()


_start_jobs()
