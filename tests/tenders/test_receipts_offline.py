"""A receipt is checked as docs/security.md says, with nothing of this system but its answers."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.test import Client
from django.urls import reverse

from mvi_dashboard.ground import triggers, verification
from tenders.models import Bid, BidVersion, Tender
from tests import corpus
from tests.worlds import World, bid_document

from .typed import typed

pytestmark = pytest.mark.django_db


def spelled(document: Any) -> bytes:
    """Step 1 of the recipe."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def check(answer: dict[str, Any], content: dict[str, Any], tender: str, keys: list[dict[str, str]]) -> None:
    """Steps 2 to 4. Raises AssertionError or InvalidSignature."""
    proof = answer["receipt"]
    assert hashlib.sha256(proof["salt"].encode() + spelled(content)).hexdigest() == proof["sha256"]
    ids = {"bid": answer["id"], "tender": tender, "version": answer["version"]}
    statement = spelled({name: proof[name] for name in ("sha256", "salt", "receivedAt")} | {"ids": ids})
    key_id, _, signature = proof["signature"].partition(":")
    public = next(bytes.fromhex(key["publicKey"]) for key in keys if key["id"] == key_id)
    Ed25519PublicKey.from_public_bytes(public).verify(base64.urlsafe_b64decode(signature), statement)


def asked(world: World, supplier: str) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The own bid as it is answered, and the public keys."""
    headers = {"Authorization": f"Bearer {world.token(supplier)}"}
    bid = Bid.objects.get(supplier__code=supplier)
    found = Client().get(f"/api/v1/bids/{bid.public_id}", headers=headers).json()
    return found, Client().get("/api/v1/receipt-keys").json()["results"]


def test_a_receipt_over_rest_fits_what_was_sent_and_what_is_answered_later(world: World) -> None:
    tender = world.names["tender"]
    document = bid_document(world.names["lot"], clientReference="Offerte één")
    headers = {"Authorization": f"Bearer {world.token('leverancier-a')}", "Idempotency-Key": corpus.fresh_key()}
    path, raw = f"/api/v1/tenders/{tender}/bids", json.dumps(document).replace('"25000.00"', "25000.00")
    sent = Client().post(path, raw, "application/json", headers=headers).json()
    later, keys = asked(world, "leverancier-a")
    assert sent["receipt"] == later["receipt"]
    check(sent, document, tender, keys)
    check(later, later["content"], tender, keys)
    with pytest.raises(AssertionError):
        check(later, later["content"] | {"price": "25000.01"}, tender, keys)
    with pytest.raises(InvalidSignature):
        check(later | {"version": 2}, later["content"], tender, keys)


def test_a_receipt_of_a_bid_by_form_fits_the_bid_as_it_was_read(
    world: World, browser: Callable[[str], Client]
) -> None:
    world.supplier_actor("leverancier-a")
    form = reverse("tenders:bid_form", args=[world.names["tender"]])
    said = typed(bid_document(world.names["lot"])) | {"submit": "1"}
    assert browser("leverancier-a-1").post(form, said).status_code == 302
    later, keys = asked(world, "leverancier-a")
    check(later, later["content"], world.names["tender"], keys)


def test_an_officer_reads_the_receipt_after_the_opening(
    submit: Callable[..., BidVersion], opened: Callable[[], Tender], world: World
) -> None:
    bid = submit().bid
    own, keys = asked(world, "leverancier-a")
    opened()
    headers = {"Authorization": f"Bearer {world.token('procurement-officer')}"}
    found = Client().get(f"/api/v1/bids/{bid.public_id}", headers=headers).json()
    assert found["receipt"] == own["receipt"]
    check(found, found["content"], world.names["tender"], keys)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("received_at", "2020-01-01 00:00:00+00:00", "the receipt is not the one that was given"),
        ("receipt_hmac", "k:" + "0" * 64, "the receipt is not the one that was given"),
        ("sealed_price", b"anders", "these bytes were changed"),
        ("sealed", b"anders", "these bytes were changed"),
        ("number", 7, "these bytes were changed"),
    ],
)
def test_verify_names_a_version_that_is_not_what_was_receipted(
    submit: Callable[..., BidVersion], column: str, value: object, told: str
) -> None:
    submit()
    assert list(verification.differences(["receipts"])) == []
    with triggers.suspended(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE tenders_bidversion SET {column} = %s", [value])
    assert told in " ".join(verification.differences(["receipts"]))
