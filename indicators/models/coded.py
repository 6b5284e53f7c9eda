"""Reference data carries a code, two names and a time in which it holds."""

from __future__ import annotations

from django.db import models


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
