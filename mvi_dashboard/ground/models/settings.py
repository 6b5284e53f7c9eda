"""What an organisation decides for itself: one row of switches."""

from __future__ import annotations

from django.db import models

from .organisations import Organisation


class OrganisationSettings(models.Model):
    """The switches of one organisation; without a row all of them stand as they do here."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="settings")
    totp_roles = models.JSONField(default=list)
    """Roles for which a second factor is required here."""

    def __str__(self) -> str:
        return f"{self.organisation_id}"
