"""A supplier's bid: sealed, receipted, in versions, and cheap to receive."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

import tenders.services
from mvi_dashboard.ground import clock, receipts, triggers
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.problems import Kind, Refused
from tenders.models import Bid, BidLine, BidVersion, Lot, Tender
from tests.worlds import World, bid_document

from .conftest import lines, receipt

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 15
"""five of them tell the people of the supplier"""
CANARY = "kanarie-die-zingt-4711"


@pytest.mark.parametrize("number", [1, 20, 500])
def test_submitting_takes_as_many_statements_for_one_line_as_for_five_hundred(
    world: World, submit: Callable[..., BidVersion], number: int
) -> None:
    submit("leverancier-b")  # the factors of a basis are read once per process
    actor = world.supplier_actor("leverancier-a")
    document = bid_document(world.names["lot"], lines=lines(number))
    with CaptureQueriesContext(connection) as captured:
        tenders.services.submit_bid(actor, tender_id=world.names["tender"], document=document)
    said = [query["sql"] for query in captured.captured_queries]
    own = [sql for sql in said if not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    # PostgreSQL is asked what time it is, and takes one statement more.
    timeless = [sql for sql in own if "clock_timestamp" not in sql]
    assert len(timeless) <= MOST_STATEMENTS + (connection.vendor == "postgresql"), own


def test_a_receipt_proves_what_was_sent_and_when(submit: Callable[..., BidVersion], world: World) -> None:
    document = bid_document(world.names["lot"])
    version = submit()
    given = receipt(version)
    assert receipts.digest(receipts.canonical(document), given.salt) == given.sha256
    ids = tenders.services.receipt_ids(version.bid, 1)
    signed = {"sha256": given.sha256, "salt": given.salt, "received_at": version.received_at}
    assert receipts.verify(given.signature, **signed, ids=ids)
    assert not receipts.verify(given.signature, **signed, ids=ids | {"version": 2})


def test_nothing_of_a_sealed_bid_stands_in_clear_anywhere(
    submit: Callable[..., BidVersion], world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    actor = world.supplier_actor("leverancier-a")
    draft = {"clientReference": CANARY, "lines": [{"name": CANARY}]}
    tenders.services.save_draft(actor, tender_id=world.names["tender"], lot_id=world.names["lot"], document=draft)
    submit(clientReference=CANARY, lines=lines(2, name=CANARY))
    assert CANARY.encode() not in everything_stored()
    assert CANARY not in caplog.text
    for role in ("procurement-officer", "auditor", "leverancier-b"):
        headers = {"Authorization": f"Bearer {world.token(role)}"}
        tender = f"/api/v1/tenders/{world.names['tender']}"
        bid = Bid.objects.get()
        for path in (tender, f"{tender}/bids", f"/api/v1/bids/{bid.public_id}", "/api/v1/audit"):
            assert CANARY not in Client().get(path, headers=headers).content.decode()


def everything_stored() -> bytes:
    """All values of all tables, as the database holds them."""
    found = bytearray()
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            for row in cursor.fetchall():
                for value in row:
                    found += bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
    return bytes(found)


def test_a_new_version_keeps_the_earlier_one(submit: Callable[..., BidVersion], world: World) -> None:
    first = submit()
    document = bid_document(world.names["lot"], price="24000.00")
    actor = world.supplier_actor("leverancier-a")
    second = tenders.services.replace_bid(
        actor, bid_id=first.bid.public_id, document=document, expected_version=first.bid.version
    )
    assert [version.number for version in BidVersion.objects.order_by("number")] == [1, 2]
    assert receipt(second).sha256 != receipt(first).sha256
    answer = tenders.services.bid_answer(actor, Bid.objects.get())
    assert answer.document["price"] == "24000.00"


def test_a_stale_new_version_is_refused(submit: Callable[..., BidVersion], world: World) -> None:
    first = submit()
    with pytest.raises(Refused) as refused:
        tenders.services.replace_bid(
            world.supplier_actor("leverancier-a"),
            bid_id=first.bid.public_id,
            document=bid_document(world.names["lot"]),
            expected_version=7,
        )
    assert refused.value.kind is Kind.STALE


def test_a_withdrawn_bid_makes_room_for_another(submit: Callable[..., BidVersion], world: World) -> None:
    bid = submit().bid
    actor = world.supplier_actor("leverancier-a")
    tenders.services.withdraw_bid(actor, bid_id=bid.public_id, expected_version=bid.version)
    again = submit()
    assert again.bid_id != bid.pk
    assert Bid.objects.filter(state=Bid.State.WITHDRAWN).count() == 1


def test_a_bid_at_the_deadline_is_late_and_the_answer_names_both_moments(
    submit: Callable[..., BidVersion], world: World
) -> None:
    deadline = Tender.objects.get().deadline
    assert deadline is not None
    with clock.set_to(deadline), pytest.raises(Refused) as refused:
        submit()
    problem = refused.value.problems[0]
    assert problem.code == "deadline_passed"
    assert "sloot op" in problem.detail
    assert "ontvingen" in problem.detail
    with clock.set_to(deadline - timedelta(seconds=1)):
        assert submit().number == 1


def test_fewer_items_than_needed_only_where_the_tender_allows_it(
    submit: Callable[..., BidVersion], world: World
) -> None:
    few = lines(1, count=60)
    with pytest.raises(Refused) as refused:
        submit(lines=few)
    assert [(p.attr, p.code) for p in refused.value.problems] == [("lines.0.count", "fewer_items")]
    lot = Tender.objects.get().lots.get()
    with triggers.suspended():
        Lot.objects.filter(pk=lot.pk).update(fewer_items_allowed=True)
    Tender.objects.update(version=F("version") + 1)  # as every change of a tender does
    assert submit(lines=few).number == 1


def test_a_supplier_reads_its_own_impacts_before_the_opening_and_nobody_else_does(
    submit: Callable[..., BidVersion], world: World
) -> None:
    bid = submit().bid
    path = f"/api/v1/bids/{bid.public_id}"
    own = Client().get(path, headers={"Authorization": f"Bearer {world.token('leverancier-a')}"})
    climate = next(row for row in own.json()["totals"] if row["indicator"] == "climate")
    assert climate["lifetimeImpact"] > 0
    for other in ("leverancier-b", "procurement-officer"):
        answer = Client().get(path, headers={"Authorization": f"Bearer {world.token(other)}"})
        assert answer.status_code == 404


def test_officers_of_another_organisation_do_not_see_the_tender(world: World) -> None:
    other = world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-4")
    with pytest.raises(Refused) as refused:
        tenders.services.cancel_tender(
            other, tender_id=world.names["tender"], document={"reason": "x"}, expected_version=1
        )
    assert refused.value.kind is Kind.NOT_FOUND


def test_lines_exist_only_after_the_opening(
    submit: Callable[..., BidVersion], opened: Callable[[], Any], world: World
) -> None:
    submit(lines=lines(3))
    assert BidLine.objects.count() == 0
    opened()
    assert BidLine.objects.count() == 3
