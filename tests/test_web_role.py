"""On PostgreSQL the web connects by a role that can do its work and cannot go around the guards."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

import contracts.services
from contracts.models import Contract
from mvi_dashboard.ground import imprint_signatures, verification
from tests import corpus
from tests.worlds import World

pytestmark = pytest.mark.django_db
ROLE = "mvi_web_of_test"


def may(sql: str) -> bool:
    """Whether this is allowed to who is connected now."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except ProgrammingError as refused:
        return not ("permission denied" in str(refused) or "must be owner" in str(refused))
    return True


@pytest.mark.skipif(connection.vendor != "sqlite", reason="on SQLite there are no roles")
def test_there_is_no_role_on_sqlite() -> None:
    with pytest.raises(CommandError):
        call_command("grant_web_role", ROLE)


@pytest.fixture
def as_web_role(reference: None) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB")
        call_command("grant_web_role", ROLE)
        call_command("grant_web_role", ROLE)  # a second time changes nothing
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {ROLE}")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")
def test_a_role_that_owns_the_tables_or_is_not_there_gets_nothing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    for role in (owner, "bestaat_niet"):
        with pytest.raises(CommandError):
            call_command("grant_web_role", role)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")
def test_the_web_role_walks_the_main_road_and_cannot_go_around_the_guards(as_web_role: None) -> None:
    world = World(corpus.this_moment())
    world.build(["reference", "draft-tender", "half-retired", "use-logged"])
    contract = Contract.objects.get(public_id=world.names["contract"])
    document: dict[str, Any] = {"reference": "C-2"}
    contracts.services.change_contract(
        world.manager, contract_id=contract.public_id, document=document, expected_version=contract.version
    )
    imprint_signatures.sign()
    assert list(verification.differences()) == []
    forbidden = [
        "UPDATE tenders_award SET reason = 'anders'",
        "UPDATE contracts_contract SET promised_effect = '{}'",
        "UPDATE ground_auditentry SET verb = 'anders'",
        "UPDATE ground_imprint SET content = NULL",
        "INSERT INTO ground_imprint (table_name, row_id) VALUES ('tenders_award', 1)",
        "DELETE FROM contracts_delivery",
        "DELETE FROM ground_membership",
        "TRUNCATE contracts_delivery CASCADE",
        "TRUNCATE ground_job CASCADE",
        "ALTER TABLE tenders_award DISABLE TRIGGER ALL",
        "DROP TABLE contracts_repair",
        "SET session_replication_role = 'replica'",
        "CREATE TABLE eigen (id int)",
    ]
    assert [sql for sql in forbidden if may(sql)] == []
    assert may("UPDATE contracts_contract SET reference = 'C-3'"), "what a service changes is allowed"
