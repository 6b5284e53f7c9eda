"""Which organisations open each other's tenders: only while both agreed, and each may withdraw at any time."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from mvi_dashboard.ground.languages import worded

from . import access, audit, clock
from .access import Actor
from .acts import ActDeclaration, by_command
from .models import CosigningConsent, Organisation
from .problems import conflict, refuse


@by_command(
    ActDeclaration(
        verb="cosigning.agree",
        title="Spreek af dat een ander mag openen",
        commands=("agree_cosigning",),
        who="in the name of an organisation-administrator",
    )
)
@transaction.atomic
def agree(actor: Actor, *, organisation: Organisation, partner: Organisation) -> bool:
    """Whether the two may co-sign for each other from now on: the partner must have agreed as well.

    Raises Refused: no administrator of this organisation, the same organisation, or agreed already.
    """
    _may_decide(actor, organisation)
    if organisation == partner:
        raise refuse("self_reference", "Kies een andere organisatie dan uw eigen.", "partner")
    if stands(organisation, partner):
        raise conflict("duplicate", worded("U heeft dit al afgesproken met {name}.", name=partner.name), "partner")
    now = clock.now()
    consent = CosigningConsent.objects.create(organisation=organisation, partner=partner, agreed_at=now)
    _note(actor, "cosigning.agree", consent)
    return may_cosign(organisation, [partner.pk])


@by_command(
    ActDeclaration(
        verb="cosigning.withdraw",
        title="Laat die afspraak eindigen",
        commands=("agree_cosigning",),
        who="in the name of an organisation-administrator",
    )
)
@transaction.atomic
def withdraw(actor: Actor, *, organisation: Organisation, partner: Organisation) -> CosigningConsent:
    """The consent, over from now on. Raises Refused: no administrator, or there is none that stands."""
    _may_decide(actor, organisation)
    found = _standing().select_for_update().filter(organisation=organisation, partner=partner)
    consent = found.select_related("organisation", "partner").first()
    if consent is None:
        raise conflict(
            "not_agreed", worded("U heeft dit niet afgesproken met {name}.", name=partner.name), "partner"
        )
    consent.withdrawn_at = max(clock.now(), consent.agreed_at)
    consent.save(update_fields=["withdrawn_at"])
    _note(actor, "cosigning.withdraw", consent)
    return consent


def stands(organisation: Organisation, partner: Organisation) -> bool:
    """Whether this organisation agreed with the partner; the partner may not have done so."""
    return _standing().filter(organisation=organisation, partner=partner).exists()


def agreed_with(organisations: Iterable[int]) -> QuerySet[CosigningConsent]:
    """The consents of others for which one of these organisations agreed as well: theirs is `organisation`."""
    back = _standing().filter(organisation=OuterRef("partner"), partner=OuterRef("organisation"))
    return _standing().filter(Exists(back), partner__in=list(organisations))


def may_cosign(organisation: Organisation, organisations: Iterable[int]) -> bool:
    """Whether officers of one of these organisations may co-sign for this one."""
    return agreed_with(organisations).filter(organisation=organisation).exists()


def _standing() -> QuerySet[CosigningConsent]:
    return CosigningConsent.objects.filter(withdrawn_at__isnull=True)


def _may_decide(actor: Actor, organisation: Organisation) -> None:
    if actor != audit.SYSTEM:
        access.require(actor, access.ADMINISTER, organisation.pk)


def _note(actor: Actor, verb: str, consent: CosigningConsent) -> None:
    """In the trail of both; in a fixed order, so that two who agree at once never wait for each other."""
    changes = {"organisation": consent.organisation.code, "partner": consent.partner.code}
    for place in sorted((consent.organisation_id, consent.partner_id)):
        audit.record(actor, verb, consent, organisation=place, changes=changes)
