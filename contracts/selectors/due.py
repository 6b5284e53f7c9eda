"""What waits for somebody in contracts: shown on the start page."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from contracts.models import Contract, ContractLine, Delivery, UseRecord
from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.pages import Due

MOST = 10
SILENT_DAYS = 365


def due_for(actor: Actor) -> list[Due]:
    """Contracts of which nothing is recorded yet, whose use is silent for a year, or that end soon."""
    if not actor.may(access.CONTRACT_LOG):
        return []
    today = clock.today()
    own = Contract.objects.filter(organisation_id__in=actor.organisations_for(access.CONTRACT_LOG))
    running = own.filter(start__lte=today, end__gte=today).order_by("end", "id")
    delivered = Delivery.objects.filter(contract=OuterRef("pk"), void=False)
    recent = UseRecord.objects.filter(
        contract=OuterRef("pk"), void=False, period_end__gte=today - timedelta(days=SILENT_DAYS)
    )
    uses = ContractLine.objects.filter(contract=OuterRef("pk"), bid_line__use__role="use")
    rows = running.annotate(delivered=Exists(delivered), metered=Exists(recent), uses=Exists(uses))
    found = []
    for contract in rows.select_related("award__lot")[:200]:
        url = reverse("contracts:contract", args=[contract.public_id])
        name = f"{contract.reference} {contract.award.lot.title}"
        if not contract.delivered:
            found.append(Due(f"Leg de levering vast van {name}", "Er is nog niets gemeten.", url))
        elif contract.uses and not contract.metered:
            found.append(Due(f"Leg het gebruik vast van {name}", "Al een jaar kwam er niets binnen.", url))
        elif contract.end <= today + timedelta(days=90):
            detail = f"Het contract eindigt op {formats.day(contract.end)}."
            found.append(Due(f"Rond {name} af", detail, url))
    return found[:MOST]
