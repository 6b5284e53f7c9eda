"""Cursors that tell nothing: sealed, so that no key, moment or name of a row can be read in an address.

A cursor opens only with the secret of this installation and only for the list that gave it out; all have one of a
few lengths, so that how long a value is cannot be read from them either.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

from .problems import Refused, refuse

_SALT = "page-cursor"
_NONCE = 12
_BLOCK = 128


def seal(content: bytes, place: str) -> str:
    """The cursor of this content, for the list with this name."""
    nonce = os.urandom(_NONCE)
    # Padded up to a whole block by a mark and zeros: the last mark says where the content ends.
    padded = content + b"\x01" + b"\x00" * (-(len(content) + 1) % _BLOCK)
    sealed = AESGCM(next(iter(_keys()))).encrypt(nonce, padded, place.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode("ascii").rstrip("=")


def unseal(cursor: str, place: str) -> bytes:
    """The content of a cursor of this list. Raises Refused `invalid_cursor` for any other text."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise invalid() from None
    for key in _keys():
        try:
            padded = AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], place.encode())
        except (InvalidTag, ValueError):
            continue
        return padded[: padded.rindex(b"\x01")]
    raise invalid()


def invalid() -> Refused:
    """The answer to a cursor that is none of ours, or of another list."""
    return refuse("invalid_cursor", "Deze cursor klopt niet: begin weer bij de eerste pagina.", "cursor")


def _keys() -> Iterable[bytes]:
    """The key of today, then those of secrets that were replaced: a page that is open goes on."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac(_SALT, "", secret=secret, algorithm="sha256").digest()
