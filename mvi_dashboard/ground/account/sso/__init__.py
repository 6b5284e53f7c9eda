"""Signing in with the provider of an organisation, by OpenID Connect (extra `sso`); absent if not configured."""

from __future__ import annotations

from .configuration import current


def label() -> str:
    """What stands on the way to it; empty when there is none."""
    found = current()
    return found.label if found else ""
