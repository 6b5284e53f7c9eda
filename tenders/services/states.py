"""Locks, versions and states of a tender: who may change it now.

Order of every write: docs/data-model.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.models import AuditEntry, Membership, User
from mvi_dashboard.ground.problems import conflict, forbidden, not_found, refuse, stale
from tenders.models import Lot, Tender


def lock_tender(actor: Actor, public_id: UUID | str, act: str) -> Tender:
    """The tender, locked for a change by somebody who may. Raises Refused: absent, forbidden."""
    found: Tender | None = locked_tenders().filter(_may(actor, act), public_id=public_id).first()
    if found is None:
        seen = Tender.objects.visible_to(actor).filter(public_id=public_id).exists()
        raise forbidden() if seen else not_found()
    return found


def locked_tenders() -> QuerySet[Tender]:
    """Tenders to change. Say in the same statement who may: who may not then waits for nobody.

    PostgreSQL locks only the rows that are left by the conditions.
    """
    return Tender.objects.select_for_update(of=("self",)).select_related("organisation", "vault", "basis")


def _may(actor: Actor, act: str) -> Q:
    return Q(organisation_id__in=actor.organisations_for(act))


_SHARED = (
    "SELECT 1 FROM tenders_tender WHERE public_id = %s AND published_at IS NOT NULL AND NOT recorded_afterwards "
    "AND platform = '' FOR SHARE"
)


def share_tender(public_id: UUID | str) -> None:
    """Keep a tender as it is while bids come in side by side: FOR SHARE, which SQLite does not need.

    One that suppliers do not see is not waited for.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_SHARED, [str(public_id)])


def change(tender: Tender, expected_version: int, changes: Mapping[str, Any]) -> None:
    """Write these fields on exactly the version that was seen. Raises Refused 412 with who changed it."""
    updated = Tender.objects.filter(pk=tender.pk, version=expected_version).update(
        version=F("version") + 1, **changes
    )
    if not updated:
        raise stale(_who_changed(tender))
    for name, value in changes.items():
        setattr(tender, name, value)
    tender.version = expected_version + 1


def require_version(tender: Tender, expected_version: int) -> None:
    """Refuse (412) when somebody else changed it, before anything else is judged."""
    if tender.version != expected_version:
        raise stale(_who_changed(tender))


def require_status(tender: Tender, allowed: tuple[str, ...], detail: str) -> None:
    """Refuse (409 `wrong_state`) unless the tender stands in one of these states."""
    if tender.status not in allowed:
        label = Tender.Status(tender.status).label.lower()
        raise conflict(
            "wrong_state", worded("{detail} Deze aanbesteding is: {label}.", detail=detail, label=label)
        )


def lot_of(tender: Tender, public_id: UUID | None) -> Lot:
    """The lot that a document names, or the only one. Raises Refused."""
    return pick_lot(list(tender.lots.select_related("group").order_by("number")), public_id)


def pick_lot(lots: Sequence[Lot], public_id: UUID | None) -> Lot:
    """The lot with this id, or the only one. Raises Refused."""
    if public_id is None and len(lots) == 1:
        return lots[0]
    if public_id is None:
        raise refuse("required", "Kies een perceel: deze aanbesteding heeft er meer dan één.", "lot")
    for lot in lots:
        if lot.public_id == public_id:
            return lot
    raise refuse("does_not_exist", "Dit perceel bestaat niet in deze aanbesteding.", "lot")


def derived_status(tender: Tender) -> str:
    """The state of an opened tender, from those of its lots."""
    states = set(tender.lots.values_list("state", flat=True))
    if states == {Lot.State.FINAL}:
        return str(Tender.Status.FINAL)
    return str(Tender.Status.OPENED if Lot.State.OPEN in states else Tender.Status.DECIDED)


# What leaves an entry about a tender without changing it.
_READ = ("bids.read", "bids.list", "bids.certainty")


def _who_changed(tender: Tender) -> str:
    """Who changed it last and when. A person of another organisation, who co-signed, is not named."""
    entries = AuditEntry.objects.filter(object_type="tenders.tender", object_id=str(tender.public_id))
    last = entries.exclude(verb__in=_READ).order_by("-seq").first()
    if last is None:
        return ""
    person = _colleague(tender, last.actor_key)
    who = worded(" door {person}", person=person) if person is not None else ""
    return worded(
        "Dit is intussen gewijzigd{who} op {moment}. Haal de nieuwe stand op.",
        who=who,
        moment=formats.moment(last.moment),
    )


def _colleague(tender: Tender, actor_key: str) -> User | None:
    """The person behind this key when it is one of the organisation of the tender; the system is nobody."""
    try:
        key = UUID(actor_key)
    except ValueError:
        return None
    own = Membership.objects.filter(organisation_id=tender.organisation_id).values("user")
    found: User | None = User.objects.filter(actor_key=key, pk__in=own).first()
    return found
