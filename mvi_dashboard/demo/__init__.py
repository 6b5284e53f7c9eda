"""The demo: made-up organisations that walk the whole road, from tender to realised effect."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

import contracts.services
from indicators.groups import category_schemes
from indicators.models import CategoryScheme
from mvi_dashboard.ground import access
from mvi_dashboard.ground.models import Organisation, User
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
    people.agree_to_cosign()
    there = set(Tender.objects.values_list("organisation__code", "reference"))
    ways = [(roads.lead_history, row) for row in files.history()]
    ways += [(roads.lead_current, row) for row in files.current()]
    for lead, row in ways:
        if (row["organisation"], row["reference"]) in there:
            continue
        say(f"{row['reference']} {row['title']}")
        with transaction.atomic():
            lead(row, roads.demo_cast(row))
    for row in files.category_schemes():
        if not CategoryScheme.objects.filter(code=row["code"]).exists():
            actor = access.actor_of_user(User.objects.get(username=row["by"]))
            document = {name: value for name, value in row.items() if name != "by"}
            category_schemes.create_scheme(actor, document=document)
    contracts.services.reassess_behind()
