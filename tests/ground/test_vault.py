"""What is sealed can be read by nobody before the time, and a receipt proves what was received."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.exceptions import ImproperlyConfigured

from mvi_dashboard.ground import receipts, vault
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, Organisation, Role, Vault

SECRET = b'{"price":"12345.67"}'
MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def closed(organisation: Organisation) -> Vault:
    return vault.create(organisation)


def key(letter: str) -> str:
    return base64.b64encode(letter.encode() * 32).decode()


def test_a_supplier_reads_back_what_it_sealed(closed: Vault, supplier_actor: Actor) -> None:
    sealed = vault.seal(Vault.objects.get(pk=closed.pk), SECRET, "bid 1")
    assert SECRET not in sealed
    before = AuditEntry.objects.count()
    assert vault.unseal(closed, sealed, "bid 1", purpose="own", actor=supplier_actor) == SECRET
    assert AuditEntry.objects.count() == before


def test_an_officer_reads_nothing_before_the_opening_and_leaves_a_trace_after_it(
    closed: Vault, officer_actor: Actor
) -> None:
    sealed = vault.seal(closed, SECRET, "bid 1")
    for purpose in ("own", "opening", "read"):
        with pytest.raises(vault.Unopenable):
            vault.unseal(closed, sealed, "bid 1", purpose=purpose, actor=officer_actor)
    vault.mark_opened(closed)
    assert vault.unseal(closed, sealed, "bid 1", purpose="read", actor=officer_actor) == SECRET
    assert AuditEntry.objects.filter(verb="vault.read", actor_key=officer_actor.key).count() == 1


def test_sealed_bytes_open_only_unchanged_in_their_own_place_and_vault(
    closed: Vault, organisation: Organisation
) -> None:
    sealed = vault.seal(closed, SECRET, "bid 1")
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for box, content, context in (
        (closed, sealed, "bid 2"),
        (closed, changed, "bid 1"),
        (closed, b"", "bid 1"),
        (vault.create(organisation), sealed, "bid 1"),
    ):
        with pytest.raises(vault.Unopenable):
            vault.unseal(box, content, context, purpose="verify", actor=None)


def test_a_destroyed_vault_stays_closed_for_ever(closed: Vault) -> None:
    sealed = vault.seal(closed, SECRET, "bid 1")
    vault.destroy(closed)
    closed.refresh_from_db()
    assert closed.destroyed_at is not None
    with pytest.raises(vault.Unopenable, match="destroyed"):
        vault.unseal(closed, sealed, "bid 1", purpose="verify", actor=None)


def test_a_new_key_seals_and_the_old_one_still_opens(organisation: Organisation, settings: Any) -> None:
    settings.VAULT_KEYS = f"old:{key('a')}"
    old = vault.create(organisation)
    sealed = vault.seal(old, SECRET, "bid 1")
    settings.VAULT_KEYS = f"new:{key('b')}, old:{key('a')}"
    assert vault.create(organisation).key_id == "new"
    assert vault.unseal(old, sealed, "bid 1", purpose="verify", actor=None) == SECRET
    settings.VAULT_KEYS = f"new:{key('b')}"
    with pytest.raises(vault.Unopenable, match="VAULT_KEYS"):
        vault.unseal(old, sealed, "bid 1", purpose="verify", actor=None)


@pytest.mark.parametrize("text", ["", "k1", "k1:abc", f":{key('a')}", "k1:é"])
def test_vault_keys_that_are_no_keys_stop_the_installation(settings: Any, text: str) -> None:
    settings.VAULT_KEYS = text
    with pytest.raises(ImproperlyConfigured):
        vault.key_encrypting_keys()


def test_a_document_has_one_spelling() -> None:
    one = receipts.canonical({"b": Decimal("0.10"), "a": ["é", None, 1, MOMENT, MOMENT.date()]})
    assert one == '{"a":["é",null,1,"2026-03-01T12:00:00Z","2026-03-01"],"b":"0.10"}'.encode()
    for bad in (float("nan"), Decimal("NaN")):
        with pytest.raises(ValueError, match=r"JSON|NaN"):
            receipts.canonical({"a": bad})


def test_a_receipt_holds_for_exactly_what_was_received() -> None:
    salt = receipts.new_salt()
    sha256 = receipts.digest(SECRET, salt)
    signature = receipts.sign(sha256=sha256, salt=salt, received_at=MOMENT, ids={"bid": "1"})
    assert receipts.verify(signature, sha256=sha256, salt=salt, received_at=MOMENT, ids={"bid": "1"})
    assert not receipts.verify(signature, sha256=sha256, salt=salt, received_at=MOMENT, ids={"bid": "2"})
    assert not receipts.verify("x:y", sha256=sha256, salt=salt, received_at=MOMENT, ids={"bid": "1"})
    assert len(signature) <= 200


def test_anybody_can_check_a_receipt_with_the_public_key() -> None:
    signature = receipts.sign(sha256="a", salt="b", received_at=MOMENT, ids={"bid": "1"})
    said = receipts.canonical({"sha256": "a", "salt": "b", "receivedAt": MOMENT, "ids": {"bid": "1"}})
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(receipts.public_key()))
    assert public.verify(base64.urlsafe_b64decode(signature.partition(":")[2]), said) is None


def test_only_people_of_a_supplier_read_their_own(closed: Vault, actor_as: Callable[..., Actor]) -> None:
    sealed = vault.seal(closed, SECRET, "bid 1")
    with pytest.raises(vault.Unopenable):
        vault.unseal(closed, sealed, "bid 1", purpose="own", actor=actor_as(Role.REFERENCE_MANAGER))
