"""Long work: rows that say what is to be done, by whom it is held, and how far it is."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from .organisations import Organisation


class Job(models.Model):
    """One piece of long work. A runner holds it under a lease; when the lease runs out another takes over."""

    class State(models.TextChoices):
        WAITING = "waiting", "Wacht"
        RUNNING = "running", "Bezig"
        PAUSED = "paused", "Gepauzeerd"
        DONE = "done", "Klaar"
        FAILED = "failed", "Mislukt"
        CANCELLED = "cancelled", "Gestopt"

    ACTIVE = (State.WAITING, State.RUNNING, State.PAUSED)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    problems = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=120, blank=True)
    requested_by = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe_key"],
                condition=Q(state__in=["waiting", "running", "paused"]) & ~Q(dedupe_key=""),
                name="job_one_active",
            )
        ]
        indexes = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class JobChunk(models.Model):
    """A part of a job that is done as a whole, so that a new runner goes on where the last one stopped."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    params = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="job_chunk_once")]

    def __str__(self) -> str:
        return f"{self.job_id}.{self.number}"
