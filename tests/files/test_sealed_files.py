"""Files of a bid: sealed with its vault, pinned by its versions, read after the opening with a trace."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

import tenders.services
from mvi_dashboard.ground import clock, vault, verification
from mvi_dashboard.ground.access import NOBODY, Actor
from mvi_dashboard.ground.files import keeping, reading
from mvi_dashboard.ground.files.attaching import withdraw_file
from mvi_dashboard.ground.files.seen import get_file, visible_files
from mvi_dashboard.ground.models import Attachment, AttachmentDetail, AuditEntry, Role
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.receipts import canonical, digest
from mvi_dashboard.ground.vault import Purpose
from tenders.models import Bid, BidVersion
from tenders.services.sealing import receipt_of, unseal_whole
from tests.files_made import PDF, picture
from tests.worlds import World, bid_document

from .conftest import CANARY, post, sent, signed_in

pytestmark = pytest.mark.django_db
Add = Callable[..., Attachment]
NAME = "kanarie-naam.pdf"
TELLTALE = (b"kanarie", PDF[:12], b"startxref", b"application/pdf")


@pytest.fixture
def supplier(world: World) -> Actor:
    return world.supplier_actor("leverancier-a")


@pytest.fixture
def sealed(world: World, supplier: Actor, add: Add) -> Attachment:
    return add(supplier, "bid", world.names["bid"], name=NAME, **CANARY)


def replaced(world: World, supplier: Actor) -> BidVersion:
    """The next version of the bid, which takes its files along."""
    bid = Bid.objects.get(public_id=world.names["bid"])
    document = bid_document(world.names["lot"])
    return tenders.services.replace_bid(
        supplier, bid_id=bid.public_id, document=document, expected_version=bid.version
    )


def as_bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def rows_in_clear() -> bytes:
    """Every value of the tables of files, of the trail and of what was asked once."""
    found = []
    with connection.cursor() as cursor:
        for table in (
            "ground_attachment",
            "ground_attachmentdetail",
            "ground_storedfile",
            "ground_auditentry",
            "ground_idempotencyrecord",
            "ground_imprint",
        ):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [as_bytes(each) for each in row]
    return b"\n".join(found)


def code(world: World, actor: Actor, attachment: Attachment) -> str:
    """How this actor is refused the file; empty when it is given."""
    try:
        reading.give(actor, get_file(actor, attachment.public_id))
    except Refused as refused:
        return refused.problems[0].code
    return ""


def test_before_the_opening_neither_database_nor_disk_tells_of_a_file(sealed: Attachment, media: Path) -> None:
    stored = rows_in_clear() + b"".join(path.read_bytes() for path in media.rglob("*") if path.is_file())
    stored += "\n".join(str(path) for path in media.rglob("*")).encode()
    for word in TELLTALE:
        assert word not in stored
    assert AttachmentDetail.objects.count() == 0


def test_two_files_of_other_lengths_look_the_same(world: World, supplier: Actor, add: Add) -> None:
    one = add(supplier, "bid", world.names["bid"], name="a.txt", content=b"x")
    long = {"name": "b" * 180 + ".txt", "content": b"yz" * 90_000, "subject": "s" * 200}
    other = add(supplier, "bid", world.names["bid"], **long)
    assert one.file.size == other.file.size
    assert one.file.media_type == other.file.media_type
    assert one.sealed is not None
    assert other.sealed is not None
    assert len(one.sealed) == len(other.sealed)


def test_a_supplier_reads_its_own_file_without_a_trace(sealed: Attachment, supplier: Actor) -> None:
    before = AuditEntry.objects.count()
    given = reading.give(supplier, get_file(supplier, sealed.public_id))
    assert (given.content, given.detail.name, given.detail.subject) == (PDF, NAME, "kanarie-onderwerp")
    assert AuditEntry.objects.count() == before


def test_before_the_opening_nobody_else_sees_that_it_is_there(world: World, sealed: Attachment) -> None:
    others = [
        world.officer,
        world.manager,
        world.supplier_actor("leverancier-b"),
        world.actor(Role.AUDITOR, world.city, "auditor-1"),
        world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-w"),
        NOBODY,
    ]
    for actor in others:
        assert code(world, actor, sealed) == "not_found"
        assert not visible_files(actor).exists()
    for username in ("inkoper-1", "leverancier-b-1", "auditor-1"):
        client = signed_in(username)
        for address in (
            f"/bestanden/{sealed.public_id}/",
            f"/bestanden/{sealed.public_id}/inhoud/",
            f"/bestanden/{sealed.public_id}/voorbeeld/",
            f"/bestanden/{sealed.public_id}/intrekken/",
            f"/bestanden/bij/bid/{world.names['bid']}/",
            f"/api/v1/files/{sealed.public_id}",
            f"/api/v1/files/{sealed.public_id}/content",
            f"/api/v1/bids/{world.names['bid']}/attachments",
        ):
            assert client.get(address).status_code == 404, (username, address)
    assert not AuditEntry.objects.filter(verb__startswith="files.").exists()


def test_after_the_opening_the_officer_reads_what_was_handed_in_and_leaves_a_trace(
    world: World, supplier: Actor, sealed: Attachment, opened: Callable[[], None], add: Add
) -> None:
    replaced(world, supplier)
    later = add(supplier, "bid", world.names["bid"], name="te-laat.pdf", subject="niet opnieuw ingediend")
    opened()
    with clock.set_to(world.now + timedelta(days=33)):
        assert [each.public_id for each in visible_files(world.officer)] == [sealed.public_id]
        assert code(world, world.officer, later) == "not_found"
        given = reading.give(world.officer, get_file(world.officer, sealed.public_id))
        page = signed_in("inkoper-1").get(f"/inschrijvingen/{world.names['bid']}/").content.decode()
    assert (given.content, given.detail.name, given.detail.line) == (PDF, NAME, "kanarie-regel")
    assert NAME in page
    assert "te-laat.pdf" not in page
    entry = AuditEntry.objects.get(verb="file.read")
    assert (entry.actor_key, entry.object_id) == (world.officer.key, str(sealed.public_id))
    assert code(world, world.supplier_actor("leverancier-b"), sealed) == "not_found"
    # The list over REST tells names too.
    with clock.set_to(world.now + timedelta(days=33)):
        listed = signed_in("inkoper-1").get(f"/api/v1/bids/{world.names['bid']}/attachments").json()
    assert [each["name"] for each in listed["results"]] == [NAME]
    assert AuditEntry.objects.filter(verb="files.list").count() == 1


def test_the_receipt_is_of_the_files_too(world: World, supplier: Actor, sealed: Attachment) -> None:
    version = replaced(world, supplier)
    whole = unseal_whole(version, purpose=Purpose.OWN, actor=supplier)
    assert whole["files"] == [{"id": str(sealed.public_id), "sha256": keeping.hashlib.sha256(PDF).hexdigest()}]
    receipt = receipt_of(version, purpose=Purpose.OWN, actor=supplier)
    told = signed_in("leverancier-a-1").get(f"/api/v1/bids/{world.names['bid']}").json()
    assert told["content"]["files"] == whole["files"]
    mine = bid_document(world.names["lot"]) | {"files": whole["files"]}
    assert digest(canonical(mine), receipt.salt) == receipt.sha256
    assert list(verification.differences(["receipts", "files", "guards", "imprints"])) == []


def test_what_is_withdrawn_does_not_come_along_with_the_next_version(
    world: World, supplier: Actor, sealed: Attachment, opened: Callable[[], None]
) -> None:
    withdraw_file(supplier, file_id=sealed.public_id, document={})
    version = replaced(world, supplier)
    assert "files" not in unseal_whole(version, purpose=Purpose.OWN, actor=supplier)
    opened()
    assert not visible_files(world.officer).exists()
    assert Attachment.objects.get().withdrawn_reason is None


def test_after_the_deadline_nothing_is_added_or_withdrawn_whoever_asks(
    world: World, supplier: Actor, sealed: Attachment, add: Add, media: Path
) -> None:
    there = sum(1 for path in media.rglob("*") if path.is_file())
    late = world.now + timedelta(days=31)
    with clock.set_to(late):
        with pytest.raises(Refused) as refused:
            add(supplier, "bid", world.names["bid"])
        assert refused.value.problems[0].code == "deadline_passed"
        with pytest.raises(Refused) as refused:
            withdraw_file(supplier, file_id=sealed.public_id, document={})
        assert refused.value.problems[0].code == "deadline_passed"
    assert sum(1 for path in media.rglob("*") if path.is_file()) == there
    bid = Bid.objects.get(public_id=world.names["bid"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=sealed.pk).update(withdrawn_at=late)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.create(
            organisation_id=bid.organisation_id,
            supplier_id=bid.supplier_id,
            object_type="bid",
            object_id=bid.pk,
            file=sealed.file,
            sealed=b"x",
            added_at=late,
        )


def test_a_bid_of_another_takes_no_file_from_me(
    world: World, supplier: Actor, sealed: Attachment, add: Add
) -> None:
    for actor, expected in ((world.supplier_actor("leverancier-b"), "not_found"), (world.officer, "not_found")):
        with pytest.raises(Refused) as refused:
            add(actor, "bid", world.names["bid"])
        assert refused.value.problems[0].code == expected
        with pytest.raises(Refused):
            withdraw_file(actor, file_id=sealed.public_id, document={"reason": "Zomaar iets."})


def test_with_its_vault_a_file_is_destroyed_and_swept(
    world: World, supplier: Actor, sealed: Attachment, media: Path
) -> None:
    safe = sealed.file.vault
    assert safe is not None
    vault.destroy(safe)
    assert code(world, supplier, sealed) == "not_found"
    assert signed_in("leverancier-a-1").get(f"/bestanden/{sealed.public_id}/").status_code == 404
    assert keeping.sweep() == 1
    assert [path for path in media.rglob("*") if path.is_file()] == []
    assert list(verification.differences(["files"])) == []


def test_changed_bytes_are_told_and_never_given(sealed: Attachment, supplier: Actor, media: Path) -> None:
    stored = next(path for path in media.rglob("*") if path.is_file())
    stored.write_bytes(stored.read_bytes()[:-1] + b"x")
    with pytest.raises(Refused) as refused:
        reading.give(supplier, get_file(supplier, sealed.public_id))
    assert refused.value.kind.value == 503
    assert len(list(verification.differences(["files"]))) == 1
    stored.unlink()
    assert len(list(verification.differences(["files"]))) == 1


def test_evidence_is_added_on_the_page_of_the_bid_without_script(world: World, supplier: Actor) -> None:
    client = signed_in("leverancier-a-1")
    page = client.get(f"/inschrijvingen/{world.names['bid']}/bewijs/").content.decode()
    assert "Bestand toevoegen" in page
    address = f"/bestanden/bij/bid/{world.names['bid']}/toevoegen/"
    assert 'enctype="multipart/form-data"' in client.get(address).content.decode()
    wrong = client.post(address, {"file": sent(content=b"MZ"), "kind": "certificate", "subject": ""})
    assert wrong.status_code == 400
    text = wrong.content.decode()
    assert "Dit is een programma" in text
    assert text.count("field-error") >= 1
    assert Attachment.objects.count() == 0
    fields = {"kind": "photo", "subject": "Bank van voren", "validUntil": "1-6-2031", "sleutel": "0" * 32}
    for _press in range(2):
        done = client.post(address, {"file": sent("bank.png", picture()), **fields})
        assert done.status_code == 302
    assert Attachment.objects.count() == 1
    page = client.get(done.url).content.decode()
    assert "bank.png" in page
    assert "Uw bestanden zijn anders dan bij wat u indiende" in page
    replaced(world, supplier)
    assert "zijn anders dan" not in client.get(done.url).content.decode()


def test_a_concept_is_saved_first_and_then_asks_for_evidence(world: World) -> None:
    client = signed_in("leverancier-b-1") if _person(world, "leverancier-b") else None
    assert client is not None
    address = f"/aanbestedingen/{world.names['tender']}/inschrijven/"
    answer = client.post(address, {"prove": "1", "lines.0.reference": "bank", "lines.0.name": "Bank"})
    bid = Bid.objects.get(supplier=world.suppliers["leverancier-b"])
    assert answer.url == f"/inschrijvingen/{bid.public_id}/bewijs/"
    assert client.get(answer.url).status_code == 200


def _person(world: World, code_: str) -> bool:
    return bool(world.supplier_actor(code_))


def test_over_rest_a_supplier_adds_once_and_lists(world: World, supplier: Actor) -> None:
    client, address = signed_in("leverancier-a-1"), f"/bids/{world.names['bid']}/attachments"
    fields: dict[str, Any] = {"kind": "declaration", "subject": "EPD bank", "orEquivalent": "true"}
    key = {"Idempotency-Key": "een-keer"}
    first = post(client, address, key, file=sent(), **fields)
    assert first.status_code == 201, first.content
    again = post(client, address, key, file=sent(), **fields)
    assert json.loads(again.content) == json.loads(first.content)
    told = first.json()
    assert (told["name"], told["sealed"], told["orEquivalent"]) == ("certificaat.pdf", True, True)
    other = post(client, address, key, file=sent(content=PDF + b" "), **fields)
    assert other.status_code == 409
    assert [each["id"] for each in client.get(f"/api/v1{address}").json()["results"]] == [told["id"]]
    assert client.get(told["content"]).content == PDF
    gone = client.post(
        f"/api/v1/files/{told['id']}/_withdraw",
        "{}",
        content_type="application/json",
        headers={"Idempotency-Key": "weg"},
    )
    assert gone.json()["withdrawnAt"]
