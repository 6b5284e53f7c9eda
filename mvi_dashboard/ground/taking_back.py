"""Taking back what was given: tokens, roles, the way in, and open sessions. At once, with a reason, in the trail.

Nothing is deleted: a token is revoked, a role ends, a person is blocked, so that what they did stays theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from mvi_dashboard.ground.time_zone import AMSTERDAM

from . import access, audit, clock
from .access import Actor
from .account import sessions
from .accounts import may_administer
from .languages import worded
from .memberships import holds_on
from .models import ApiToken, Membership, Organisation, Role, Supplier, User
from .problems import Problem, Refused, conflict, forbidden

LONGEST_REASON = 1000


@transaction.atomic
def revoke_api_token(actor: Actor, *, token: ApiToken, reason: str) -> ApiToken:
    """The token, which is worth nothing from now on; on pages `keys.revoking`. Raises Refused."""
    may_administer(actor, token.organisation)
    require_reason(reason)
    changes = end_token(token, clock.now())
    audit.record(actor, "token.revoke", token, organisation=token.organisation_id, reason=reason, changes=changes)
    return token


def end_token(token: ApiToken, moment: datetime) -> dict[str, Any]:
    """What was changed of a token that ends now, for an act that found that it may. Raises Refused."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=moment):
        raise conflict("already_ended", "Deze sleutel is al ingetrokken.")
    token.revoked_at = moment
    return {"prefix": token.prefix, "role": token.role}


@transaction.atomic
def end_membership(
    actor: Actor,
    *,
    membership: Membership,
    reason: str,
    last_day: date | None = None,
    even_the_last: bool = False,
) -> Membership:
    """The role, over after `last_day`, or at once without one; tokens of the person live no longer than it.

    Raises Refused: 409 `last_administrator` (to be confirmed) when nobody would be left to administer.
    """
    may_administer(actor, membership.organisation)
    rows = Membership.objects.select_for_update(of=("self",)).select_related("organisation", "supplier", "user")
    membership = rows.get(pk=membership.pk)
    require_reason(reason, _check_end(membership, last_day))
    if not even_the_last and membership.organisation_id is not None:
        leave_somebody(membership, last_day or clock.today())
    changes = end_role(membership, last_day)
    place = membership.organisation_id
    audit.record(actor, "membership.end", membership, organisation=place, reason=reason, changes=changes)
    return membership


def end_role(membership: Membership, last_day: date | None = None) -> dict[str, Any]:
    """What was changed of a role that ends after this day, or now, for an act that found that it may.

    Raises Refused when it is over already, or the day cannot be.
    """
    problems = _check_end(membership, last_day)
    if problems:
        raise Refused(problems)
    now = clock.now()
    membership.valid_to = last_day or max(clock.local_date(now), membership.valid_from or date.min)
    membership.ended_at = None if last_day else now
    membership.save(update_fields=["valid_to", "ended_at"])
    _shorten_tokens(membership, now if last_day is None else _end_of(last_day))
    return {"person": membership.user.actor_key, "role": membership.role, "last_day": membership.valid_to}


@transaction.atomic
def block_user(actor: Actor, *, user: User, reason: str, even_the_last: bool = False) -> User:
    """The person, who cannot sign in from now on; open sessions end, and tokens are worth nothing.

    Raises Refused: 409 `last_administrator` (to be confirmed) when nobody would be left to administer.
    """
    may_stop(actor, user)
    require_reason(reason)
    if not even_the_last:
        for row in held_by(user):
            if row.organisation_id is not None:
                leave_somebody(row, clock.today())
    shut_out(user)
    note(actor, "user.block", user, reason=reason)
    return user


def shut_out(user: User) -> None:
    """Nobody comes in as this person from now on. Raises Refused when that is so already."""
    blocked = User.objects.filter(pk=user.pk, is_active=True)
    if not blocked.update(is_active=False, session_generation=F("session_generation") + 1):
        raise conflict("already_ended", "Deze persoon is al geblokkeerd.")
    user.refresh_from_db()
    sessions.forget(user)


def let_in(user: User) -> None:
    """This person may sign in again. Raises Refused when nothing was in the way."""
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        raise conflict("not_blocked", "Deze persoon is niet geblokkeerd.")
    user.refresh_from_db()


def end_sessions(user: User) -> None:
    """Every session of this person is over, on every device."""
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
    user.refresh_from_db()
    sessions.forget(user)


@transaction.atomic
def unblock_user(actor: Actor, *, user: User, reason: str) -> User:
    """The person, who may sign in again and whose tokens count again; sessions of before stay ended."""
    may_stop(actor, user)
    require_reason(reason)
    let_in(user)
    note(actor, "user.unblock", user, reason=reason)
    return user


@transaction.atomic
def sign_out_everywhere(actor: Actor, *, user: User, reason: str) -> User:
    """The person, all whose sessions ended, on every device; tokens stay. The person may do this too."""
    if actor.user != user:
        may_stop(actor, user)
    require_reason(reason)
    end_sessions(user)
    note(actor, "user.signout-everywhere", user, reason=reason)
    return user


def note(
    actor: Actor | None, verb: str, user: User, *, reason: str = "", changes: Mapping[str, Any] | None = None
) -> None:
    """An entry about a person in the chain of each organisation where that person has a role, else in that of
    the installation; the last act of its transaction."""
    said = {"person": user.actor_key, **(changes or {})}
    places = sorted({row.organisation_id for row in held_by(user) if row.organisation_id is not None})
    # In the order of their ids, so that two acts never wait for each other; of one moment, as it is one act.
    chains: list[int | None] = [*places] or [None]
    moment = clock.now()
    for place in chains:
        audit.record(actor, verb, user, organisation=place, reason=reason, changes=said, moment=moment)


def held_by(user: User) -> list[Membership]:
    """The roles that this person has today."""
    today = clock.today()
    rows = Membership.objects.filter(user=user).select_related("organisation", "supplier", "user")
    return [row for row in rows if holds_on(row, today)]


def may_stop(actor: Actor, user: User) -> None:
    """Only the system stops whom it likes; an administrator those who work nowhere else."""
    if actor != audit.SYSTEM and not works_only_for(actor, user):
        raise forbidden()


def works_only_for(actor: Actor, user: User) -> bool:
    """Whether this person works where this actor administers, and nowhere else, also not for the installation."""
    held = held_by(user)
    administered = actor.organisations_for(access.ADMINISTER)
    here = bool(held) and all(row.organisation_id in administered for row in held)
    return here and (not user.is_superuser or access.administers_installation(actor))


def require_reason(reason: str, problems: list[Problem] | None = None) -> None:
    """Refuse with these problems, and without words why."""
    found = list(problems or [])
    if not reason.strip():
        found.append(Problem(("reason",), "required", "Zeg waarom: de reden komt in het logboek."))
    elif len(reason) > LONGEST_REASON:
        found.append(Problem(("reason",), "max_length", f"Gebruik hoogstens {LONGEST_REASON} tekens."))
    if found:
        raise Refused(found)


def _check_end(membership: Membership, last_day: date | None) -> list[Problem]:
    today = clock.today()
    if membership.ended_at is not None or (membership.valid_to is not None and membership.valid_to < today):
        raise conflict("already_ended", "Deze rol is al geëindigd.")
    if last_day is not None and last_day < today:
        detail = "De laatste dag is al voorbij: kies vandaag of later, of laat de dag weg om nu te stoppen."
        return [Problem(("lastDay",), "range", detail)]
    if last_day is not None and membership.valid_from and last_day < membership.valid_from:
        return [Problem(("lastDay",), "range", "De laatste dag ligt voor de begindatum van deze rol.")]
    return []


def leave_somebody(membership: Membership, last_day: date) -> None:
    """Refuse, so that it is confirmed, when nobody active would be left there after this day to look after people.

    At an organisation that is an administrator, at a supplier anybody of it.
    """
    if membership.role not in (Role.ORGANISATION_ADMINISTRATOR, Role.SUPPLIER):
        return
    organisation, supplier = membership.organisation, membership.supplier
    # Locked, so that two administrators do not end each other at the same moment.
    if organisation is not None:
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    elif supplier is not None:
        Supplier.objects.select_for_update(no_key=True).get(pk=supplier.pk)
    others = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=last_day),
        Q(valid_from=None) | Q(valid_from__lte=last_day),
        organisation=organisation,
        supplier=supplier,
        role=membership.role,
        ended_at=None,
        user__is_active=True,
    )
    if not others.exclude(user=membership.user).exists():
        name = organisation.name if organisation is not None else supplier and supplier.name
        detail = worded(
            "Dit is de laatste beheerder van {name}. Stel eerst een ander aan, of bevestig dit."
            if organisation is not None
            else "Dit is de laatste persoon van {name}. Stel eerst een ander aan, of bevestig dit.",
            name=name,
        )
        code = "last_administrator" if organisation is not None else "last_person"
        raise Refused([Problem((), code, detail, confirmable=True)])


def _shorten_tokens(membership: Membership, end: datetime) -> None:
    ApiToken.objects.filter(
        user=membership.user,
        role=membership.role,
        organisation=membership.organisation_id,
        supplier=membership.supplier_id,
        expires_at__gt=end,
    ).update(expires_at=end)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), AMSTERDAM)
