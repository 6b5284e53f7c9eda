"""Contracts of before this system: the tender that they came from, awarded and final, entered as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from contracts.models import Contract
from mvi_dashboard.ground.access import Actor
from tenders import services as tendering

from .finalising import finalise


@transaction.atomic
def record_history(
    actor: Actor, *, document: Mapping[str, Any], reference: str, organisation: str = ""
) -> Contract:
    """The contract of an award of the past (document: see tenders.services.record_history). Raises Refused.

    Also for a direct award: one bid, decided by the person who records it.
    """
    tender = tendering.record_history(actor, document=document, organisation=organisation)
    return finalise(
        actor,
        tender_id=tender.public_id,
        document={"reference": reference},
        expected_version=tender.version,
    )
