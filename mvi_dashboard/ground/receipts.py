"""Proof of what was received and when: one spelling of a document, its salted hash, and our signature.

The signature is Ed25519 with a key that follows from a vault key, so that web processes share it and the database
never holds it. A receipt stays valid as long as its vault key is listed.

A receipt proves a document to who has both, so it also lets a guess be tried: it is stored sealed, with what it
is about. In clear stands only its imprint, an HMAC under another key that the database never holds.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .vault import key_encrypting_keys


@dataclass(frozen=True)
class Receipt:
    """What a sender gets back. With the document and our public key anybody can check it."""

    sha256: str
    salt: str
    received_at: datetime
    signature: str


def issue(content: bytes, *, received_at: datetime, ids: Mapping[str, Any]) -> Receipt:
    """The receipt of this content, with a fresh salt."""
    salt = new_salt()
    sha256 = digest(content, salt)
    return Receipt(sha256, salt, received_at, sign(sha256=sha256, salt=salt, received_at=received_at, ids=ids))


def imprint(receipt: Receipt, ids: Mapping[str, Any]) -> str:
    """`keyid:HMAC` of a receipt: what may stand beside what is sealed, as nobody makes it without our key."""
    key_id, secret = next(iter(key_encrypting_keys().items()))
    return f"{key_id}:{_imprint(secret, receipt, ids)}"


def is_imprint_of(imprint: str, receipt: Receipt, ids: Mapping[str, Any]) -> bool:
    """Whether this imprint was made of exactly this receipt."""
    key_id, _, found = imprint.partition(":")
    secret = key_encrypting_keys().get(key_id)
    return secret is not None and hmac.compare_digest(found, _imprint(secret, receipt, ids))


def canonical(document: Any) -> bytes:
    """The one spelling of a JSON document: UTF-8, sorted keys, no spaces, Decimal as text in plain notation.

    Raises TypeError for what is no JSON and ValueError for NaN and infinity.
    """
    return json.dumps(
        document,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
        default=_spelled,
    ).encode("utf-8")


def new_salt() -> str:
    """A fresh salt (64 hex digits), so that nobody can find a document by trying hashes."""
    return secrets.token_hex(32)


def digest(content: bytes, salt: str) -> str:
    """SHA-256, in hex, of the salt (as text) followed by the content."""
    return hashlib.sha256(salt.encode("ascii") + content).hexdigest()


def sign(*, sha256: str, salt: str, received_at: datetime, ids: Mapping[str, Any]) -> str:
    """Our signature, `keyid:base64`, under this hash, moment and these ids (names and values as you choose)."""
    key_id, secret = next(iter(key_encrypting_keys().items()))
    signature = _key(secret).sign(_statement(sha256, salt, received_at, ids))
    return f"{key_id}:{base64.urlsafe_b64encode(signature).decode('ascii')}"


def verify(signature: str, *, sha256: str, salt: str, received_at: datetime, ids: Mapping[str, Any]) -> bool:
    """Whether we signed exactly this."""
    key_id, _, encoded = signature.partition(":")
    secret = key_encrypting_keys().get(key_id)
    if secret is None:
        return False
    statement = _statement(sha256, salt, received_at, ids)
    try:
        _key(secret).public_key().verify(base64.urlsafe_b64decode(encoded), statement)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_ids() -> list[str]:
    """The keys that receipts may be signed with, the newest first."""
    return list(key_encrypting_keys())


def public_key(key_id: str | None = None) -> str:
    """The public key in hex with which anybody can check a signature (default: the key that signs now)."""
    keys = key_encrypting_keys()
    return _key(keys[key_id or next(iter(keys))]).public_key().public_bytes_raw().hex()


def _statement(sha256: str, salt: str, received_at: datetime, ids: Mapping[str, Any]) -> bytes:
    return canonical({"sha256": sha256, "salt": salt, "receivedAt": received_at, "ids": dict(ids)})


def _key(secret: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_derived(secret, b"receipt signing key"))


def _imprint(secret: bytes, receipt: Receipt, ids: Mapping[str, Any]) -> str:
    statement = _statement(receipt.sha256, receipt.salt, receipt.received_at, ids)
    return hmac.new(_derived(secret, b"receipt imprint key"), statement, hashlib.sha256).hexdigest()


def _derived(secret: bytes, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=use).derive(secret)


def _spelled(value: Any) -> str:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("a document holds no NaN or infinity")
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
