"""What changed since a moment: kept by the database, and nothing missed that was being written."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from mvi_dashboard.ground import kept
from mvi_dashboard.ground.models import Change, Organisation, Role, Supplier
from tests.routes import operations

Bearer = Callable[..., dict[str, str]]


def marked(row: Any) -> datetime:
    """When this row changed last."""
    return Change.objects.get(table_name=row._meta.db_table, row_id=row.pk).changed_at


def ago(**time: float) -> str:
    """A moment in the past as a client writes it."""
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


@pytest.mark.django_db
def test_a_row_is_marked_when_it_is_made_changed_in_bulk_and_gone(supplier: Supplier) -> None:
    first = marked(supplier)
    Supplier.objects.filter(pk=supplier.pk).update(name="Anders")
    assert marked(supplier) > first
    made = Supplier.objects.bulk_create([Supplier(code=f"veel-{number}", name="Veel") for number in range(3)])
    keys = [each.pk for each in made]
    assert Change.objects.filter(table_name="ground_supplier", row_id__in=keys).count() == 3


@pytest.mark.django_db
def test_only_what_changed_since_is_answered_with_room_for_what_was_being_written(
    client: Client, bearer: Bearer, supplier: Supplier, other_supplier: Supplier
) -> None:
    long_ago = datetime.now(UTC) - kept.OVERLAP - timedelta(minutes=5)
    Change.objects.filter(table_name="ground_supplier", row_id=supplier.pk).update(changed_at=long_ago)
    headers = bearer(Role.PROCUREMENT_OFFICER, Organisation.objects.create(code="plaats", name="Plaats", path="x"))
    asked = {"changedSince": ago(minutes=1)}
    found = client.get("/api/v1/suppliers", asked, headers=headers).json()["results"]
    assert [each["code"] for each in found] == [other_supplier.code]
    every = client.get("/api/v1/suppliers", {"changedSince": ago(days=900)}, headers=headers).json()["results"]
    assert {each["code"] for each in every} == {supplier.code, other_supplier.code}
    paged = client.get("/api/v1/suppliers", {"changedSince": ago(days=900), "limit": 1}, headers=headers).json()
    assert "changedSince" in paged["next"]


@pytest.mark.django_db
@pytest.mark.parametrize("moment", ["gisteren", "2026-01-01", "2026-01-01T00:00:00", "9999999"])
def test_a_moment_needs_its_offset(
    client: Client, bearer: Bearer, organisation: Organisation, moment: str
) -> None:
    headers = bearer(Role.PROCUREMENT_OFFICER, organisation)
    answer = client.get("/api/v1/suppliers", {"changedSince": moment}, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "changedSince"


@pytest.mark.django_db
def test_every_list_without_a_place_in_its_address_can_be_asked_what_changed(
    client: Client, bearer: Bearer, organisation: Organisation, reference: None
) -> None:
    headers = bearer(Role.REFERENCE_MANAGER) | {}
    asked = [
        route for route, method, handler in operations() if method == "get" and handler.paged and "<" not in route
    ]
    assert len(asked) > 15
    for route in asked:
        answer = client.get(route, {"changedSince": ago(days=1)}, headers=headers)
        assert answer.status_code in (200, 403), (route, answer.content)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_what_is_committed_late_is_found_by_who_asks_again(new_supplier: Callable[..., Supplier]) -> None:
    row = new_supplier()
    Change.objects.all().delete()
    written, may_end = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                Supplier.objects.filter(pk=row.pk).update(name="Laat")
                written.set()
                may_end.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert written.wait(20)
    first_asked = datetime.now(UTC)
    assert not kept.changed_since(Supplier.objects.all(), first_asked).exists(), "it is not committed yet"
    may_end.set()
    writer.join()
    assert marked(row) < first_asked, "written before the first question"
    assert kept.changed_since(Supplier.objects.all(), first_asked).get() == row
