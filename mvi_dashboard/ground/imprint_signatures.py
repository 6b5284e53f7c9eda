"""Signing imprints under a key that is not in the database, so that imprints themselves cannot be replaced unseen.

Done by a timer, afterwards: no act waits for it. Each signature covers the one before it; the last one is what an
installation may keep elsewhere (`manage.py sign_imprints` prints it).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction

from . import clock, timers
from .acts import ActDeclaration, by_command
from .models import Imprint, ImprintSignature
from .vault import key_encrypting_keys

EVERY = timedelta(minutes=15)
_AT_ONCE = 20_000
_WHO = "the system, by a timer"


def register() -> None:
    """Have imprints signed as time passes."""
    timers.register("imprint signatures", EVERY, sign)


@by_command(
    ActDeclaration(verb="imprints.sign", title="Onderteken afdrukken", who=_WHO, commands=("sign_imprints",))
)
def sign() -> ImprintSignature | None:
    """Sign all imprints that have no signature yet; the last signature."""
    while _sign_some():
        pass
    return ImprintSignature.objects.order_by("-pk").first()


@transaction.atomic
def _sign_some() -> bool:
    # Locked before the last signature is read: two processes would else both follow the same one.
    rows = list(Imprint.objects.select_for_update().filter(signature__isnull=True).order_by("pk")[:_AT_ONCE])
    if not rows:
        return False
    last = ImprintSignature.objects.order_by("-pk").first()
    key_id, secret = next(iter(key_encrypting_keys().items()))
    signed = ImprintSignature(key_id=key_id, count=len(rows), made_at=clock.now())
    signed.hmac = _hmac(secret, last.hmac if last else "", signed.made_at, rows)
    signed.save(force_insert=True)
    unsigned = Imprint.objects.filter(signature__isnull=True, pk__gte=rows[0].pk, pk__lte=rows[-1].pk)
    # Imprints of acts that end just now stay for the next time.
    if unsigned.update(signature=signed) != len(rows):
        transaction.set_rollback(True)
        return False
    return True


def differences() -> Iterator[str]:
    """A line per signature that does not fit the imprints under it."""
    previous = ""
    for signed in ImprintSignature.objects.order_by("pk").iterator():
        secret = key_encrypting_keys().get(signed.key_id)
        rows = Imprint.objects.filter(signature=signed).order_by("pk")
        if secret is None:
            yield f"signature {signed.pk}: key {signed.key_id} is not in VAULT_KEYS"
        elif (
            rows.count() != signed.count
            or _hmac(secret, previous, signed.made_at, rows.iterator(2000)) != signed.hmac
        ):
            yield f"signature {signed.pk}: {signed.count} imprints under it are not as they were signed"
        previous = signed.hmac
    there = set(ImprintSignature.objects.values_list("pk", flat=True))
    used = Imprint.objects.filter(signature__isnull=False).order_by().values_list("signature_id", flat=True)
    yield from (f"signature {key}: is gone" for key in sorted(set(used.distinct()) - there))


def _hmac(secret: bytes, previous: str, made_at: datetime, rows: Iterable[Imprint]) -> str:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"imprint signing key").derive(secret)
    moment = made_at.astimezone(UTC).isoformat(timespec="microseconds")
    made = hmac.new(key, f"{previous} {moment}".encode(), hashlib.sha256)
    for row in rows:
        made.update(json.dumps([row.pk, row.table_name, row.row_id, row.content]).encode())
    return made.hexdigest()
