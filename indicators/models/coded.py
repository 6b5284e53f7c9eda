"""Reference data carries a code, two names and a time in which it holds."""

from __future__ import annotations

from typing import TypeVar

from django.db import models

Version = TypeVar("Version", bound=models.Model)


class Coded(models.Model):
    """A row of reference data that the outside world knows by its code."""

    code = models.CharField(max_length=80, unique=True)
    name_nl = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_nl


class State(models.TextChoices):
    """The life of a version: a published one never changes."""

    DRAFT = "draft", "Concept"
    PUBLISHED = "published", "Vastgesteld"
    SUPERSEDED = "superseded", "Vervangen"


def newest_published(versions: models.QuerySet[Version]) -> Version | None:
    """The version that holds now among these: of those that are published the one that was made last.

    A concept that is older than what was published since is refused, so the last made is the last published too.
    """
    return versions.filter(state=State.PUBLISHED).order_by("-pk").first()
