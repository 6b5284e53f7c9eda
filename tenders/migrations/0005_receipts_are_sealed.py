"""Nothing derived from a bid stands beside its sealed bytes: receipts go inside, and all that is sealed is padded.

What was sealed is opened and sealed again here, so VAULT_KEYS must be given. A destroyed vault stays as it is, as
does what does not open in an open vault (`verify` names it). The layout is written out, as it is that of this moment.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.management.base import CommandError
from django.db import migrations, models
from django.utils.crypto import salted_hmac

_NONCE, _BLOCK, _PRICE_WIDTH, _AT_ONCE = 12, 4096, 256, 200
_PRICE = ("price", "currency")


def seal_receipts(apps: Any, schema_editor: Any) -> None:
    """Every version and concept in the new layout, and what is known of a repeated request bound to its asker."""
    using = schema_editor.connection.alias
    keys = _keys()
    data_keys = _data_keys(apps, using, keys)
    key_id = next(iter(keys), "")
    _while_unguarded(schema_editor, "tenders_bidversion", lambda: _versions(apps, using, data_keys, key_id, keys))
    _while_unguarded(schema_editor, "tenders_bid", lambda: _drafts(apps, using, data_keys))
    _bind_repeated_requests(apps, using)


def _keys() -> dict[str, bytes]:
    keys = {}
    for part in settings.VAULT_KEYS.split(","):
        key_id, _, encoded = part.strip().partition(":")
        keys[key_id] = base64.urlsafe_b64decode(encoded.replace("+", "-").replace("/", "_"))
    return keys


def _data_keys(apps: Any, using: str, keys: dict[str, bytes]) -> dict[int, bytes]:
    """The key of every vault that was not destroyed. Raises CommandError before anything was changed."""
    found, lost = {}, set()
    for vault in apps.get_model("ground", "Vault").objects.using(using).filter(wrapped_key__isnull=False):
        try:
            context = f"vault of {vault.organisation_id}"
            found[vault.pk] = _decrypt(keys[vault.key_id], bytes(vault.wrapped_key), context)
        except (KeyError, ValueError, InvalidTag):
            lost.add(vault.key_id)
    if lost:
        raise CommandError(
            f"VAULT_KEYS does not open what was sealed under key {', '.join(sorted(lost))}. This migration seals "
            "every bid again: give all keys that are in use, the newest first, and migrate again. Nothing was changed."
        )
    return found


def _versions(apps: Any, using: str, data_keys: dict[int, bytes], key_id: str, keys: dict[str, bytes]) -> None:
    model = apps.get_model("tenders", "BidVersion")
    for version in _in_parts(model.objects.using(using).select_related("bid__lot__tender")):
        bid, tender = version.bid, version.bid.lot.tender
        ids = {"bid": str(bid.public_id), "tender": str(tender.public_id), "version": version.number}
        changes: dict[str, Any] = {"salt": "", "sha256": "", "signature": ""}
        changes["receipt_hmac"] = f"{key_id}:{_imprint(keys[key_id], version, ids)}"
        data_key = data_keys.get(tender.vault_id)
        price_key = data_keys.get(tender.price_vault_id or tender.vault_id)
        name = f"bid {bid.public_id} version {version.number}"
        try:
            if data_key is not None and price_key is not None:
                rest = _decrypt(data_key, bytes(version.sealed), name)
                price = json.loads(_decrypt(price_key, bytes(version.sealed_price), f"price of {name}"))
                proof = {name: getattr(version, name) for name in ("sha256", "salt", "signature")}
                changes["sealed"] = _encrypt(data_key, rest, name)
                priced = _canonical({"price": price, "receipt": proof})
                changes["sealed_price"] = _encrypt(price_key, priced, f"price of {name}")
        except (InvalidTag, ValueError):
            changes.pop("sealed", None)
        model.objects.using(using).filter(pk=version.pk).update(**changes)


def _drafts(apps: Any, using: str, data_keys: dict[int, bytes]) -> None:
    model = apps.get_model("tenders", "Bid")
    for bid in _in_parts(model.objects.using(using).filter(draft__isnull=False).select_related("lot__tender")):
        data_key, context = data_keys.get(bid.lot.tender.vault_id), f"draft of bid {bid.public_id}"
        try:
            if data_key is not None:
                typed = json.loads(_decrypt(data_key, bytes(bid.draft), context))
                price = json.dumps({name: typed[name] for name in _PRICE if name in typed}).encode()
                rest = json.dumps({name: value for name, value in typed.items() if name not in _PRICE}).encode()
                content = b"[%b,%b]" % (price.ljust(_PRICE_WIDTH), rest)
                model.objects.using(using).filter(pk=bid.pk).update(draft=_encrypt(data_key, content, context))
        except (InvalidTag, ValueError):
            continue


def _bind_repeated_requests(apps: Any, using: str) -> None:
    """As ground.idempotency stores it from now on: the same body of somebody else makes another value."""
    model = apps.get_model("ground", "IdempotencyRecord")
    for row in _in_parts(model.objects.using(using)):
        content = json.dumps([row.actor_key, row.key, row.body_hmac])
        bound = salted_hmac("idempotency record", content, algorithm="sha256").hexdigest()
        model.objects.using(using).filter(pk=row.pk).update(body_hmac=bound)


def _in_parts(rows: Any) -> Iterator[Any]:
    last = 0
    while part := list(rows.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        yield from part
        last = part[-1].pk


def _while_unguarded(schema_editor: Any, table: str, act: Any) -> None:
    """On SQLite the guards are away while migrating; PostgreSQL lifts them here, within this transaction."""
    if schema_editor.connection.vendor == "sqlite":
        act()
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        act()
        cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


def _imprint(secret: bytes, version: Any, ids: dict[str, Any]) -> str:
    moment = version.received_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    said = {"sha256": version.sha256, "salt": version.salt, "receivedAt": moment, "ids": ids}
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"receipt imprint key").derive(secret)
    return hmac.new(key, _canonical(said), hashlib.sha256).hexdigest()


def _canonical(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def _encrypt(key: bytes, content: bytes, context: str) -> bytes:
    nonce = os.urandom(_NONCE)
    padded = content + b"\x80" + bytes(-(len(content) + 1) % _BLOCK)
    return nonce + AESGCM(key).encrypt(nonce, padded, context.encode("utf-8"))


def _decrypt(key: bytes, sealed: bytes, context: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode("utf-8"))


def forget_what_is_overwritten(apps: Any, schema_editor: Any) -> None:
    """SQLite keeps deleted content in its file unless it is told to write over it."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("PRAGMA secure_delete = ON")


class Migration(migrations.Migration):
    dependencies = [("ground", "0003_cosigning_consent"), ("tenders", "0004_cosigner")]

    operations = [
        migrations.AddField(
            "bidversion", "receipt_hmac", models.CharField(max_length=100, default=""), preserve_default=False
        ),
        migrations.RunPython(forget_what_is_overwritten, migrations.RunPython.noop),
        migrations.RunPython(seal_receipts),
    ]
