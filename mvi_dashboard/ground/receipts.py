"""Proof of what was received and when: one spelling of a document, its salted hash, and our signature.

The signature is Ed25519 with a key that follows from a vault key, so that web processes share it and the database
never holds it. A receipt stays valid as long as its vault key is listed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .vault import key_encrypting_keys


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
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"receipt signing key").derive(secret)
    return Ed25519PrivateKey.from_private_bytes(derived)


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
