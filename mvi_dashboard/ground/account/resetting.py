"""A new password for who lost it: asked for by anybody, given to who reads the mail."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from mvi_dashboard.ground import access, jobs, rate_limits, signing_in, taking_back
from mvi_dashboard.ground.client_addresses import address_of
from mvi_dashboard.ground.models import AccountLink, User
from mvi_dashboard.ground.problems import Refused, conflict, too_many

from . import links

TOO_MANY = "U vroeg te vaak om een nieuw wachtwoord."
BY_LINK = "Met een link uit een mail."


def ask(request: HttpRequest, address: str) -> None:
    """Have a link mailed to this address, if it is of somebody. Raises Refused 429.

    The same statements for every address: nothing is looked up here.
    """
    buckets = ((rate_limits.RESET, address.casefold()), (rate_limits.RESET_ADDRESS, address_of(request)))
    for bucket in buckets:
        if wait := rate_limits.wait_for(*bucket):
            raise too_many(wait, TOO_MANY)
    with transaction.atomic():
        links.ask(AccountLink.Kind.PASSWORD, address)
        jobs.wake_after_commit()


def find(public_id: UUID, token: str) -> User:
    """Whose password may be chosen with this link. Raises Refused 409: it does not work (any more)."""
    return _person(_link(public_id, token, lock=False))


@transaction.atomic
def choose(public_id: UUID, token: str, password: str) -> User:
    """The person with a new password; every session ends, and so does this link. Raises Refused."""
    row = _link(public_id, token, lock=True)
    user = User.objects.select_for_update().get(pk=_person(row).pk)
    links.use(row)
    taking_back.end_sessions(user)
    signing_in.set_password(access.actor_of_user(user), user=user, password=password, reason=BY_LINK)
    return user


def _link(public_id: UUID, token: str, *, lock: bool) -> AccountLink:
    row = links.find(AccountLink.Kind.PASSWORD, public_id, token, lock=lock)
    if row is None:
        raise no_link()
    return row


def _person(row: AccountLink) -> User:
    if row.user is None:
        raise no_link()
    return row.user


def no_link() -> Refused:
    """Used, too old, or never given: which of these is told to nobody."""
    return conflict("link_ended", "Deze link werkt niet (meer). Vraag een nieuwe aan.")
