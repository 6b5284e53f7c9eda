"""Which rows of the floor never change again."""

from __future__ import annotations

from . import guards
from .models import AuditEntry


def register() -> None:
    """The trail is append-only: what was said to have been done stays said."""
    guards.register([guards.append_only(AuditEntry)])
