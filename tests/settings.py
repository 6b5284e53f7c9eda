"""The settings of production, with what tests need otherwise: nothing of this can be switched on elsewhere."""

from __future__ import annotations

from mvi_dashboard.settings import *  # noqa: F403

# Hashes that cost nothing: those about signing in choose the real ones themselves.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Files that tests attach lie apart from those of the demo.
STORAGES["attachments"]["OPTIONS"]["location"] = str(VAR_DIR / "test-media")  # noqa: F405
# The live server of the journeys does no long work of its own: tests carry jobs out when they say so.
WSGI_APPLICATION = None
# Each test client would go through all static files once more; so a file is looked up when it is asked for.
WHITENOISE_AUTOREFRESH = True
