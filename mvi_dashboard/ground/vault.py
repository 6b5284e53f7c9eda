"""Sealing what nobody may read yet: AES-256-GCM under a key per vault, wrapped by a key outside the database.

What is sealed is padded to whole blocks first, as the size of a price tells its digits. `unseal` is the one
function that opens. Losing VAULT_KEYS, or destroying a vault, loses its content for good.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Max

from . import audit, clock
from .access import Actor
from .models import Organisation, Vault

BLOCK = 4096
_NONCE = 12
_KEY = 32
_TAG = 16
_END = b"\x80"  # ISO/IEC 7816-4: the content ends at the last of these, zeros follow


class Purpose(Enum):
    """Why a seal is broken. Only `READ` is audited here; an opening, and reading what was opened by it, is one
    audit entry of its own service."""

    OWN = "own"  # who sealed it reads it
    OPENING = "opening"  # the vault was opened by two persons
    READ = "read"  # somebody else looks, after the opening
    VERIFY = "verify"  # a check by the installation itself; the content stays inside it


class Unopenable(Exception):
    """The content cannot be had: vault destroyed or still closed, key absent, or bytes changed."""


def create(organisation: Organisation) -> Vault:
    """A new vault with a fresh data key, wrapped by the newest key-encrypting key."""
    key_id, wrapping = next(iter(key_encrypting_keys().items()))
    wrapped = _encrypt(wrapping, os.urandom(_KEY), _wrapping_context(organisation.pk))
    return Vault.objects.create(organisation=organisation, wrapped_key=wrapped, key_id=key_id)


def seal(vault: Vault, content: bytes, context: str) -> bytes:
    """The sealed bytes (nonce first), of whole blocks. `context` says what this is; only the same one opens it.

    Raises Unopenable when the vault is destroyed.
    """
    return _encrypt(_data_key(vault), _padded(content), context)


def sealed_length(size: int) -> int:
    """How many bytes so many become when they are sealed.

    >>> sealed_length(BLOCK - 1) - BLOCK == _NONCE + _TAG
    True
    """
    return size + 1 + (-(size + 1) % BLOCK) + _NONCE + _TAG


def unseal(vault: Vault, sealed: bytes, context: str, *, purpose: Purpose | str, actor: Actor | None) -> bytes:
    """The content as it was sealed.

    `own` is for the supplier that sealed it (the caller has checked whose it is), `opening` and `read` ask for a
    vault that is open, and `read` leaves an audit entry, so it needs a transaction. Raises Unopenable.
    """
    purpose = Purpose(purpose)
    if purpose is Purpose.OWN and (actor is None or actor.supplier_id is None):
        raise Unopenable("only a supplier reads its own sealed content")
    if purpose in (Purpose.OPENING, Purpose.READ) and vault.opened_at is None:
        raise Unopenable("this vault is still closed")
    content = _unpadded(_decrypt(_data_key(vault), bytes(sealed), context))
    if purpose is Purpose.READ:
        audit.record(actor, "vault.read", vault, organisation=vault.organisation_id, reason=context)
    return content


def require_key(vault: Vault) -> None:
    """Nothing when the key of this vault is here and right. Raises Unopenable."""
    _data_key(vault)


def mark_opened(vault: Vault, moment: datetime | None = None) -> None:
    """Say that the vault is open from now on; the service that opens audits it."""
    vault.opened_at = moment or clock.now()
    vault.save(update_fields=["opened_at"])


def destroy(vault: Vault) -> None:
    """Wipe the wrapped key: nobody can read the content again."""
    vault.wrapped_key, vault.destroyed_at = None, clock.now()
    vault.save(update_fields=["wrapped_key", "destroyed_at"])


def opens(vault: Vault) -> bool:
    """Whether the key of this vault can be had."""
    try:
        _data_key(vault)
    except Unopenable:
        return False
    return True


def seal_secret(content: bytes, context: str) -> tuple[str, bytes]:
    """The id of the key and the sealed bytes, for a small secret of the installation that must be read again.

    It belongs to no vault, as it is of a person or of a system and is never opened for others.
    """
    key_id, wrapping = next(iter(key_encrypting_keys().items()))
    return key_id, _encrypt(wrapping, content, _secret_context(context))


def open_secret(key_id: str, sealed: bytes, context: str) -> bytes:
    """The secret as it was sealed. Raises Unopenable."""
    wrapping = key_encrypting_keys().get(key_id)
    if wrapping is None:
        raise Unopenable(f"key {key_id} is not in VAULT_KEYS")
    return _decrypt(wrapping, bytes(sealed), _secret_context(context))


def key_encrypting_keys() -> Mapping[str, bytes]:
    """The keys of VAULT_KEYS by id, newest first. Raises ImproperlyConfigured."""
    return _parsed(settings.VAULT_KEYS)


def foreign_key_ids() -> list[str]:
    """The ids of keys that vaults were wrapped with and that VAULT_KEYS does not hold, or not as it was."""
    with_key = Vault.objects.exclude(wrapped_key=None).order_by()
    newest = with_key.values("key_id").annotate(newest=Max("pk")).values_list("newest", flat=True)
    return [vault.key_id for vault in Vault.objects.filter(pk__in=list(newest)) if not _holds(vault)]


def _holds(vault: Vault) -> bool:
    try:
        return bool(_data_key(vault))
    except Unopenable:
        return False


@lru_cache(maxsize=4)
def _parsed(text: str) -> Mapping[str, bytes]:
    keys: dict[str, bytes] = {}
    for part in text.split(","):
        key_id, _, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
        except ValueError:
            key = b""
        if not key_id or len(key_id) > 32 or len(key) != _KEY:
            raise ImproperlyConfigured("VAULT_KEYS: write 'id:base64 of 32 bytes', newest first, with commas.")
        keys[key_id] = key
    return keys


def _data_key(vault: Vault) -> bytes:
    if vault.wrapped_key is None:
        raise Unopenable("this vault was destroyed")
    wrapping = key_encrypting_keys().get(vault.key_id)
    if wrapping is None:
        raise Unopenable(f"key {vault.key_id} is not in VAULT_KEYS")
    # Unwrapping takes microseconds, so the key is not kept: a destroyed vault is closed at once.
    return _decrypt(wrapping, bytes(vault.wrapped_key), _wrapping_context(vault.organisation_id))


def _padded(content: bytes) -> bytes:
    return content + _END + bytes(-(len(content) + 1) % BLOCK)


def _unpadded(blocks: bytes) -> bytes:
    content, end, zeros = blocks.rpartition(_END)
    if not end or zeros.strip(b"\0"):
        raise Unopenable("this was sealed without padding: run the migrations first")
    return content


def _wrapping_context(organisation_id: int) -> str:
    return f"vault of {organisation_id}"


def _secret_context(context: str) -> str:
    return f"secret of {context}"


def _encrypt(key: bytes, content: bytes, context: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, context.encode("utf-8"))


def _decrypt(key: bytes, sealed: bytes, context: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode("utf-8"))
    except (InvalidTag, ValueError):
        raise Unopenable("these bytes were changed, or sealed elsewhere") from None
