"""What waits for somebody in contracts: shown on the start page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from contracts.models import Contract, ContractEffect, ContractLine, Delivery, UseRecord
from contracts.models.records import Record
from indicators.models import CLIMATE, Basis
from mvi_dashboard.ground import access, clock, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.files.places import every
from mvi_dashboard.ground.files.seen import ENDS_SOON
from mvi_dashboard.ground.models import Attachment, AttachmentDetail
from mvi_dashboard.ground.pages import MOST_DUE, Due

from .promises import KEPT, effect_off_promise

SILENT_DAYS = 365
COVERED = 0.5
"""Readings come late, so only less than half of the use is too little."""


def due_for(actor: Actor) -> list[Due]:
    """Running contracts without records, that deviate, of which use is not recorded, or that end soon."""
    if not actor.may(access.CONTRACT_LOG):
        return []
    today = clock.today()
    own = Contract.objects.filter(organisation_id__in=actor.organisations_for(access.CONTRACT_LOG))
    running = own.filter(start__lte=today, end__gte=today).order_by("end", "id")
    delivered = Delivery.objects.filter(contract=OuterRef("pk"), void=False, replaced_by__isnull=True)
    recent = UseRecord.objects.filter(
        contract=OuterRef("pk"),
        void=False,
        replaced_by__isnull=True,
        period_end__gte=today - timedelta(days=SILENT_DAYS),
    )
    uses = ContractLine.objects.filter(contract=OuterRef("pk"), bid_line__use__role="use")
    products = ContractLine.objects.filter(
        contract=OuterRef("pk"), bid_line__isnull=False, withdrawn_at__isnull=True
    )
    rows = running.annotate(
        has_products=Exists(products), delivered=Exists(delivered), metered=Exists(recent), uses=Exists(uses)
    )
    contracts = list(rows[:200])
    known = ContractEffect.objects.filter(
        contract__in=contracts, basis__state=Basis.State.CURRENT, indicator__code=CLIMATE
    )
    effects = {effect.contract_id: effect for effect in known}
    found: list[Due] = []
    for contract in contracts:
        found += _due(contract, effects.get(contract.pk), today)
    return [*_ending_files(actor, today), *found[:MOST_DUE]]


def _ending_files(actor: Actor, today: date) -> list[Due]:
    """Certificates and the like that ended or end soon: of running contracts, their records and winning bids.

    For who manages the contract; one query.
    """
    mine = actor.organisations_for(access.CONTRACT_EDIT)
    if not mine:
        return []
    running = Contract.objects.filter(organisation_id__in=mine, start__lte=today, end__gte=today)
    under = Q(object_type="contract", object_id__in=running.values("pk"))
    under |= Q(object_type="bid", object_id__in=running.values("award__bid_version__bid"))
    for name, model in _records().items():
        under |= Q(
            object_type=name, object_id__in=model._default_manager.filter(contract__in=running).values("pk")
        )
    counting = Q(withdrawn_at__isnull=True) | Q(sealed__isnull=False)
    ending = Attachment.objects.filter(under & counting, detail__valid_until__lte=today + ENDS_SOON)
    found = ending.select_related("detail").order_by("detail__valid_until", "id")[:MOST_DUE]
    return [_ending(each.detail, reverse("file", args=[each.public_id]), today) for each in found]


def _records() -> dict[str, type[Record]]:
    """The models of records by the code under which files hang on them."""
    return {code: place.model for code, place in every().items() if issubclass(place.model, Record)}


def _ending(detail: AttachmentDetail, url: str, today: date) -> Due:
    said = formats.day(detail.valid_until)
    if detail.valid_until is not None and detail.valid_until < today:
        return Due(f"Vraag een nieuw bewijs: {detail.subject}", f"{detail.name} is verlopen op {said}.", url)
    return Due(f"Vraag een nieuw bewijs: {detail.subject}", f"{detail.name} is geldig tot {said}.", url)


def _due(contract: Any, effect: ContractEffect | None, today: date) -> Iterator[Due]:
    """What waits for one contract: a promise that is not kept, and the first thing that is to be recorded."""
    url = reverse("contracts:contract", args=[contract.public_id])
    name = f"{contract.reference} {contract.title}"
    if not contract.has_products:
        yield Due(f"Zeg waar {name} over gaat", "Van dit contract is nog geen product bekend.", url)
        return
    if not contract.delivered:
        yield Due(f"Leg de levering vast van {name}", "Er is nog niets gemeten.", url)
        return
    promised = contract.origin == Contract.Origin.AWARD
    off = effect_off_promise(effect) if effect is not None and promised else 0.0
    if off > KEPT:
        detail = f"De prognose is {formats.compared(off, 'hoger')} beloofd."
        yield Due(f"Bekijk waarom {name} anders gaat dan beloofd", detail, url)
    coverage = effect.coverage_use if effect is not None else None
    if contract.uses and not contract.metered:
        yield Due(f"Leg het gebruik vast van {name}", "Al een jaar kwam er niets binnen.", url)
    elif coverage is not None and coverage < COVERED and contract.start <= today - timedelta(days=SILENT_DAYS):
        detail = f"Van het gebruik tot nu is {formats.percentage(coverage)} gemeten."
        yield Due(f"Vul het gebruik aan van {name}", detail, url)
    elif contract.end <= today + timedelta(days=90):
        yield Due(f"Rond {name} af", f"Het contract eindigt op {formats.day(contract.end)}.", url)
