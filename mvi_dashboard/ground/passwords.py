"""Passwords cost memory on purpose: 100 MiB and a good part of a second of one processor for each that is tried.

So only a few are worked on at the same time, in every door: whoever sends a thousand at once keeps two busy, makes
two wait a moment, and the others are told to come back. Pages that need no password go on meanwhile.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError

from mvi_dashboard.ground.languages import worded

from . import formats
from .problems import busy

AT_ONCE = 2
WAITING = 2
LONGEST_WAIT = 2.0
LONGEST = 4096
"""Bytes: longer ones are refused before any work is done."""
RETRY_AFTER = 5
RULES = (
    "Minstens 12 tekens. Geen wachtwoord dat veel mensen gebruiken, en niets dat op uw naam of e-mailadres lijkt."
)
"""What is asked of a new one, for people"""

_SHORT, _LEAST_NAME, _LEAST_LEFT = 12, 3, 8

_inside = threading.BoundedSemaphore(AT_ONCE + WAITING)
_working = threading.BoundedSemaphore(AT_ONCE)


class BoundedArgon2(Argon2PasswordHasher):
    """Argon2id as Django does it, a few at a time; what was stored before stays valid."""

    def encode(self, password: str, salt: str) -> str:
        """The password as it is stored; raises Refused when too many are being worked on."""
        if is_too_long(password):
            raise ValueError("this password is too long to store")
        with _a_place():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Whether this is the password; raises Refused when too many are being worked on."""
        if is_too_long(password):
            return False
        with _a_place():
            return super().verify(password, encoded)


class LongEnough(MinimumLengthValidator):
    """A password has a least length, said in Dutch: of this sentence Django has no translation."""

    def get_error_message(self) -> str:
        """What is wrong with a shorter one."""
        return worded(
            "Dit is te kort: gebruik minstens {min_length}.",
            min_length=formats.counted(self.min_length, "teken", "tekens"),
        )


class NotTooLong:
    """A password has an end: nothing is gained beyond it."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        if is_too_long(password):
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """What is asked."""
        return worded("Gebruik hoogstens {longest} tekens.", longest=LONGEST)


class NotRepeated:
    """A password is more than a short piece again and again, or the own name with little else."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        typed = password.casefold()
        if _repeats(typed) or _is_mostly(typed, _names_of(user)):
            raise ValidationError(self.get_help_text(), code="password_repeated")

    def get_help_text(self) -> str:
        """What is asked."""
        return worded("Dit herhaalt steeds hetzelfde, of is vooral uw naam. Kies bijvoorbeeld vier losse woorden.")


def _repeats(typed: str) -> bool:
    """Whether it is a piece of less than 12 signs, at least twice in a row, the last time perhaps not whole."""
    longest = min(len(typed) // 2, _SHORT - 1)
    return any(
        all(typed[at] == typed[at - size] for at in range(size, len(typed))) for size in range(1, longest + 1)
    )


def _names_of(user: object) -> list[str]:
    said = [str(getattr(user, name, "") or "") for name in ("first_name", "last_name", "username", "email")]
    words = {word for text in said for word in re.split(r"[^\w]+|_", text.casefold()) if len(word) >= _LEAST_NAME}
    return sorted(words, key=len, reverse=True)


def _is_mostly(typed: str, names: list[str]) -> bool:
    """Whether few other signs are left when these names are taken out; without a name in it: never."""
    left = typed
    for name in names:
        left = left.replace(name, "")
    return left != typed and len(left) < _LEAST_LEFT


def is_too_long(password: str) -> bool:
    """Whether this is longer than any password of ours."""
    return len(password) > LONGEST or len(password.encode("utf-8", "surrogatepass")) > LONGEST


@contextmanager
def _a_place() -> Iterator[None]:
    """One of the few places, after a short wait; who waits holds a worker too, so few may wait."""
    if not _inside.acquire(blocking=False):
        raise _full()
    try:
        if not _working.acquire(timeout=LONGEST_WAIT):
            raise _full()
        try:
            yield
        finally:
            _working.release()
    finally:
        _inside.release()


def _full() -> Exception:
    return busy(
        RETRY_AFTER,
        worded(
            "Er melden zich nu veel mensen tegelijk aan. Probeer het over {retry_after} s opnieuw.",
            retry_after=RETRY_AFTER,
        ),
    )
