"""Every table of the house in a few words, read from the models themselves: the list in docs/data-model.md."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import models


def table() -> str:
    """A heading per app, and per model its meaning and columns, as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    for config in apps.get_app_configs():
        if not _is_ours(config):
            continue
        found = [model for model in config.get_models() if not model._meta.proxy]
        if not found:
            continue
        yield from (f"### {config.label}", "", "| table | what it is | columns |", "|---|---|---|")
        for model in sorted(found, key=lambda each: each._meta.label):
            yield f"| `{model._meta.object_name}` | {_meaning(model)} | {', '.join(_columns(model))} |"
        yield ""


def _is_ours(config: AppConfig) -> bool:
    """Whether the app is of this project: its package stands in the project itself, and not in an environment that
    somebody made there."""
    package = Path(settings.BASE_DIR) / config.name.partition(".")[0]
    return Path(config.path).is_relative_to(package)


def _meaning(model: type[models.Model]) -> str:
    """The first paragraph of the docstring on one line."""
    text = inspect.cleandoc(model.__doc__ or "").partition("\n\n")[0]
    return " ".join(text.split()).replace("|", "\\|")


def _columns(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        target = field.related_model
        to = f" → {target._meta.object_name}" if isinstance(target, type) else ""
        yield f"`{field.name}`{to}{' ?' if field.null else ''}"
