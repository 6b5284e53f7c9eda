"""Proposals to change reference data: what one person writes down, and another publishes."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from mvi_dashboard.ground.models import Versioned


class Proposal(Versioned):
    """Changes to reference data that belong together; nothing is calculated with them before it is published.

    `maker_key` is who made it, as the audit trail writes a person or a token. Everybody has one concept at most.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Concept"
        PUBLISHED = "published", "Vastgesteld"
        DISCARDED = "discarded", "Weggegooid"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    maker_key = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    """Why it was published or thrown away"""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["maker_key"], condition=Q(state="draft"), name="proposal_one_draft_each"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", closed_at__isnull=True)
                | ~Q(state="draft") & Q(closed_at__isnull=False),
                name="proposal_closed_when_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"


class ProposedRow(models.Model):
    """One row of reference data as it would be.

    `before` is the row as it was seen, None when it is new; `after` None ends it. Both are documents in the words
    of REST, without what is empty. `confirmed` holds the reasons for what is unusual in it.
    """

    class Kind(models.TextChoices):
        GROUP = "product-groups", "Productgroepen"
        TYPE = "product-types", "Soorten product"
        PREFIX = "cpv-prefixes", "CPV-koppelingen"
        PRODUCT = "products", "Basis- en referentieproducten"
        MATERIAL = "materials", "Namen van materialen"

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    code = models.CharField(max_length=80)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    confirmed = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "kind", "code"], name="proposed_row_once"),
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(after__isnull=False), name="proposed_row_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
