"""Previews of what somebody wants to bring in: one's own, for a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

from indicators.models import ImportPreview, RowPreview
from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.problems import not_found

Preview = TypeVar("Preview")
Outcome = TypeVar("Outcome", bound=models.Model)
KEPT = timedelta(days=1)
MAKING = "making"
"""the layout of a preview that holds rows of making instead of factors"""


class Confirmation(Act[Preview, Outcome]):
    """An act on one's own preview: what was shown is taken over."""

    def __call__(
        self,
        actor: Actor,
        public_id: UUID,
        *,
        document: Mapping[str, Any] | None = None,
        typed: bool = False,
        once: Once | None = None,
    ) -> Outcome:
        """What came of it. Raises Refused."""
        return self.carry_out(actor, public_id, document=document, expected_version=None, typed=typed, once=once)


def own_preview(actor: Actor, public_id: UUID, *, making: bool = False, for_update: bool = False) -> ImportPreview:
    """One's own preview of factors, or of making. Raises Refused: forbidden, absent, somebody else's or too old.

    Without its content, unless it is locked to be confirmed.
    """
    access.require(actor, access.REFERENCE_EDIT)
    found = ImportPreview.objects.select_related("factor_set", "base", "made")
    found = found.select_for_update(of=("self",)) if for_update else found.defer("content")
    found = found.filter(layout=MAKING) if making else found.exclude(layout=MAKING)
    fresh = found.filter(owner_key=actor.key, created_at__gt=clock.now() - KEPT)
    preview = fresh.filter(public_id=public_id).first()
    if preview is None:
        raise not_found()
    return preview


def own_row_preview(actor: Actor, public_id: UUID, *, for_update: bool = False) -> RowPreview:
    """One's own preview of rows of reference data, in the same way. Raises Refused as `own_preview`."""
    access.require(actor, access.REFERENCE_EDIT)
    found = RowPreview.objects.select_related("made")
    found = found.select_for_update(of=("self",)) if for_update else found.defer("content")
    fresh = found.filter(owner_key=actor.key, created_at__gt=clock.now() - KEPT)
    preview = fresh.filter(public_id=public_id).first()
    if preview is None:
        raise not_found()
    return preview


def expires_at(preview: ImportPreview | RowPreview) -> datetime:
    """Until when it can be confirmed."""
    return preview.created_at + KEPT


def drop_expired() -> int:
    """How many previews were thrown away because their day is over."""
    old = clock.now() - KEPT
    dropped, _ = ImportPreview.objects.filter(created_at__lte=old).delete()
    also, _ = RowPreview.objects.filter(created_at__lte=old).delete()
    return dropped + also
