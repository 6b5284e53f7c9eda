"""Environmental product declarations behind factors, as they were declared."""

from __future__ import annotations

from django.db import models

from .factors import Source


class Declaration(models.Model):
    """What one declaration said when it was read; a factor opens to it through its source.

    `content` has every module of every indicator to its last digit, as text (a module that was not declared is
    null), the declared unit, its conversion to kg, scenarios and content. It is written once and never changes:
    a new issue of the declaration is a new source.
    """

    source = models.OneToOneField(Source, models.PROTECT, related_name="declaration")
    key = models.CharField(max_length=80)
    registration = models.CharField(max_length=100, blank=True)
    standard = models.CharField(max_length=2, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    content = models.JSONField()

    def __str__(self) -> str:
        return self.registration or self.key
