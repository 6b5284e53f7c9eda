"""Secrets from the environment, or made once in a file that only its owner may read."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def secret_from(given: str, path: Path, *, required: bool, kind: str = "secret") -> str:
    """The secret that was given; else the one in the file, which is made on first use (mode 0600).

    `required`: an installation that others reach must be given its secrets (raises ImproperlyConfigured).
    """
    if given:
        return given
    if required:
        raise ImproperlyConfigured(f"Set {path.name.upper()}: hosts beyond this machine are allowed.")
    if not path.exists():
        _write_once(path, _new(kind))
    return path.read_text(encoding="ascii").strip()


def _new(kind: str) -> str:
    if kind == "vault":
        key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii")
        return f"k{secrets.token_hex(4)}:{key}"
    return secrets.token_urlsafe(50)


def _write_once(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(content)
