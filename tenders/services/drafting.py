"""A tender from concept to publication, and its cancellation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from indicators.methods.adoption import adopt_by_publishing
from indicators.selectors import current_basis, protocol_for
from indicators.services import energy_of_demand
from mvi_dashboard.ground import access, vault
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Act, ActDeclaration, Doing, Done
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.problems import Refused, conflict
from mvi_dashboard.ground.shapes import CONFIRMED, lift_confirmed
from tenders.models import AwardRule, Lot, LotItem, Tender
from tenders.selectors import document_of_tender

from . import states, telling
from .acting import tender_act
from .checking import Found, check_tender
from .publishing import doubts_about, publication_problems
from .shapes import CANCELLATION, TENDER
from .writing import write_parts


class NewTender(Act[int, Tender]):
    """An act that makes a tender of an organisation; its target is the id of that organisation."""

    def __call__(
        self,
        actor: Actor,
        *,
        document: Mapping[str, Any],
        typed: bool = False,
        organisation: str = "",
        once: Once | None = None,
    ) -> Tender:
        """The tender. `organisation` (its code) is needed by who works for several. Raises Refused."""
        return self.carry_out(
            actor, organisation, document=document, expected_version=None, typed=typed, once=once
        )

    def lock(self, actor: Actor, named: str) -> int:
        """The organisation, of which nothing is locked: a reference that is taken is refused by its key."""
        return place_of(actor, named)


@partial(
    NewTender,
    ActDeclaration(
        verb="tender.create",
        title="Maak een aanbesteding",
        permission=access.TENDER_EDIT,
        reads=TENDER,
        status=201,
    ),
)
def create_tender(doing: Doing[int]) -> Done[Tender]:
    """A new tender in concept. Raises Refused."""
    data, found = doing.data, _found(doing)
    if Tender.objects.filter(organisation_id=doing.target, reference=data["reference"]).exists():
        raise _taken(data["reference"])
    tender = Tender.objects.create(organisation_id=doing.target, created_at=doing.now, **tender_fields(data))
    write_parts(tender, data, found)
    return Done(tender, changes={"reference": tender.reference})


@tender_act(
    ActDeclaration(
        verb="tender.change",
        title="Wijzig een concept",
        permission=access.TENDER_EDIT,
        reads=TENDER,
        stored=document_of_tender,
        whole=True,
        version=True,
        states=(Tender.Status.DRAFT,),
        otherwise="Alleen een concept kunt u nog wijzigen.",
    )
)
def change_tender(doing: Doing[Tender]) -> Done[Tender]:
    """The tender with the fields of this document; lots and ambitions are replaced as a whole. Only a concept.

    What changes nothing is no change: it leaves the version and the trail as they are.
    """
    tender, data, found = doing.target, doing.data, _found(doing)
    others = Tender.objects.filter(organisation_id=tender.organisation_id, reference=data["reference"])
    if others.exclude(pk=tender.pk).exists():
        raise _taken(data["reference"])
    _with_energy(doing.before)
    if data == doing.before:
        return Done(tender, unchanged=True)
    states.change(tender, doing.expected_version, tender_fields(data))
    if any(data[name] != doing.before.get(name) for name in ("lots", "ambitions")):
        write_parts(tender, data, found, replace=True)
    return Done(tender, changes=sorted(doing.document))


@tender_act(
    ActDeclaration(
        verb="tender.publish",
        title="Publiceer",
        permission=access.TENDER_EDIT,
        reads=CONFIRMED,
        version=True,
        states=(Tender.Status.DRAFT,),
        otherwise="Alleen een concept kunt u publiceren.",
    )
)
def publish_tender(doing: Doing[Tender]) -> Done[Tender]:
    """The tender, open for bids: basis and protocol pinned, vault made. Raises Refused with all that misses.

    A person who types is asked to confirm an unlikely deadline; over REST it is a warning in the answer.
    """
    tender, now = doing.target, doing.now
    lots = list(tender.lots.select_related("group").prefetch_related("items__product_type"))
    doing.problems += publication_problems(tender, lots, list(tender.themes.all()), now)
    doubts, confirmed = lift_confirmed(doubts_about(tender, lots, now), doing.data.get("confirmations"))
    doing.problems += doubts if doing.typed else []
    doing.problems.refuse()
    said = lay_fast(doing, lots, published_at=now, bidding_starts_at=tender.bidding_starts_at or now)
    return Done(tender, changes=said | ({"confirmed": confirmed} if confirmed else {}))


@tender_act(
    ActDeclaration(
        verb="tender.cancel",
        title="Stop een aanbesteding",
        permission=access.TENDER_EDIT,
        reads=CANCELLATION,
        version=True,
        states=(Tender.Status.DRAFT, Tender.Status.PUBLISHED, Tender.Status.OPENED, Tender.Status.DECIDED),
        otherwise="Stoppen kan zolang de aanbesteding niet is afgerond.",
    )
)
def cancel_tender(doing: Doing[Tender]) -> Done[Tender]:
    """The tender, stopped with a reason; bids that are sealed stay sealed. Not after a final award."""
    tender = doing.target
    if _has_final(tender):
        raise conflict("wrong_state", "Een deel van deze aanbesteding is al definitief: stoppen kan niet meer.")
    doing.problems.refuse()
    states.change(tender, doing.expected_version, {"status": Tender.Status.CANCELLED})
    telling.tender_cancelled(tender, doing.now)
    return Done(tender, reason=doing.data["reason"])


def lay_fast(doing: Doing[Tender], lots: list[Lot], **changes: Any) -> dict[str, Any]:
    """From now on what is asked stands, with its basis and a vault for its bids; what the trail says of it."""
    tender, basis = doing.target, current_basis()
    safe = vault.create(tender.organisation)
    _pin_energy(lots)
    changes |= {
        "status": Tender.Status.PUBLISHED,
        "basis": basis,
        "vault": safe,
        "price_vault": safe,
        "opening_at": tender.opening_at or tender.deadline,
    }
    states.change(tender, doing.expected_version, changes)
    pin_protocols(lots, doing.now)
    adopt_by_publishing(
        doing.actor,
        organisation=tender.organisation_id,
        version=basis.method_version,
        reason=f"Overgenomen bij het publiceren van {tender.reference}.",
    )
    return {"basis": basis.code, "deadline": tender.deadline}


def place_of(actor: Actor, code: str) -> int:
    """The organisation for which this actor makes a tender: the only one, or the one with this code."""
    return access.place_named(actor, access.TENDER_EDIT, code, "Voor deze organisatie kunt u niet aanbesteden.")


def _found(doing: Doing[Any]) -> Found:
    """The rows that the document of a tender names. Raises Refused with every problem."""
    _with_energy(doing.data)
    found = Found.of(doing.data)
    doing.problems += check_tender(doing.data, found)
    doing.problems.refuse()
    return found


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
    """Fix what suppliers are asked to deliver, the limits that hold for it, and the rule of the award."""
    for lot in lots:
        lot.protocol = protocol_for(lot.group)
        lot.limits = lot.group.limits()
        AwardRule.objects.update_or_create(
            lot=lot, defaults={"organisation_id": lot.organisation_id, "locked_at": now}
        )
    Lot.objects.bulk_update(lots, ["protocol", "limits"])
