"""Somebody has the whole database and all of a bid but its price, and tries a hundred thousand prices."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction
from django.test import Client

import tenders.services
from mvi_dashboard.ground import receipts, vault
from mvi_dashboard.ground.models import IdempotencyRecord
from tenders.models import Bid, BidVersion, Tender
from tests import corpus
from tests.worlds import World, bid_document

from .conftest import receipt

pytestmark = pytest.mark.django_db
Stored = tuple[str, str, bytes]
"""A table, a column and one value of it."""
RIGHT = "48317.00"
GUESSES = [f"{euros}.00" for euros in range(1, 100_001)]
# What a salt, a key or a hash looks like in text.
_PIECE = re.compile(rb"[0-9a-fA-F]{32,}|[0-9a-fA-F-]{36}|[A-Za-z0-9_+/-]{22,}={0,2}")
_BESIDE_A_BID = {"tenders_bid", "tenders_bidversion", "ground_idempotencyrecord", "ground_vault"}
_TEXT, _SIZES = 200, (16, 20, 32, 64)
_HASHES = ("md5", "sha1", "sha256", "sha512")


def everything() -> list[Stored]:
    """All values of all tables, of Django's own tables too."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found += [(table, name, _bytes(value)) for name, value in zip(columns, row, strict=True)]
    return found


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def pieces(values: Sequence[Stored]) -> set[bytes]:
    """All that could be a salt, a key or a hash: as it stands, at the ends of what is sealed, and decoded."""
    found = {b""}
    for _table, _column, value in values:
        if len(value) > _TEXT:
            found |= {value[:size] for size in _SIZES} | {value[-size:] for size in _SIZES}
        else:
            for text in _PIECE.findall(value):
                found |= {text, *_decoded(text)}
    return found


def _decoded(text: bytes) -> Iterator[bytes]:
    plain = text.replace(b"-", b"")
    if re.fullmatch(rb"(?:[0-9a-fA-F]{2})+", plain):
        yield bytes.fromhex(plain.decode())
    digits = text.replace(b"+", b"-").replace(b"/", b"_").rstrip(b"=")
    if len(digits) % 4 != 1:
        yield base64.urlsafe_b64decode(digits + b"===")


def spellings(rest: Mapping[str, Any], price: str) -> list[bytes]:
    """What a hash could be of: the whole bid, its price with the currency, or the price alone."""
    whole = {**rest, "price": price}
    parts = [{key: whole[key] for key in keys if key in whole} for keys in (("price", "currency"), ("price",))]
    return [receipts.canonical(whole), *(receipts.canonical(part) for part in parts)]


def told_by_hashes(values: Sequence[Stored], rest: Mapping[str, Any], guesses: Sequence[str]) -> list[str]:
    """The guesses of which a salted hash stands in the database; a salt is anything that stands beside a bid."""
    there = pieces(values)
    salts = pieces([each for each in values if each[0] in _BESIDE_A_BID and len(each[2]) <= _TEXT])
    found = set()
    for spelled in spellings(rest, "@"):
        before, _, after = spelled.partition(b"@")
        for salt in salts:
            start = hashlib.sha256(salt + before)
            for guess in guesses:
                tried = start.copy()
                tried.update(guess.encode() + after)
                if tried.digest() in there:
                    found.add(guess)
    return sorted(found)


def tells(there: set[bytes], content: bytes) -> bool:
    """Whether a hash of this content stands anywhere, under any common function, with any value as salt or key."""
    for name in _HASHES:
        for salt in there:
            tries = [hashlib.new(name, text).digest() for text in (salt + content, content + salt)]
            if not there.isdisjoint([*tries, hmac.digest(salt, content, name)]):
                return True
    return False


def sizes(values: Sequence[Stored]) -> list[tuple[str, str, int]]:
    """How large every value is, without what differs from time to time: moments, keys and the order of rows."""
    return sorted(
        (table, column, len(_without_moments(value) if table == "ground_imprint" else value))
        for table, column, value in values
        if column not in ("id", "object_id", "seq", "changed_at")
        and not table.startswith(("django_session", "sqlite_"))
    )


def _without_moments(imprint: bytes) -> bytes:
    """An imprint holds a whole row as text: without its moments and keys, of which a digit may be left out."""
    try:
        row = json.loads(imprint)
    except ValueError:
        return imprint
    if not isinstance(row, dict):
        return imprint
    return json.dumps(
        {name: text for name, text in row.items() if not name.endswith(("_at", "_id", "moment"))}
    ).encode()


def in_clear(version: BidVersion, price: str) -> list[Stored]:
    """What stood in the row before receipts were sealed and sizes padded."""
    given = receipt(version)
    content = receipts.canonical({"price": price})
    sealed = AESGCM(bytes(32)).encrypt(bytes(12), content, None)
    columns = {"salt": given.salt.encode(), "sha256": given.sha256.encode(), "sealed_price": bytes(12) + sealed}
    return [("tenders_bidversion", name, value) for name, value in columns.items()]


@pytest.fixture
def bid_with(world: World, client: Client) -> Callable[[str], dict[str, Any]]:
    """Submits the same bid at a price, over REST, with a concept beside it; gives all of it but the price."""
    world.supplier_actor("leverancier-a")
    headers = {"Authorization": f"Bearer {world.token('leverancier-a')}", "Idempotency-Key": corpus.fresh_key()}
    client.force_login(next(user for (_role, name), user in world.people.items() if name == "leverancier-a-1"))

    def make(price: str) -> dict[str, Any]:
        document = bid_document(world.names["lot"]) | {"price": price}
        actor, tender_id = world.supplier_actor("leverancier-a"), world.names["tender"]
        path = f"/api/v1/tenders/{tender_id}/bids"
        assert client.get(f"/aanbestedingen/{tender_id}/inschrijven/").status_code == 200
        answer = client.post(path, json.dumps(document), "application/json", headers=headers)
        assert answer.status_code == 201, answer.content
        tenders.services.save_draft(actor, tender_id=tender_id, lot_id=world.names["lot"], document=document)
        return {key: value for key, value in document.items() if key != "price"}

    return make


def test_a_price_cannot_be_worked_out_among_a_hundred_thousand(bid_with: Callable[[str], dict[str, Any]]) -> None:
    rest = bid_with(RIGHT)
    values = everything()
    assert len({table for table, _column, _value in values}) > 40
    assert told_by_hashes(values, rest, GUESSES) == []
    version = BidVersion.objects.get()
    given = receipt(version)
    there = pieces(values)
    assert not any(tells(there, spelled) for spelled in spellings(rest, RIGHT))
    signature = base64.urlsafe_b64decode(given.signature.partition(":")[2])
    for secret in (given.salt, given.sha256):
        assert not {secret.encode(), bytes.fromhex(secret)} & there
    assert not {signature, signature[:32], given.signature.encode()} & there
    assert not any(given.sha256.encode() in value or given.salt.encode() in value for *_, value in values)


def test_the_same_search_finds_the_price_in_a_row_as_it_was_stored_before(
    bid_with: Callable[[str], dict[str, Any]],
) -> None:
    rest = bid_with(RIGHT)
    old = in_clear(BidVersion.objects.get(), RIGHT)
    values = [*(each for each in everything() if each[0] in _BESIDE_A_BID), *old]
    assert told_by_hashes(values, rest, GUESSES) == [RIGHT]
    assert tells(pieces(values), spellings(rest, RIGHT)[0])
    size = next(len(value) for _table, name, value in old if name == "sealed_price")
    fitting = [guess for guess in GUESSES if len(receipts.canonical({"price": guess})) + 28 == size]
    assert RIGHT in fitting
    assert len(fitting) == 90_000


def test_the_size_of_nothing_in_the_database_depends_on_the_price(
    bid_with: Callable[[str], dict[str, Any]], world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found = []
    for price in ("1", RIGHT, "9876543210.98"):
        with _undone():
            bid_with(price)
            found.append(sizes(everything()))
            assert price not in caplog.text
    assert found[0] == found[1] == found[2]
    assert ("tenders_bidversion", "sealed_price", vault.BLOCK + 28) in found[0]


@pytest.mark.parametrize("filling", [3500, 3700, 3900, 4000, 4050])
def test_the_digits_of_a_typed_price_do_not_push_a_concept_into_a_next_block(world: World, filling: int) -> None:
    actor = world.supplier_actor("leverancier-a")
    found = set()
    for price in ("", "1", "9.876.543.210,98"):
        document = {"clientReference": "x" * filling, "price": price}
        bid = tenders.services.save_draft(
            actor, tender_id=world.names["tender"], lot_id=world.names["lot"], document=document
        )
        bid = Bid.objects.select_related("lot__tender__vault").get(pk=bid.pk)
        assert bid.draft is not None
        found.add(len(bytes(bid.draft)))
        assert tenders.services.draft_of(actor, bid) == document
    assert len(found) == 1


def test_sending_the_same_bid_as_somebody_else_confirms_nothing(world: World) -> None:
    """Who reads the database and may bid too could send guesses, and look which gives the same value."""
    document = json.dumps(bid_document(world.names["lot"], price=RIGHT))
    path = f"/api/v1/tenders/{world.names['tender']}/bids"
    for code in ("leverancier-a", "leverancier-b"):
        headers = {"Authorization": f"Bearer {world.token(code)}", "Idempotency-Key": "dezelfde-sleutel-voor-twee"}
        assert Client().post(path, document, "application/json", headers=headers).status_code == 201
    assert Tender.objects.count() == 1
    stored = IdempotencyRecord.objects.values_list("body_hmac", flat=True)
    assert len(set(stored)) == len(stored) == 2


@contextmanager
def _undone() -> Iterator[None]:
    """What is done inside is undone at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
