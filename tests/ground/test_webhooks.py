"""Webhooks: told with the act, signed, at least once, and never to a place where they may not go."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mvi_dashboard.ground import access, clock, triggers
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, Message, Organisation, Role, User, Webhook, WebhookMessage
from mvi_dashboard.ground.problems import Kind, Refused
from mvi_dashboard.ground.webhooks import addresses, happened, making, posting, sending, signing
from mvi_dashboard.ground.webhooks.events import TEST, Event
from tests.ground.webhook_server import Server, listening, resolving

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
AD = Role.ORGANISATION_ADMINISTRATOR
HOST = "haak.voorbeeld.example"
State = WebhookMessage.State


@pytest.fixture(autouse=True)
def _allowed(settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["127.0.0.1", ".voorbeeld.example"]
    settings.WEBHOOK_TO_LOOPBACK = True


@pytest.fixture
def administrator(organisation: Organisation, new_person: Callable[..., User]) -> User:
    return new_person(AD, organisation, "beheerder-1")


@pytest.fixture
def actor(administrator: User) -> Actor:
    return access.actor_of_user(administrator)


@pytest.fixture
def server() -> Iterator[Server]:
    with listening(200) as found:
        yield found


def hook_to(actor: Actor, server: Server, *events: str) -> Webhook:
    url = f"http://127.0.0.1:{server.port}/haak?bron=mvi"
    return making.make_webhook(actor, document={"url": url, "events": [str(each) for each in events or Event]})


@transaction.atomic
def opened(organisation: Organisation, tender: str = "t-1") -> None:
    happened(Event.TENDER_OPENED, organisation.pk, {"tender": tender})


def later(**time: int) -> Any:
    return clock.set_to(clock.now() + timedelta(**time))


def refused_url(actor: Actor, url: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        making.make_webhook(actor, document={"url": url, "events": ["tender.opened"]})
    return [problem.code for problem in refused.value.problems]


def test_a_message_is_signed_as_standard_webhooks_says_and_holds_ids_alone(
    actor: Actor, server: Server, organisation: Organisation
) -> None:
    hook = hook_to(actor, server)
    opened(organisation)
    assert sending.send_waiting() == 1
    [(path, headers, body)] = server.heard
    assert path == "/haak?bron=mvi"
    message = WebhookMessage.objects.get()
    assert json.loads(body) == {
        "type": "tender.opened",
        "timestamp": message.moment.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "organisation": "voorbeeldstad",
        "data": {"tender": "t-1"},
    }
    found = {name.lower(): value for name, value in headers.items()}
    assert found["webhook-id"] == str(message.public_id)
    assert found["host"] == f"127.0.0.1:{server.port}"
    expected = signing.signature(hook.secret, found["webhook-id"], int(found["webhook-timestamp"]), body)
    assert found["webhook-signature"] == expected
    assert (message.state, message.attempts, message.answer) == (State.SENT, 1, 200)


def test_only_who_asked_is_told_and_an_act_that_is_undone_told_nobody(
    actor: Actor, server: Server, organisation: Organisation, other_organisation: Organisation
) -> None:
    hook_to(actor, server, Event.BID_RECEIVED)
    opened(organisation)
    with transaction.atomic():
        happened(Event.BID_RECEIVED, other_organisation.pk, {})
    with transaction.atomic():
        happened(Event.BID_RECEIVED, organisation.pk, {})
        assert WebhookMessage.objects.exists()
        transaction.set_rollback(True)
    assert not WebhookMessage.objects.exists()


def test_without_allowed_hosts_nothing_is_asked_of_the_database_and_none_can_be_made(
    actor: Actor, organisation: Organisation, settings: Any, administrator: User, client: Client
) -> None:
    settings.WEBHOOK_HOSTS = []
    with CaptureQueriesContext(connection) as asked:
        happened(Event.TENDER_OPENED, organisation.pk, {})
    assert len(asked) == 0
    with pytest.raises(Refused) as refused:
        making.make_webhook(actor, document={"url": "https://haak.example/", "events": ["tender.opened"]})
    assert refused.value.kind is Kind.CONFLICT
    client.force_login(administrator)
    assert "Koppelingen staan uit" in client.get("/organisatie/koppelingen/").content.decode()


def test_what_failed_is_sent_again_later_under_the_same_id(actor: Actor, organisation: Organisation) -> None:
    with listening(500, 200) as server:
        hook_to(actor, server)
        opened(organisation)
        assert sending.send_waiting() == 0
        message = WebhookMessage.objects.get()
        assert (message.state, message.answer, message.problem) == (State.WAITING, 500, "refused")
        assert sending.send_waiting() == 0
        with later(minutes=2):
            assert sending.send_waiting() == 1
        first, second = ({k.lower(): v for k, v in each[1].items()} for each in server.heard)
        assert first["webhook-id"] == second["webhook-id"]


def test_while_a_system_does_not_answer_its_other_messages_wait_and_those_of_others_go(
    actor: Actor, server: Server, organisation: Organisation
) -> None:
    with listening(500) as broken:
        hook_to(actor, broken)
        for number in range(5):
            opened(organisation, f"t-{number}")
        hook_to(actor, server)
        opened(organisation, "t-5")
        assert sending.send_waiting() == 1
        assert len(broken.heard) == 1


def test_after_three_days_a_message_is_given_up_and_the_administrators_are_told_once_a_day(
    actor: Actor, organisation: Organisation
) -> None:
    with listening(500) as server:
        hook = hook_to(actor, server)
        opened(organisation)
        opened(organisation, "t-2")
        moment = clock.now()
        for waited in (timedelta(0), *sending.WAITS):
            moment += waited + timedelta(minutes=2)
            with clock.set_to(moment):
                sending.send_waiting()
            with clock.set_to(moment + timedelta(minutes=1, seconds=30)):
                sending.send_waiting()
        assert moment - clock.now() < timedelta(days=3, hours=1)
    assert set(WebhookMessage.objects.values_list("state", "attempts")) == {(State.FAILED, 9)}
    [told] = Message.objects.filter(kind="webhook-failed")
    assert (told.reader, told.facts) == (actor.user, {"host": "127.0.0.1"})
    with listening(200) as server:
        Webhook.objects.all()
        with clock.set_to(moment + timedelta(hours=1)):
            making.replay_failed(actor, webhook_id=hook.public_id)
    assert set(WebhookMessage.objects.values_list("state", "attempts")) == {(State.WAITING, 0)}


def test_what_waited_for_days_untried_is_given_up_and_the_log_is_kept_for_thirty_days(
    actor: Actor, server: Server, organisation: Organisation
) -> None:
    hook_to(actor, server)
    opened(organisation)
    with later(days=5):
        assert sending.look_after() == 1
        assert WebhookMessage.objects.get().state == State.FAILED
    with later(days=40):
        assert sending.look_after() == 1
    assert not WebhookMessage.objects.exists()


def test_after_a_kill_between_sending_and_noting_it_is_sent_again_under_the_same_id(
    actor: Actor, server: Server, organisation: Organisation
) -> None:
    hook_to(actor, server)
    opened(organisation)
    [held] = sending.hold(sending._WAITING.all(), 1, sending.HELD)
    assert sending.send_waiting() == 0
    with later(minutes=2):
        assert sending.send_waiting() == 1
    assert str(held.public_id) in str(server.heard)


def test_a_redirect_is_not_followed(actor: Actor, organisation: Organisation) -> None:
    with listening(302) as server:
        hook_to(actor, server)
        opened(organisation)
        assert sending.send_waiting() == 0
        assert [each[0] for each in server.heard] == ["/haak?bron=mvi"]
    assert WebhookMessage.objects.get().problem == "redirect"


def test_slow_drops_of_an_answer_win_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "SECONDS", 0.5)
    with listening("drip") as server:
        began = time.monotonic()
        answer = posting.post(f"http://127.0.0.1:{server.port}/", b"{}", {})
        assert answer == posting.Answer(None, "timeout")
        assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.7", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
        *("127.0.0.1", "::1", "fe80::1", "fd00:ec2::254", "::ffff:10.0.0.7", "::ffff:169.254.169.254"),
        *("64:ff9b::a00:7", "2002:a00:7::", "fec0::1", "::", "ff02::1"),
    ],
)
def test_no_address_of_a_network_of_our_own_is_called(
    address: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.WEBHOOK_TO_LOOPBACK = False
    monkeypatch.setattr(socket, "getaddrinfo", resolving(address))
    monkeypatch.setattr(posting, "_status_of", lambda *args: pytest.fail("it was called"))
    assert posting.post(f"https://{HOST}/", b"{}", {}) == posting.Answer(None, "private_address")


def test_one_private_address_among_good_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [*resolving("93.184.216.34")(HOST, 443), *resolving("10.0.0.1")(HOST, 443)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)
    assert posting.post(f"https://{HOST}/", b"{}", {}).problem == "private_address"


def test_the_connection_goes_to_the_address_that_was_checked_with_the_name_of_the_host(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate = certificate_of(HOST, tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with listening(200, certificate=certificate) as server:
        # A name that means another machine the second time it is asked.
        monkeypatch.setattr(socket, "getaddrinfo", resolving("127.0.0.1", "10.0.0.1"))
        answer = posting.post(f"https://{HOST}:{server.port}/haak", b"{}", {})
        assert answer == posting.Answer(200, "")
        assert server.names == [HOST]
        assert server.heard[0][1]["Host"] == f"{HOST}:{server.port}"
        monkeypatch.setattr(socket, "getaddrinfo", resolving("127.0.0.1"))
        wrong = posting.post(f"https://ander.voorbeeld.example:{server.port}/", b"{}", {})
        assert wrong == posting.Answer(None, "certificate")


def certificate_of(host: str, folder: Path) -> Path:
    """A certificate of this host, signed by itself, with its key in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = folder / "haak.pem"
    path.write_bytes(built.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return path


def test_a_system_that_is_away_or_unknown_is_no_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(200) as server:
        url = f"http://127.0.0.1:{server.port}/"
    assert posting.post(url, b"{}", {}).problem == "no_answer"

    def unknown(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert posting.post(f"https://{HOST}/", b"{}", {}).problem == "unknown_host"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://elders.example/", "host_not_allowed"),
        ("https://voorbeeld.example.elders.example/", "host_not_allowed"),
        ("https://evilvoorbeeld.example/", "host_not_allowed"),
        ("https://10.0.0.1/", "host_not_allowed"),
        (f"http://{HOST}/", "not_https"),
        (f"ftp://{HOST}/", "not_https"),
        (f"https://iemand:geheim@{HOST}/", "invalid"),
        (f"https://{HOST}/#a", "invalid"),
        (f"https://{HOST}:99999/", "invalid"),
        (f"https://{HOST}\\@10.0.0.1/", "invalid"),
        ("https://haäk.voorbeeld.example/", "invalid"),
        ("https:///pad", "invalid"),
        ("https://[::1", "invalid"),
        (f"https://{HOST}/ x", "invalid"),
        ("haak", "invalid"),
    ],
)
def test_an_address_that_may_not_be_called_is_refused_at_once(
    actor: Actor, url: str, code: str, settings: Any
) -> None:
    settings.WEBHOOK_TO_LOOPBACK = False
    assert refused_url(actor, url) == [code]


def test_a_host_that_is_no_longer_allowed_hears_nothing_more(
    actor: Actor, server: Server, organisation: Organisation, settings: Any
) -> None:
    hook_to(actor, server)
    opened(organisation)
    settings.WEBHOOK_HOSTS = ["elders.example"]
    assert sending.send_waiting() == 0
    assert (WebhookMessage.objects.get().problem, server.heard) == ("host_not_allowed", [])


def test_without_the_key_of_its_secret_a_message_waits_and_those_of_others_go(
    actor: Actor, server: Server, organisation: Organisation
) -> None:
    hook_to(actor, server)
    with triggers.suspended():
        Webhook.objects.update(key_id="k-weg")
    hook_to(actor, server)
    opened(organisation)
    assert sending.send_waiting() == 1
    assert sorted(WebhookMessage.objects.values_list("state", "problem")) == [("sent", ""), ("waiting", "no_key")]


def test_a_test_message_goes_out_from_its_page_and_one_waits_at_a_time(
    actor: Actor, administrator: User, server: Server, client: Client
) -> None:
    hook = hook_to(actor, server, Event.BID_RECEIVED)
    client.force_login(administrator)
    page = f"/organisatie/koppelingen/{hook.public_id}/"
    assert client.post(f"{page}proef/", {}, follow=True).redirect_chain == [(page, 302)]
    with pytest.raises(Refused) as refused:
        making.try_webhook(actor, webhook_id=hook.public_id)
    assert refused.value.kind is Kind.CONFLICT
    assert sending.send_waiting() == 1
    assert json.loads(server.heard[0][2])["type"] == TEST
    shown = client.get(page).content.decode()
    assert "Aangekomen" in shown
    message = WebhookMessage.objects.get()
    client.post(f"/organisatie/koppelingen/berichten/{message.public_id}/opnieuw/")
    assert sending.send_waiting() == 1
    assert len({each[1]["webhook-id"] for each in server.heard}) == 1


def test_the_secret_is_shown_once_and_an_ended_webhook_hears_nothing(
    administrator: User, actor: Actor, server: Server, organisation: Organisation, client: Client
) -> None:
    client.force_login(administrator)
    form = {
        "url": f"http://127.0.0.1:{server.port}/?code=geheim",
        "events": [Event.TENDER_OPENED],
        "sleutel": "0" * 32,
    }
    made = client.post("/organisatie/koppelingen/nieuw/", form)
    assert (made.content.decode().count(signing.PREFIX), made.headers["Cache-Control"]) == (1, "no-store")
    again = client.post("/organisatie/koppelingen/nieuw/", form, follow=True)
    assert signing.PREFIX not in again.content.decode()
    hook = Webhook.objects.get()
    assert sending.secret_of(hook) in made.content.decode()
    assert sending.secret_of(hook).encode() not in bytes(hook.sealed_secret)
    opened(organisation)
    making.end_webhook(actor, webhook_id=hook.public_id, document={"reason": "Het systeem gaat weg."})
    opened(organisation)
    assert sending.send_waiting() == 0
    assert [each.state for each in WebhookMessage.objects.all()] == [State.DROPPED]
    trail = AuditEntry.objects.filter(verb__startswith="webhook.")
    assert [each.verb for each in trail.order_by("seq")] == ["webhook.create", "webhook.end"]
    assert "code=geheim" not in str(list(trail.values()))


def test_webhooks_over_rest_are_of_who_administers_there_alone(
    organisation: Organisation,
    other_organisation: Organisation,
    server: Server,
    bearer: Callable[..., dict[str, str]],
    client: Client,
    administrator: User,
) -> None:
    mine = bearer(AD, organisation, administrator)
    document = {"url": f"http://127.0.0.1:{server.port}/", "events": ["tender.opened"]}

    def post(path: str, body: Any, headers: dict[str, str], key: str) -> Any:
        headers = headers | {"Idempotency-Key": key}
        return client.post(f"/api/v1/webhooks{path}", body, content_type="application/json", headers=headers)

    made = post("", document, mine, "een")
    assert (made.status_code, made.json()["secret"][:6]) == (201, "whsec_")
    again = post("", document, mine, "een")
    assert (again.status_code, again.json()["id"], again.json()["secret"]) == (201, made.json()["id"], None)
    here = f"/{made.json()['id']}"
    tried = post(f"{here}/_test", {}, mine, "twee")
    assert tried.status_code == 201
    sending.send_waiting()
    [sent] = client.get(f"/api/v1/webhooks{here}/messages", headers=mine).json()["results"]
    assert (sent["type"], sent["state"], sent["answer"]) == ("test", "sent", 200)
    for role, place, status in (
        (AD, other_organisation, 404),
        (Role.CONTRACT_MANAGER, organisation, 404),
    ):
        other = bearer(role, place)
        assert client.get(f"/api/v1/webhooks{here}", headers=other).status_code == status
        assert post(f"{here}/_test", {}, other, "drie").status_code == status
        replay = f"{here}/messages/{sent['id']}/_replay"
        assert post(replay, {}, other, "vier").status_code == status
    assert client.get("/api/v1/webhooks", headers=bearer(AD, other_organisation)).json()["results"] == []
    assert post(f"{here}/messages/{sent['id']}/_replay", {}, mine, "vijf").json()["state"] == "waiting"
    assert post(f"{here}/_replay", {}, mine, "zes").status_code == 409
    ended = post(f"{here}/_end", {"reason": "Niet meer nodig."}, mine, "zeven")
    assert ended.json()["endedAt"] is not None


def test_this_machine_itself_is_an_address_only_where_a_setting_says_so(settings: Any) -> None:
    settings.WEBHOOK_TO_LOOPBACK = False
    with pytest.raises(addresses.Unfit):
        addresses.resolved(addresses.Target("127.0.0.1", 443, "/", secure=True), 1)
