"""The demo: made-up organisations that walk the whole road, from tender to realised effect."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

import contracts.services
from mvi_dashboard.ground.models import Organisation
from tenders.models import Tender

from . import files, people, roads

__all__ = ["load"]


def load(say: Callable[[str], None] = lambda line: None) -> None:
    """Make what there is not yet of the demo: people, contracts with their history, tenders of today.

    Each tender comes in as a whole, so that a stop halfway leaves nothing half and a second start goes on.
    """
    if not Organisation.objects.filter(code="voorbeeldstad").exists():
        with transaction.atomic():
            people.create()
    there = set(Tender.objects.values_list("organisation__code", "reference"))
    ways = [(roads.lead_history, row) for row in files.history()]
    ways += [(roads.lead_current, row) for row in files.current()]
    for lead, row in ways:
        if (row["organisation"], row["reference"]) in there:
            continue
        say(f"{row['reference']} {row['title']}")
        with transaction.atomic():
            lead(row)
    contracts.services.reassess_behind()
