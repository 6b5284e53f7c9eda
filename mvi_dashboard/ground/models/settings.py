"""What an organisation decides for itself: one row of switches, and its own look."""

from __future__ import annotations

from django.db import models

from .organisations import Organisation


class OrganisationSettings(models.Model):
    """The switches of one organisation; without a row all of them stand as they do here."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="settings")
    totp_roles = models.JSONField(default=list)
    """Roles for which a second factor is required here."""
    retention = models.JSONField(default=dict)
    """Months that a kind of thing is kept, where that is another term than the usual one"""

    def __str__(self) -> str:
        return f"{self.organisation_id}"


class OrganisationTheme(models.Model):
    """The colours and letters of one organisation: design tokens that were checked when they came in."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="theme")
    tokens = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    """Of the stylesheet that is made of them: it stands in its address"""

    def __str__(self) -> str:
        return f"{self.organisation_id}"
