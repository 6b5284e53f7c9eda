"""A tender from concept to publication, and its cancellation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from indicators.selectors import current_basis, protocol_for
from indicators.services import energy_of_demand
from indicators.services.adoption import adopt_by_publishing
from mvi_dashboard.ground import access, audit, clock, vault
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Organisation
from mvi_dashboard.ground.once import Once, first_time
from mvi_dashboard.ground.problems import Refused, conflict, refuse
from mvi_dashboard.ground.shapes import lift_confirmed, read, spelled
from tenders.models import AwardRule, Lot, LotItem, Tender
from tenders.selectors import document_of_tender

from . import states
from .checking import Found, check_tender
from .publishing import doubts_about, publication_problems
from .shapes import CANCELLATION, PUBLICATION, TENDER
from .writing import write_parts


@transaction.atomic
def create_tender(
    actor: Actor,
    *,
    document: Mapping[str, Any],
    typed: bool = False,
    organisation: str = "",
    once: Once | None = None,
) -> Tender:
    """A new tender in concept. `organisation` is needed by who works for several. Raises Refused."""
    place = place_of(actor, organisation)
    first_time(once)
    now = clock.now()
    data, found = _read(actor, document, typed=typed)
    if Tender.objects.filter(organisation_id=place, reference=data["reference"]).exists():
        raise _taken(data["reference"])
    tender = Tender.objects.create(organisation_id=place, created_at=now, **tender_fields(data))
    write_parts(tender, data, found)
    if once is not None:
        once.remember(201, tender)
    changes = {"reference": tender.reference}
    audit.record(actor, "tender.create", tender, organisation=place, changes=changes, moment=now)
    return tender


@transaction.atomic
def change_tender(
    actor: Actor,
    *,
    tender_id: UUID | str,
    document: Mapping[str, Any],
    expected_version: int,
    typed: bool = False,
) -> Tender:
    """The tender with the fields of this document; lots and ambitions are replaced as a whole. Only a concept.

    What changes nothing is no change: it leaves the version and the trail as they are.
    """
    tender = states.lock_tender(actor, tender_id, access.TENDER_EDIT)
    now = clock.now()
    states.require_version(tender, expected_version)
    states.require_status(tender, (Tender.Status.DRAFT,), "Alleen een concept kunt u nog wijzigen.")
    stored = document_of_tender(tender)
    whole = {key: spelled(value) for key, value in stored.items() if value is not None}
    data, found = _read(actor, document if typed else whole | dict(document), typed=typed, stored=stored)
    others = Tender.objects.filter(organisation_id=tender.organisation_id, reference=data["reference"])
    if others.exclude(pk=tender.pk).exists():
        raise _taken(data["reference"])
    before, _ = read(TENDER, whole)
    _with_energy(before)
    if data == before:
        return tender
    states.change(tender, expected_version, tender_fields(data))
    if any(data[name] != before.get(name) for name in ("lots", "ambitions")):
        write_parts(tender, data, found, replace=True)
    audit.record(
        actor, "tender.change", tender, organisation=tender.organisation_id, changes=sorted(document), moment=now
    )
    return tender


@transaction.atomic
def publish_tender(
    actor: Actor,
    *,
    tender_id: UUID | str,
    expected_version: int,
    document: Mapping[str, Any] | None = None,
    typed: bool = False,
    once: Once | None = None,
) -> Tender:
    """The tender, open for bids: basis and protocol pinned, vault made. Raises Refused with all that misses.

    A person who types is asked to confirm an unlikely deadline; over REST it is a warning in the answer.
    """
    tender = states.lock_tender(actor, tender_id, access.TENDER_EDIT, once)
    now = clock.now()
    states.require_version(tender, expected_version)
    states.require_status(tender, (Tender.Status.DRAFT,), "Alleen een concept kunt u publiceren.")
    lots = list(tender.lots.select_related("group").prefetch_related("items"))
    data, problems = read(PUBLICATION, document or {}, typed=typed)
    problems += publication_problems(tender, lots, list(tender.themes.all()), now)
    doubts, confirmed = lift_confirmed(doubts_about(tender.deadline, now), data.get("confirmations"))
    problems += doubts if typed else []
    if problems:
        raise Refused(problems)
    safe = vault.create(tender.organisation)
    basis = current_basis()
    _pin_energy(lots)
    changes = {
        "status": Tender.Status.PUBLISHED,
        "basis": basis,
        "vault": safe,
        "price_vault": safe,
        "published_at": now,
        "bidding_starts_at": tender.bidding_starts_at or now,
        "opening_at": tender.opening_at or tender.deadline,
    }
    states.change(tender, expected_version, changes)
    pin_protocols(lots, now)
    if once is not None:
        once.remember(200, tender)
    adopt_by_publishing(
        actor,
        organisation=tender.organisation_id,
        version=basis.method_version,
        reason=f"Overgenomen bij het publiceren van {tender.reference}.",
    )
    said: dict[str, Any] = {"basis": basis.code, "deadline": tender.deadline}
    said |= {"confirmed": confirmed} if confirmed else {}
    audit.record(actor, "tender.publish", tender, organisation=tender.organisation_id, changes=said, moment=now)
    return tender


@transaction.atomic
def cancel_tender(
    actor: Actor,
    *,
    tender_id: UUID | str,
    document: Mapping[str, Any],
    expected_version: int,
    typed: bool = False,
    once: Once | None = None,
) -> Tender:
    """The tender, stopped with a reason; bids that are sealed stay sealed. Not after a final award."""
    tender = states.lock_tender(actor, tender_id, access.TENDER_EDIT, once)
    now = clock.now()
    states.require_version(tender, expected_version)
    if tender.status in (Tender.Status.FINAL, Tender.Status.CANCELLED) or _has_final(tender):
        raise conflict("wrong_state", "Deze aanbesteding is al afgerond: stoppen kan niet meer.")
    data, problems = read(CANCELLATION, document, typed=typed)
    if problems:
        raise Refused(problems)
    states.change(tender, expected_version, {"status": Tender.Status.CANCELLED})
    if once is not None:
        once.remember(200, tender)
    audit.record(
        actor, "tender.cancel", tender, organisation=tender.organisation_id, reason=data["reason"], moment=now
    )
    return tender


def place_of(actor: Actor, code: str) -> int:
    """The organisation for which this actor makes a tender: the only one, or the one with this code."""
    if not code:
        return access.own_organisation(actor, access.TENDER_EDIT)
    found = Organisation.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None or not actor.may(access.TENDER_EDIT, found):
        raise refuse("does_not_exist", "Voor deze organisatie kunt u niet aanbesteden.", "organisation")
    return int(found)


def _read(
    actor: Actor, document: Mapping[str, Any], *, typed: bool, stored: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], Found]:
    """The tender as data and the rows that it names. Raises Refused with every problem."""
    access.require(actor, access.TENDER_EDIT)
    data, problems = read(TENDER, document, typed=typed, stored=stored)
    _with_energy(data)
    found = Found.of(data)
    problems += check_tender(data, found)
    if problems:
        raise Refused(problems)
    return data, found


def _with_energy(data: dict[str, Any]) -> None:
    """Each demand item gets a flow for every purpose, so that leaving it open says the same as the usual one."""
    for lot in data.get("lots") or ():
        for item in lot.get("items") or ():
            item["use_energy"] = energy_of_demand(item.get("use_energy"))


def tender_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a tender from its document."""
    return {
        "reference": data["reference"],
        "title": data["title"],
        "bidding_starts_at": data["bidding_starts_at"],
        "deadline": data["deadline"],
        "opening_at": data["opening_at"],
        "value": data["estimated_value"],
    }


def _taken(reference: str) -> Refused:
    text = f"Kenmerk {reference} bestaat al: kies een ander."
    return conflict("duplicate", text, "reference")


def _has_final(tender: Tender) -> bool:
    return bool(tender.lots.filter(state=Lot.State.FINAL).exists())


def _pin_energy(lots: list[Lot]) -> None:
    """Fix the energy in use of a concept that was made before it was asked."""
    items = [item for lot in lots for item in lot.items.all() if item.use_energy is None]
    for item in items:
        item.use_energy = energy_of_demand(None)
    LotItem.objects.bulk_update(items, ["use_energy"])


def pin_protocols(lots: list[Lot], now: datetime) -> None:
    """Fix what suppliers are asked to deliver, and the rule of the award."""
    for lot in lots:
        lot.protocol = protocol_for(lot.group)
        AwardRule.objects.update_or_create(
            lot=lot, defaults={"organisation_id": lot.organisation_id, "locked_at": now}
        )
    Lot.objects.bulk_update(lots, ["protocol"])
