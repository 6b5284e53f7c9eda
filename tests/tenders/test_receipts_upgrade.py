"""An installation of before is upgraded: its bids are sealed again, and every receipt that was given holds."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from mvi_dashboard.ground import receipts, triggers, vault
from mvi_dashboard.ground.access import Actor, Grant
from mvi_dashboard.ground.idempotency import Once
from mvi_dashboard.ground.models import IdempotencyRecord, Role
from mvi_dashboard.ground.vault import Purpose
from tenders.models import Bid, BidVersion
from tenders.services.sealing import receipt_ids, receipt_of, unseal, unseal_draft

MOMENT = datetime(2026, 5, 1, 12, tzinfo=UTC)
OLD = "before"
DOCUMENT = {
    "lot": str(uuid.UUID(int=1)),
    "clientReference": "ö-1",
    "currency": "EUR",
    "price": "48317.00",
    "lines": [],
}
TYPED = {"price": "9.876,50", "lines": [{"name": "Stoel"}]}


@pytest.fixture(scope="module")
def older_tables(tmp_path_factory: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database with the tables as they were before receipts were sealed."""
    name = str(tmp_path_factory.mktemp("older") / "older.sqlite3")
    if connection.vendor == "postgresql":
        name = f"{connection.settings_dict['NAME']}_older"
    with django_db_blocker.unblock():
        _on_postgresql(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
        with _connected(name):
            graph = MigrationLoader(connections[OLD]).graph
            older = [key for key in graph.nodes if key[0] == "tenders" and key[1].endswith("0002_protocol_levels")]
            call_command("migrate", "tenders", older[0][1], database=OLD, verbosity=0)
            guard_as_then()
    yield name
    with django_db_blocker.unblock():
        _on_postgresql(f'DROP DATABASE IF EXISTS "{name}"')


@pytest.fixture
def before(older_tables: str, django_db_blocker: Any) -> Iterator[str]:
    """A copy of it for one test."""
    name = f"{older_tables}_copy"
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            shutil.copy(older_tables, name)
        _on_postgresql(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}" TEMPLATE "{older_tables}"')
        with _connected(name):
            yield name
        _on_postgresql(f'DROP DATABASE IF EXISTS "{name}"')


def guard_as_then() -> None:
    """The guards of that time: those of now speak of columns that have still to come."""
    triggers.remove(OLD)
    triggers.install(triggers.append_only(BidVersion), OLD)


@contextmanager
def _connected(name: str) -> Iterator[None]:
    connections.databases[OLD] = {**connection.settings_dict, "NAME": name}
    yield
    connections[OLD].close()
    del connections[OLD]
    del connections.databases[OLD]


def _on_postgresql(*statements: str) -> None:
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


class Older:
    """What the services of that time stored, written out: their code is no longer there."""

    def __init__(self) -> None:
        self.apps = MigrationLoader(connections[OLD]).project_state(self._nodes()).apps
        self.organisation = self._make(
            "ground", "Organisation", code="voorbeeldstad", name="Voorbeeldstad", path="/1/"
        )
        self.supplier = self._make("ground", "Supplier", code="leverancier-a", name="Leverancier A")
        self.receipts: dict[int, receipts.Receipt] = {}

    def _nodes(self) -> list[tuple[str, str]]:
        applied = MigrationLoader(connections[OLD]).applied_migrations
        graph = MigrationLoader(connections[OLD]).graph
        return [key for key in applied if key in graph.nodes]

    def _make(self, app: str, model: str, **fields: Any) -> Any:
        return self.apps.get_model(app, model).objects.using(OLD).create(**fields)

    def tender(self, reference: str) -> Any:
        """A tender with its vault, and one lot."""
        key_id, wrapping = next(iter(vault.key_encrypting_keys().items()))
        self.key = bytes(range(32))
        wrapped = _sealed(wrapping, self.key, f"vault of {self.organisation.pk}")
        safe = self._make("ground", "Vault", organisation=self.organisation, wrapped_key=wrapped, key_id=key_id)
        about = {"reference": reference, "title": reference, "status": "draft", "created_at": MOMENT}
        tender = self._make(
            "tenders", "Tender", organisation=self.organisation, vault=safe, price_vault=safe, **about
        )
        cluster = self._make("indicators", "Cluster", code=f"meubels-{reference}", name_nl="Meubels")
        group = {"code": f"stoelen-{reference}", "name_nl": "Stoelen", "kind": "durable", "amount_unit": "stuk"}
        kind = self._make("indicators", "ProductGroup", cluster=cluster, **group)
        return self._make("tenders", "Lot", organisation=self.organisation, tender=tender, number=1, group=kind)

    def bid(self, lot: Any, draft: bool = False) -> Any:
        """A bid on this lot, perhaps with a concept beside it."""
        bid = self._make(
            "tenders", "Bid", organisation=self.organisation, lot=lot, supplier=self.supplier, state="submitted",
            created_at=MOMENT,
        )  # fmt: skip
        if draft:
            bid.draft = _sealed(self.key, json.dumps(TYPED).encode(), f"draft of bid {bid.public_id}")
            bid.save(using=OLD)
        return bid

    def version(self, bid: Any, number: int, document: dict[str, Any]) -> Any:
        """A version as it was stored: receipt in clear, sealed bytes as long as their content."""
        ids = {"bid": bid.public_id, "tender": bid.lot.tender.public_id, "version": number}
        given = receipts.issue(receipts.canonical(document), received_at=MOMENT, ids=ids)
        price = {key: document[key] for key in ("price", "currency") if key in document}
        rest = {key: value for key, value in document.items() if key not in price}
        name = f"bid {bid.public_id} version {number}"
        version = self._make(
            "tenders", "BidVersion", organisation=self.organisation, bid=bid, number=number, received_at=MOMENT,
            salt=given.salt, sha256=given.sha256, signature=given.signature,
            sealed=_sealed(self.key, receipts.canonical(rest), name),
            sealed_price=_sealed(self.key, receipts.canonical(price), f"price of {name}"),
        )  # fmt: skip
        self.receipts[version.pk] = given
        return version


def _sealed(key: bytes, content: bytes, context: str) -> bytes:
    return bytes(12) + AESGCM(key).encrypt(bytes(12), content, context.encode())


def versions() -> list[BidVersion]:
    """The versions of the upgraded database."""
    found = BidVersion.objects.using(OLD).select_related(
        "bid__lot__tender__vault", "bid__lot__tender__price_vault"
    )
    return list(found.order_by("pk"))


def test_sealed_bids_and_concepts_are_sealed_again(before: str) -> None:
    older = Older()
    own = Actor(key="a", grants=(Grant(Role.SUPPLIER, supplier_id=older.supplier.pk),))
    bid = older.bid(older.tender("T-1"), draft=True)
    for number, price in ((1, "48317.00"), (2, "9.50")):
        older.version(bid, number, DOCUMENT | {"price": price})
    before_it = _file_of(before)
    assert all(given.sha256.encode() in before_it for given in older.receipts.values())
    record = {"actor_key": "a", "key": "sleutel", "body_hmac": "f" * 64, "status": 201}
    older._make("ground", "IdempotencyRecord", object_type="tenders.bid", object_id=bid.pk, **record)
    call_command("migrate", database=OLD, verbosity=0)
    assert [unseal(version, purpose=Purpose.VERIFY, actor=None)["price"] for version in versions()] == [
        "48317.00",
        "9.50",
    ]
    for version in versions():
        given, ids = older.receipts[version.pk], receipt_ids(version.bid, version.number)
        assert receipt_of(version, purpose=Purpose.VERIFY, actor=None) == given
        assert receipts.is_imprint_of(version.receipt_hmac, given, ids)
        document = unseal(version, purpose=Purpose.VERIFY, actor=None)
        assert receipts.digest(receipts.canonical(document), given.salt) == given.sha256
        assert len(bytes(version.sealed)) == len(bytes(version.sealed_price)) == vault.BLOCK + 28
    stored = Bid.objects.using(OLD).select_related("lot__tender__vault").get()
    assert unseal_draft(stored, own) == TYPED
    body = IdempotencyRecord.objects.using(OLD).get().body_hmac
    assert body == Once("a", "sleutel", "f" * 64).bound() != "f" * 64
    assert [line for line in triggers.missing(OLD) if "tenders_" in line] == []
    check_forgotten(before, older)


def check_forgotten(name: str, older: Older) -> None:
    """Nothing of the receipts is left in the file of the database, or in that of PostgreSQL's table."""
    whole = _file_of(name)
    for given in older.receipts.values():
        assert given.sha256.encode() not in whole
        assert given.salt.encode() not in whole


def _file_of(name: str) -> bytes:
    """What is on the disk, also what no query shows: rows of before, and columns that were removed."""
    if connection.vendor == "sqlite":
        connections[OLD].close()
        return Path(name).read_bytes()
    with connections[OLD].cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath('tenders_bidversion'))")
        return bytes(cursor.fetchone()[0])


def test_without_the_key_nothing_changes_and_the_message_says_what_to_do(before: str, settings: Any) -> None:
    older = Older()
    older.version(older.bid(older.tender("T-1")), 1, DOCUMENT)
    right = settings.VAULT_KEYS
    settings.VAULT_KEYS = "ander:" + "A" * 43 + "="
    with pytest.raises(CommandError, match="VAULT_KEYS does not open"):
        call_command("migrate", database=OLD, verbosity=0)
    settings.VAULT_KEYS = right
    call_command("migrate", database=OLD, verbosity=0)
    assert unseal(versions()[0], purpose=Purpose.VERIFY, actor=None) == DOCUMENT


def test_what_cannot_be_opened_stays_as_it_is_and_its_receipt_can_still_be_recognised(before: str) -> None:
    older = Older()
    destroyed, changed = older.tender("T-1"), older.tender("T-2")
    for lot in (destroyed, changed):
        older.version(older.bid(lot), 1, DOCUMENT)
    rows = older.apps.get_model("tenders", "BidVersion").objects.using(OLD).order_by("pk")
    destroyed.tender.vault.wrapped_key = None
    destroyed.tender.vault.save(using=OLD)
    with connections[OLD].cursor() as cursor:
        triggers.remove(OLD)
        cursor.execute("UPDATE tenders_bidversion SET sealed = %s WHERE id = %s", [b"anders", rows[1].pk])
        guard_as_then()
    was = [bytes(row.sealed_price) for row in rows]
    call_command("migrate", database=OLD, verbosity=0)
    assert [bytes(version.sealed_price) for version in versions()] == was
    for version in versions():
        with pytest.raises(vault.Unopenable):
            unseal(version, purpose=Purpose.VERIFY, actor=None)
        ids = receipt_ids(version.bid, version.number)
        assert receipts.is_imprint_of(version.receipt_hmac, older.receipts[version.pk], ids)
