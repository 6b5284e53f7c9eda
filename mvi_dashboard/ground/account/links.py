"""Links that are mailed and work once.

Who asks for one only leaves a row: whose address it is, is looked up by a timer, so that nobody can tell from the
answer, its work or its time whether there is such an account. The link itself is derived with SECRET_KEY from the
row and from how the account is at that moment: a new password, another address, a block or signing out everywhere
makes it worthless. It is made at the moment of sending, and of it only the SHA-256 is stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from mvi_dashboard.ground import clock, outbox, taking_back, timers
from mvi_dashboard.ground.models import AccountLink, User

from . import telling

HOURS = {AccountLink.Kind.PASSWORD: 1, AccountLink.Kind.EMAIL: 24}
_AT_ONCE = 200
_MAILS = {AccountLink.Kind.PASSWORD: "password-reset", AccountLink.Kind.EMAIL: "email-confirm"}


def ask(kind: AccountLink.Kind, address: str, user: User | None = None) -> AccountLink:
    """Leave word that a link is wanted for this address."""
    now = clock.now()
    return AccountLink.objects.create(
        kind=kind, user=user, address=address, asked_at=now, expires_at=now + timedelta(hours=HOURS[kind])
    )


def find(kind: AccountLink.Kind, public_id: UUID, token: str, *, lock: bool) -> AccountLink | None:
    """The link that this token belongs to, with its person; None when it does not work (any more)."""
    rows = AccountLink.objects.select_related("user")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    row = rows.filter(kind=kind, public_id=public_id, used_at=None, expires_at__gt=clock.now()).first()
    if row is None or row.user is None or not row.user.is_active:
        return None
    fits = hmac.compare_digest(_hash(token), row.sha256) and hmac.compare_digest(
        token.encode("utf-8", "replace"), token_of(row).encode("ascii")
    )
    return row if fits else None


def use(row: AccountLink) -> None:
    """From now on this link works no more."""
    row.used_at = clock.now()
    row.save(update_fields=["used_at"])


def token_of(row: AccountLink) -> str:
    """What makes the link of this row: never stored."""
    user = row.user
    if user is None:
        raise ValueError("a link is of somebody")
    said = (
        row.public_id,
        row.kind,
        row.address,
        user.actor_key,
        user.email,
        user.password,
        user.session_generation,
    )
    derived = salted_hmac("account-link", " ".join(map(str, said)), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(derived).decode("ascii").rstrip("=")


def address_of(row: AccountLink) -> str:
    """The page behind this link."""
    page = "password-new" if row.kind == AccountLink.Kind.PASSWORD else "profile-email-confirm"
    return reverse(page, args=[row.public_id, token_of(row)])


def make(facts: Mapping[str, str]) -> str | None:
    """The link of a mail that goes out now; None when nobody needs it any more."""
    rows = AccountLink.objects.select_related("user")
    row = rows.filter(public_id=facts["link_id"], used_at=None, expires_at__gt=clock.now()).first()
    if row is None or row.user is None or not row.user.is_active:
        return None
    row.sha256 = _hash(token_of(row))
    row.save(update_fields=["sha256"])
    return address_of(row)


def send_those_that_wait() -> int:
    """Mail every link that was asked for by somebody who has an account, and forget the others; how many mails."""
    AccountLink.objects.filter(expires_at__lte=clock.now()).delete()
    waiting = AccountLink.objects.filter(handled_at=None).order_by("pk").values_list("pk", flat=True)
    return sum(_handle(key) for key in list(waiting[:_AT_ONCE]))


def register_timer() -> None:
    """Have this done now and then by whatever runs jobs, and the links made by whatever sends mails."""
    for kind in _MAILS.values():
        outbox.register_link(kind, make)
    timers.register("account-links", timedelta(seconds=10), send_those_that_wait)


@transaction.atomic
def _handle(key: int) -> int:
    row = AccountLink.objects.select_for_update().filter(pk=key, handled_at=None).first()
    if row is None:
        return 0
    row.user = _person_of(row)
    if row.user is None:
        row.delete()
        return 0
    row.handled_at = clock.now()
    row.save(update_fields=["user", "handled_at"])
    facts, language = {"link_id": row.public_id}, row.user.language
    if row.kind == AccountLink.Kind.PASSWORD:
        outbox.mail(_MAILS[AccountLink.Kind.PASSWORD], row.user.email, language=language, facts=facts)
        taking_back.note(None, "user.password-link", row.user)
    else:
        outbox.mail(_MAILS[AccountLink.Kind.EMAIL], row.address, language=language, facts=facts)
        telling.warn("email-asked", row.user)
    return 1


def _person_of(row: AccountLink) -> User | None:
    """Who gets this mail: nobody who is blocked, has no password here, or asks for the address of another."""
    same = User.objects.filter(email__iexact=row.address)
    if row.kind == AccountLink.Kind.PASSWORD:
        found = same.filter(is_active=True).first()
        return found if found is not None and found.has_usable_password() else None
    owner = row.user
    if owner is None or not owner.is_active or same.exclude(pk=owner.pk).exists():
        return None
    return owner


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
