"""How an organisation lays out a kind of file: which column is which field, saved to be used again."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from .tenancy import Tenant, Versioned


class ColumnProfile(Tenant, Versioned):
    """The columns of one kind of file as one program writes them; used by its name.

    What was read with it keeps how it was read, so a profile may be put right.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    """The code of a `Layout` of `ground.columns`"""
    name = models.CharField(max_length=100)
    columns = models.JSONField(default=list)
    """`{"header", "field"}` of each column that is used"""
    decimal = models.CharField(max_length=1)
    date_form = models.CharField(max_length=3)
    mappings = models.JSONField(default=list)
    """`{"field", "theirs", "ours"}`: words of the file that mean one of ours"""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "name"],
                condition=Q(ended_at=None),
                name="column_profile_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name
