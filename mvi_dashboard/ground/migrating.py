"""What happens around every migrate: guards go and come back, and what a migration wrote gets its imprint."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections

from . import imprints, kept, triggers


def before(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Once per migrate: remember what is wrong already, and lift what a changed table would break.

    SQLite cannot rebuild a table that a trigger of another table reads. On PostgreSQL the guards stay; only what
    makes imprints or keeps something beside a row goes, as it names columns that may be dropped.
    """
    if sender.label != "ground":
        return
    imprints.remember_what_is_wrong(using)
    for mark in ("",) if connections[using].vendor == "sqlite" else (imprints.MARK, kept.MARK):
        triggers.remove(using, only=mark)


def after(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, verbosity: int = 1, **kwargs: Any) -> None:
    """Per app: put the triggers back, and make the imprints that are not there yet, saying of how many rows."""
    triggers.install_of(sender.label, using)
    kept.complete(sender.label, using)
    made = imprints.complete(sender.label, using)
    if verbosity and made:
        print(f"  Imprints made in {sender.label}: {sum(made.values())} rows of {len(made)} tables")
