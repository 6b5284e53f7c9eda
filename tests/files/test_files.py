"""Files of tenders, contracts, records, decisions and factor sets: who sees and adds, and how they are given."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts.models import Contract, Delivery
from indicators.models import FactorSetVersion
from mvi_dashboard.ground import clock, verification
from mvi_dashboard.ground.files import keeping
from mvi_dashboard.ground.files.attaching import withdraw_file
from mvi_dashboard.ground.files.seen import visible_files
from mvi_dashboard.ground.models import Attachment, AttachmentDetail, AuditEntry, Role, StoredFile
from mvi_dashboard.ground.problems import Refused
from tenders.models import Lot, Tender
from tests import worlds
from tests.files_made import PDF, picture
from tests.worlds import World

from .conftest import SAID, post, sent, signed_in

pytestmark = pytest.mark.django_db
Add = Callable[..., Attachment]


@pytest.fixture
def managed(reference: None) -> World:
    """A world with a contract on which something was delivered."""
    made = World(worlds.corpus.this_moment())
    made.build(["reference", "contract", "delivered", "factor-set"])
    return made


def refused_code(act: Callable[[], Any]) -> str:
    """The first word of a refusal."""
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.problems[0].code


def test_a_file_of_a_tender_is_given_with_headers_that_keep_it_harmless(world: World, add: Add) -> None:
    name = 'Één "stoel; €.txt'.replace('"', "'")
    found = add(world.officer, "tender", world.names["tender"], name=name, content=b"<b>hoi</b>", kind="other")
    answer = signed_in("inkoper-1").get(f"/bestanden/{found.public_id}/inhoud/")
    assert answer.content == b"<b>hoi</b>"
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%C3%89%C3%A9n")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_picture_has_a_preview_and_other_files_have_none(world: World, add: Add) -> None:
    photo = add(world.officer, "tender", world.names["tender"], name="a.png", content=picture(), kind="photo")
    other = add(world.officer, "tender", world.names["tender"])
    client = signed_in("inkoper-1")
    answer = client.get(f"/bestanden/{photo.public_id}/voorbeeld/")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert (
        f"/bestanden/{photo.public_id}/voorbeeld/" in client.get(f"/bestanden/{photo.public_id}/").content.decode()
    )
    assert client.get(f"/bestanden/{other.public_id}/voorbeeld/").status_code == 404


def test_only_its_own_organisation_sees_a_file_unless_it_is_shared(world: World, add: Add) -> None:
    inside = add(world.officer, "tender", world.names["tender"])
    world.build(["draft-tender"])
    draft = Tender.objects.get(public_id=world.names["tender"])
    shared = add(world.officer, "tender", draft.public_id, shared=True)
    supplier, stranger = (
        world.supplier_actor("leverancier-b"),
        world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-w"),
    )
    manager = world.manager
    assert {each.pk for each in visible_files(world.officer)} == {inside.pk, shared.pk}
    assert [list(visible_files(actor)) for actor in (supplier, stranger, manager)] == [[], [], []]
    draft.refresh_from_db()
    worlds._publish(world, draft, world.now)
    assert [each.pk for each in visible_files(supplier)] == [shared.pk]
    assert refused_code(lambda: add(world.officer, "tender", draft.public_id, shared=True)) == "published"
    gone = {"reason": "Dit stuk klopt niet."}
    assert (
        refused_code(lambda: withdraw_file(world.officer, file_id=shared.public_id, document=gone)) == "published"
    )
    assert signed_in("inkoper-w").get(f"/bestanden/{inside.public_id}/inhoud/").status_code == 404


@pytest.mark.parametrize(
    ("code", "who"),
    [
        ("tender", {"inkoper-1"}),
        ("contract", {"contractmanager-1"}),
        ("delivery", {"contractmanager-1", "facilitair-1"}),
        ("award", {"inkoper-1"}),
        ("factor-set", {"referentie-1"}),
        ("source", {"referentie-1"}),
    ],
)
def test_who_may_add_and_withdraw_is_decided_per_thing(code: str, who: set[str], managed: World, add: Add) -> None:
    contract = Contract.objects.get(public_id=managed.names["contract"])
    version = FactorSetVersion.objects.filter(published_at__isnull=False).order_by("id").first()
    assert version is not None
    keys = {
        "tender": contract.award.lot.tender.public_id,
        "contract": contract.public_id,
        "delivery": Delivery.objects.get().public_id,
        "award": contract.award.lot.public_id,
        "factor-set": f"{version.factor_set.code}:{version.version}",
        "source": version.factors.order_by("id")[0].source.code,
    }
    cast = {
        "inkoper-1": managed.officer,
        "contractmanager-1": managed.manager,
        "facilitair-1": managed.actor(Role.FACILITY_MANAGER, managed.city, "facilitair-1"),
        "auditor-1": managed.actor(Role.AUDITOR, managed.city, "auditor-1"),
        "beleid-1": managed.actor(Role.POLICY_OFFICER, managed.city, "beleid-1"),
        "referentie-1": managed.actor(Role.REFERENCE_MANAGER, None, "referentie-1"),
        "inkoper-w": managed.actor(Role.PROCUREMENT_OFFICER, managed.water, "inkoper-w"),
        "manager-w": managed.actor(Role.CONTRACT_MANAGER, managed.water, "manager-w"),
        "leverancier-b": managed.supplier_actor("leverancier-b"),
    }
    for name, actor in cast.items():
        if name in who:
            assert add(actor, code, keys[code]).object_type == code
        else:
            said = refused_code(lambda actor=actor: add(actor, code, keys[code]))  # type: ignore[misc]
            assert said in ("not_found", "permission_denied"), name
    found = Attachment.objects.order_by("id").first()
    assert found is not None
    reason = {"reason": "Het verkeerde bestand."}
    for name in cast.keys() - who:
        said = refused_code(lambda name=name: withdraw_file(cast[name], file_id=found.public_id, document=reason))  # type: ignore[misc]
        assert said in ("not_found", "permission_denied"), name
    done = withdraw_file(cast[min(who)], file_id=found.public_id, document=reason)
    assert done.withdrawn_reason == reason["reason"]
    again = refused_code(lambda: withdraw_file(cast[min(who)], file_id=found.public_id, document=reason))
    assert again == "withdrawn"
    assert StoredFile.objects.count() == len(who)
    assert list(verification.differences(["files", "guards", "imprints"])) == []


def test_a_withdrawal_needs_a_reason_and_a_page(world: World, add: Add) -> None:
    found = add(world.officer, "tender", world.names["tender"])
    client, address = signed_in("inkoper-1"), f"/bestanden/{found.public_id}/intrekken/"
    assert "Waarom trekt u dit bestand in?" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 400
    assert client.post(address, {"reason": "Er is een nieuwe versie."}).status_code == 302
    page = client.get(f"/aanbestedingen/{world.names['tender']}/").content.decode()
    assert "ingetrokken" in page
    assert "Er is een nieuwe versie." in page
    assert AuditEntry.objects.get(verb="file.withdraw").reason == "Er is een nieuwe versie."


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_stored(world: World, media: Path) -> None:
    client, address = signed_in("inkoper-1"), f"/tenders/{world.names['tender']}/attachments"
    answer = post(client, address, file=sent("a.pdf", b"MZ"), kind="x")
    assert answer.status_code == 400
    assert {each["attr"] for each in answer.json()["errors"]} == {"file", "kind", "subject"}
    assert (
        post(client, f"/tenders/{world.names['tender']}/attachments", **SAID).json()["errors"][0]["attr"] == "file"
    )
    assert (Attachment.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_a_form_that_stops_halfway_stores_nothing(world: World, media: Path) -> None:
    body = (
        b'--grens\r\nContent-Disposition: form-data; name="subject"\r\n\r\nstaal\r\n'
        b'--grens\r\nContent-Disposition: form-data; name="kind"\r\n\r\nother\r\n'
        b'--grens\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        b"Dit is een hele\r\n--grens--\r\n"
    )
    headers = {"Idempotency-Key": "half"}
    address = f"/api/v1/tenders/{world.names['tender']}/attachments"
    kind = "multipart/form-data; boundary=grens"
    client = signed_in("inkoper-1")
    broken = {"wsgi.input": BytesIO(body[:-20])}
    half = client.generic("POST", address, body, kind, headers=headers, **broken)
    assert half.status_code == 400
    assert half.json()["errors"][0]["code"] == "parse_error"
    assert Attachment.objects.count() == 0
    assert [path for path in media.rglob("*") if path.is_file()] == []
    assert client.generic("POST", address, body, kind, headers=headers).status_code == 201


def test_one_byte_over_the_limit_is_refused_by_form_and_rest(world: World, settings: Any) -> None:
    settings.FILES_LARGEST = len(PDF) - 1
    client = signed_in("inkoper-1")
    answer = post(client, f"/tenders/{world.names['tender']}/attachments", file=sent(), **SAID)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (413, "too_large")
    page = client.post(f"/bestanden/bij/tender/{world.names['tender']}/toevoegen/", {"file": sent(), **SAID})
    assert page.status_code == 400
    assert "te groot" in page.content.decode()
    assert Attachment.objects.count() == 0


def test_what_does_not_exist_is_absent_and_no_error(world: World) -> None:
    client = signed_in("inkoper-1")
    nobody = "00000000-0000-4000-8000-000000000000"
    for address in (
        "/bestanden/bij/tender/geen-id/",
        f"/bestanden/bij/tender/{nobody}/toevoegen/",
        "/bestanden/bij/bestaat-niet/1/",
        "/bestanden/bij/factor-set/geen/",
        "/bestanden/bij/source/geen/",
        f"/bestanden/bij/award/{nobody}/",
        f"/bestanden/bij/delivery/{nobody}/",
        f"/bestanden/{nobody}/",
        f"/api/v1/files/{nobody}",
        f"/api/v1/files/{nobody}/content",
    ):
        assert client.get(address).status_code == 404, address
    assert Client().get(f"/bestanden/{nobody}/").status_code == 302
    assert Client().get("/api/v1/files").status_code == 401


def test_a_list_costs_the_same_for_one_file_and_for_thirty(world: World, add: Add) -> None:
    from django.db import connection

    client, costs = signed_in("inkoper-1"), []
    for number in (1, 29):
        first = add(world.officer, "tender", world.names["tender"])
        for _each in range(number - 1):
            _copy(first)
        found = []
        for address in (
            f"/aanbestedingen/{world.names['tender']}/",
            "/api/v1/files?limit=100",
            f"/api/v1/tenders/{world.names['tender']}/attachments?limit=100",
        ):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        costs.append(found)
    assert costs[0] == costs[1]
    assert max(costs[1][1:]) <= 12
    assert len(client.get("/api/v1/files?limit=100").json()["results"]) == 30


def _copy(found: Attachment) -> None:
    """One more row beside this one, to count with."""
    kept = keeping.keep(PDF, "application/pdf")
    row = keeping.row_of(kept, found.organisation_id, None)
    made = Attachment.objects.create(
        organisation_id=found.organisation_id,
        object_type=found.object_type,
        object_id=found.object_id,
        file=row,
        added_at=found.added_at,
    )
    AttachmentDetail.objects.create(
        attachment=made,
        name="a.pdf",
        media_type="application/pdf",
        size=len(PDF),
        sha256=kept.sha256,
        kind="other",
        subject="nog een",
    )


def test_a_certificate_that_ends_waits_for_the_contract_manager(managed: World, add: Add) -> None:
    contract = Contract.objects.get(public_id=managed.names["contract"])
    today = clock.today()
    add(managed.manager, "contract", contract.public_id, validUntil=str(today + timedelta(days=59)), subject="FSC")
    add(
        managed.manager,
        "contract",
        contract.public_id,
        validUntil=str(today + timedelta(days=90)),
        subject="Later",
    )
    add(
        managed.manager,
        "delivery",
        Delivery.objects.get().public_id,
        validUntil=str(today - timedelta(days=1)),
        subject="GOTS",
    )
    page = signed_in("contractmanager-1").get("/").content.decode()
    assert "FSC" in page
    assert "GOTS" in page
    assert "Later" not in page
    withdraw_file(
        managed.manager,
        file_id=Attachment.objects.get(detail__subject="FSC").public_id,
        document={"reason": "Vervangen door een nieuw certificaat."},
    )
    assert "FSC" not in signed_in("contractmanager-1").get("/").content.decode()


def test_orphans_are_swept_after_a_week_and_nothing_else(world: World, add: Add, media: Path) -> None:
    assert keeping.sweep() == 0
    add(world.officer, "tender", world.names["tender"])
    orphan = keeping.keep(b"niemand", "text/plain")
    (media / "leesmij.txt").write_text("van de beheerder", encoding="utf-8")
    assert keeping.sweep() == 0
    import os

    week = (clock.host_now() - timedelta(days=8)).timestamp()
    for path in media.rglob("*"):
        if path.is_file():
            os.utime(path, (week, week))
    assert keeping.sweep() == 1
    assert not (media / orphan.storage_name).exists()
    assert (media / "leesmij.txt").exists()
    assert list(verification.differences(["files"])) == []


def test_twenty_megabytes_stay_under_a_bound_of_memory(world: World, add: Add) -> None:
    content = b"a" * (20 * 1024 * 1024 - 4) + b"\nbc\n"
    actor = world.supplier_actor("leverancier-a")
    tracemalloc.start()
    try:
        add(actor, "bid", world.names["bid"], name="groot.txt", content=content)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # What the child is sent is one copy; sealing and writing go part by part.
    assert peak < 1.5 * len(content)


def test_files_are_readable_by_nobody_else_on_the_machine(world: World, add: Add, media: Path) -> None:
    add(world.officer, "tender", world.names["tender"])
    assert {path.stat().st_mode & 0o077 for path in media.rglob("*")} == {0}


def test_files_of_a_decision_stand_on_a_page_of_their_own(managed: World, add: Add) -> None:
    lot = Lot.objects.get(awards__contract__public_id=managed.names["contract"])
    add(managed.officer, "award", lot.public_id, subject="Gunningsadvies")
    client = signed_in("inkoper-1")
    assert (
        f"/bestanden/bij/award/{lot.public_id}/"
        in client.get(f"/aanbestedingen/{lot.tender.public_id}/").content.decode()
    )
    assert "Gunningsadvies" in client.get(f"/bestanden/bij/award/{lot.public_id}/").content.decode()
    assert (
        client.get(f"/api/v1/lots/{lot.public_id}/award/attachments").json()["results"][0]["subject"]
        == "Gunningsadvies"
    )


def test_files_of_a_record_stand_in_the_timeline(managed: World, add: Add) -> None:
    delivery = Delivery.objects.get()
    add(managed.manager, "delivery", delivery.public_id, name="pakbon.pdf")
    client, contract = signed_in("contractmanager-1"), managed.names["contract"]
    assert "pakbon.pdf" in client.get(f"/contracten/{contract}/").content.decode()
    listed = client.get(f"/api/v1/contracts/{contract}/deliveries/{delivery.public_id}/attachments").json()
    assert [each["name"] for each in listed["results"]] == ["pakbon.pdf"]
    other = "00000000-0000-4000-8000-000000000000"
    assert client.get(f"/api/v1/contracts/{other}/deliveries/{delivery.public_id}/attachments").status_code == 404


@pytest.fixture
def s3() -> Iterator[str]:
    """A local server that speaks S3."""
    moto = pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.mark.filterwarnings("ignore")
def test_files_may_lie_on_a_server_that_speaks_s3(world: World, add: Add, s3: str, settings: Any) -> None:
    import boto3
    import environ  # type: ignore[import-untyped]

    from mvi_dashboard.ground.files.configuration import store_from

    keys = {"aws_access_key_id": "sleutel", "aws_secret_access_key": "geheim", "region_name": "eu-west-1"}
    client = boto3.client("s3", endpoint_url=s3, **keys)
    client.create_bucket(Bucket="mvi", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    env = environ.Env()
    env.ENVIRON = {
        "FILES_S3_BUCKET": "mvi",
        "FILES_S3_ENDPOINT": s3,
        "FILES_S3_REGION": "eu-west-1",
        "FILES_S3_KEY": "sleutel",
        "FILES_S3_SECRET": "geheim",
    }
    settings.STORAGES = settings.STORAGES | {"attachments": store_from(env, Path("/nergens"))}
    open_ = add(world.officer, "tender", world.names["tender"])
    supplier = world.supplier_actor("leverancier-a")
    sealed = add(supplier, "bid", world.names["bid"], name="kanarie.pdf")
    assert signed_in("inkoper-1").get(f"/bestanden/{open_.public_id}/inhoud/").content == PDF
    assert signed_in("leverancier-a-1").get(f"/bestanden/{sealed.public_id}/inhoud/").content == PDF
    assert list(verification.differences(["files"])) == []
    stored = client.list_objects_v2(Bucket="mvi")["Contents"]
    assert len(stored) == 2
    whole = b"".join(client.get_object(Bucket="mvi", Key=each["Key"])["Body"].read() for each in stored)
    assert whole.count(b"startxref") == 1
    keeping.keep(b"niemand", "text/plain")
    with clock.set_to(world.now):
        assert keeping.sweep() == 0
    client.delete_object(Bucket="mvi", Key=stored[0]["Key"])
    assert len(list(verification.differences(["files"]))) == 1
    assert threading.active_count() > 1
