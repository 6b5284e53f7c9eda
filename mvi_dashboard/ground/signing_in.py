"""Signing in and out: what is tried is counted, what succeeds stands in the trail, and guessing is slowed down.

An account that does not exist costs the same work and gets the same answer as a wrong password.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from . import access, accounts, audit, clock, passwords, rate_limits, taking_back, timers
from .access import Actor
from .account import sessions, telling
from .acts import ActDeclaration, by_command
from .client_addresses import address_of
from .models import FailedSignIns, User
from .problems import Refused, forbidden, too_many

_KNOWN_ADDRESS = "signed-in-from"
_KNOWN_FOR = 30 * 24 * 3600
_LONGEST_NAME = 150
TOO_MANY = "U probeerde te vaak in te loggen."


def attempt(request: HttpRequest, username: str, password: str) -> User | None:
    """Who signs in with this name and password; None when that is nobody, or somebody who is blocked.

    Raises Refused: 429 after too many attempts, 503 while too many passwords are being looked at.
    """
    username = _as_kept(username)
    account, address = _account(username), address_of(request)
    buckets = _buckets(account, address)
    taken: list[tuple[str, str]] = []
    for bucket in buckets:
        wait = rate_limits.wait_for(*bucket)
        if wait:
            _give_back(taken)
            _count(username, refused=1)
            raise too_many(wait, TOO_MANY)
        taken.append(bucket)
    try:
        user = _person(request, username, password)
    except Refused:
        _give_back(taken)
        raise
    if user is None:
        _count(username, failed=1)
        return None
    _give_back(taken)
    rate_limits.remember(_KNOWN_ADDRESS, f"{account} {address}", _KNOWN_FOR)
    return user


def count_failed(user: User, *, refused: bool = False) -> None:
    """Count a code that was wrong, or not looked at, with the other attempts of this hour."""
    _count(user.username, failed=int(not refused), refused=int(refused))


def note_sign_in(user: User) -> None:
    """Put in the trail that this person signed in; inside the transaction that starts the session."""
    taking_back.note(access.actor_of_user(user), "user.signin", user)


@transaction.atomic
def note_sign_out(user: User) -> None:
    """Put in the trail that this person signed out."""
    taking_back.note(access.actor_of_user(user), "user.signout", user)


@by_command(
    ActDeclaration(
        verb="user.password",
        title="Kies een nieuw wachtwoord",
        commands=("changepassword",),
        who="each person, for itself",
    )
)
@transaction.atomic
def set_password(actor: Actor, *, user: User, password: str, reason: str = "") -> User:
    """The person with a new password, which ends every session of before. Raises Refused with all problems."""
    if actor != audit.SYSTEM and actor.user != user:
        raise forbidden()
    problems = accounts.check_password(password, user)
    if problems:
        raise Refused(problems)
    user.set_password(password)
    user.password_at = clock.now()
    user.save(update_fields=["password", "password_at"])
    sessions.forget(user)
    telling.warn("password-changed", user)
    taking_back.note(actor, "user.password", user, reason=reason)
    return user


def move_counts_into_the_trail() -> int:
    """Write each number of failed attempts of an hour that is over into the trail, once; how many there were.

    So the chain of an organisation gets at most one entry per account and hour, whatever is tried.
    """
    over = FailedSignIns.objects.filter(hour__lt=_hour(clock.now())).order_by("hour", "pk")
    keys = list(over.values_list("pk", flat=True)[:500])
    return sum(_move(key) for key in keys)


@transaction.atomic
def _move(key: int) -> int:
    row = FailedSignIns.objects.select_for_update().filter(pk=key).first()
    if row is None:
        return 0
    changes = {"hour": row.hour.isoformat(), "failed": row.failed, "refused": row.refused}
    user = User.objects.filter(actor_key=row.account).first() if row.account else None
    row.delete()
    if user is None:
        row.pk = key
        audit.record(None, "user.signin-failed", row, organisation=None, changes=changes)
    else:
        taking_back.note(None, "user.signin-failed", user, changes=changes)
    return 1


def _buckets(account: str, address: str) -> list[tuple[str, str]]:
    """What limits this attempt: the account from this address, this address, and the account from elsewhere.

    The last one does not hold for an address from which this account signed in before, so that nobody can lock
    somebody else out by guessing.
    """
    pair = f"{account} {address}"
    found = [(rate_limits.SIGN_IN, pair), (rate_limits.SIGN_IN_ADDRESS, address)]
    if not rate_limits.remembers(_KNOWN_ADDRESS, pair):
        found.append((rate_limits.SIGN_IN_ACCOUNT, account))
    return found


def _give_back(taken: list[tuple[str, str]]) -> None:
    for bucket in taken:
        rate_limits.give_back(*bucket)


def _person(request: HttpRequest, username: str, password: str) -> User | None:
    if passwords.is_too_long(password):
        return None
    found = authenticate(request, username=username, password=password)
    return found if isinstance(found, User) else None


def _as_kept(username: str) -> str:
    """The name as it is kept: an e-mail address is kept in small letters, and phones begin it with a capital."""
    typed = username[: _LONGEST_NAME + 1]
    if "@" not in typed or typed == typed.lower() or User.objects.filter(username=typed).exists():
        return username
    return typed.lower()


def _account(username: str) -> str:
    return salted_hmac("sign-in", User.normalize_username(username[: _LONGEST_NAME + 1])).hexdigest()


_TABLE = f'"{FailedSignIns._meta.db_table}"'
_COUNT = (
    f"INSERT INTO {_TABLE} (account, hour, failed, refused) VALUES (%s, %s, %s, %s)"  # noqa: S608 (a table of our own)
    f" ON CONFLICT (account, hour) DO UPDATE SET failed = {_TABLE}.failed + excluded.failed,"
    f" refused = {_TABLE}.refused + excluded.refused"
)


def _count(username: str, *, failed: int = 0, refused: int = 0) -> None:
    """Count an attempt, by one and the same statement whether the account exists or not."""
    key = User.objects.filter(username=username[: _LONGEST_NAME + 1]).values_list("actor_key", flat=True).first()
    field = FailedSignIns._meta.get_field("hour")
    hour = field.get_db_prep_value(_hour(clock.now()), connection)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [str(key or ""), hour, failed, refused])


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def register_timer() -> None:
    """Have this done now and then by whatever runs jobs."""
    timers.register("failed-sign-ins", timedelta(minutes=5), move_counts_into_the_trail)
