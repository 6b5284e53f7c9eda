"""The codes of an app, by RFC 6238: six digits, a new one every thirty seconds; and recovery codes."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime

import pyotp
import segno

SECONDS = 30
DRIFT = 1
"""so many steps a clock may be slow or fast"""
RECOVERY_CODES = 10
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_RECOVERY = re.compile(f"[{_ALPHABET}]{{16}}").fullmatch
_DIGITS = re.compile(r"[0-9]{6}").fullmatch
_ISSUER = "MVI Effectendashboard"


def new_secret() -> str:
    """A secret for an app: 160 bits drawn at random, in base32."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, moment: datetime, *, after: int) -> int | None:
    """The step of thirty seconds of which this is the code; None when it is of none, or of none after this one."""
    now = int(moment.timestamp()) // SECONDS
    codes = pyotp.HOTP(secret)
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(codes.at(step), code) and step > after:
            found = step
    return found


def is_digits(text: str) -> bool:
    """Whether this can be the code of an app."""
    return _DIGITS(text) is not None


def is_recovery(text: str) -> bool:
    """Whether this can be a recovery code."""
    return _RECOVERY(text) is not None


def plain(typed: str) -> str:
    """A code without the spaces and hyphens that people read and type along.

    >>> plain(" 123 456 "), plain("abcd-efgh")
    ('123456', 'ABCDEFGH')
    """
    return re.sub(r"[\s-]", "", typed[:40]).upper()


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes of 80 bits each, in groups of four; letters and digits that are easily mixed up are left out."""
    drawn = ("".join(secrets.choice(_ALPHABET) for _ in range(16)) for _ in range(RECOVERY_CODES))
    return tuple("-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in drawn)


def hash_of(recovery_code: str) -> str:
    """What is stored of a recovery code: 80 bits that nobody finds by trying."""
    return hashlib.sha256(plain(recovery_code).encode("utf-8")).hexdigest()


def address(secret: str, name: str) -> str:
    """What an app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER)


def picture(text: str) -> str:
    """A QR code as an image that stands in the page itself."""
    return segno.make(text, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff")


def spaced(secret: str) -> str:
    """The secret in groups of four, to type over.

    >>> spaced("ABCDEFGH")
    'ABCD EFGH'
    """
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
