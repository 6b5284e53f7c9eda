"""Who somebody of the provider is here, and which roles follow from what the provider says."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from mvi_dashboard.ground import accounts, audit, clock, taking_back
from mvi_dashboard.ground.memberships import holds_on
from mvi_dashboard.ground.models import Membership, Organisation, SsoIdentity, Supplier, User
from mvi_dashboard.ground.problems import Refused, forbidden

from .configuration import Configuration, RoleSomewhere

logger = logging.getLogger(__name__)
_REASON = "Volgens de inlogdienst van de organisatie."
NO_ROLE = "U heeft hier nog geen rol. Vraag de beheerder van uw organisatie om een rol."
NOT_VERIFIED = "Uw e-mailadres is bij uw organisatie nog niet bevestigd. Vraag uw beheerder om hulp."
NOT_THIS_WAY = "U kunt met dit account hier niet inloggen. Vraag de beheerder van uw organisatie."

Place = tuple[str, int | None, int | None]


@transaction.atomic
def person_of(configuration: Configuration, claims: Mapping[str, Any]) -> User:
    """The person, with the roles that the provider says. Raises Refused 403.

    Who was here before is known by issuer and subject; somebody new by a verified e-mail address, and only with a
    role. Who administers the installation never comes in this way.
    """
    email, subject = str(claims.get("email") or ""), str(claims.get("sub") or "")
    if not email or claims.get("email_verified") is not True or not subject:
        raise forbidden(NOT_VERIFIED)
    wanted = _places(configuration, claims)
    known = SsoIdentity.objects.select_related("user").filter(issuer=configuration.issuer, subject=subject).first()
    user = known.user if known else _linked(configuration, claims, email, subject, bool(wanted))
    if not user.is_active or user.is_superuser or user.is_staff:
        raise forbidden(NOT_THIS_WAY)
    _give_and_take(user, wanted)
    return user


def _linked(
    configuration: Configuration, claims: Mapping[str, Any], email: str, subject: str, has_role: bool
) -> User:
    user = User.objects.filter(email__iexact=email).first()
    if user is None and not has_role:
        raise forbidden(NO_ROLE)
    if user is None:
        user = _new(claims, email)
    elif not user.is_active or user.is_superuser or SsoIdentity.objects.filter(user=user).exists():
        raise forbidden(NOT_THIS_WAY)
    SsoIdentity.objects.create(user=user, issuer=configuration.issuer, subject=subject, linked_at=clock.now())
    taking_back.note(None, "user.sso-link", user)
    return user


def _new(claims: Mapping[str, Any], email: str) -> User:
    first, last = (str(claims.get(name) or "")[:150] for name in ("given_name", "family_name"))
    try:
        return accounts.create_user(
            audit.SYSTEM, username=email[:150], email=email, first_name=first, last_name=last
        )
    except Refused as refused:
        logger.warning("somebody of the provider could not be made: %s", refused)
        raise forbidden(NOT_THIS_WAY) from None


def _places(configuration: Configuration, claims: Mapping[str, Any]) -> dict[Place, RoleSomewhere]:
    """The roles that follow from the claim; a value that means nothing here is left out."""
    told = claims.get(configuration.roles_claim)
    values = told if isinstance(told, list) else [told]
    wanted = [each for value in values if isinstance(value, str) for each in configuration.roles.get(value, ())]
    cities = dict(Organisation.objects.filter(code__in=[w.organisation for w in wanted]).values_list("code", "pk"))
    firms = dict(Supplier.objects.filter(code__in=[w.supplier for w in wanted]).values_list("code", "pk"))
    found: dict[Place, RoleSomewhere] = {}
    for each in wanted:
        if (each.organisation and each.organisation not in cities) or (
            each.supplier and each.supplier not in firms
        ):
            logger.warning("OIDC_ROLES names %s%s, which is not there", each.organisation, each.supplier)
            continue
        found[(each.role, cities.get(each.organisation), firms.get(each.supplier))] = each
    return found


def _give_and_take(user: User, wanted: Mapping[Place, RoleSomewhere]) -> None:
    """Give the roles that are new, and end those of before that the provider says no more; no others."""
    today, held = clock.today(), set()
    rows = Membership.objects.filter(user=user).select_related("organisation", "supplier").order_by("pk")
    for row in [each for each in rows if holds_on(each, today)]:
        place = (row.role, row.organisation_id, row.supplier_id)
        if row.from_sso and place not in wanted:
            taking_back.end_membership(audit.SYSTEM, membership=row, reason=_REASON, even_the_last=True)
        else:
            held.add(place)
    for place in [each for each in wanted if each not in held]:
        role, city, firm = place
        accounts.add_membership(
            audit.SYSTEM,
            user=user,
            role=role,
            organisation=Organisation.objects.get(pk=city) if city else None,
            supplier=Supplier.objects.get(pk=firm) if firm else None,
            from_sso=True,
        )
