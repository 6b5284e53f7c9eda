"""Opening each other's tenders: only who both agreed to, and nothing is left to see or to write afterwards."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

import contracts.services
import tenders.services
from mvi_dashboard.ground import accounts, audit, clock, cosigning
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, CosigningConsent, Job, Role
from mvi_dashboard.ground.problems import Kind, Refused
from tenders.models import BidVersion, OpeningConfirmation, Tender
from tenders.services import opening
from tests import corpus
from tests.worlds import World

pytestmark = pytest.mark.django_db
Stage = Callable[[str], Tender]
NOTHING = "3f2f1d1e-0000-4000-8000-000000000000"


@pytest.fixture
def neighbour(world: World) -> Actor:
    """An officer of the water board."""
    return world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-4")


@pytest.fixture
def send(world: World, neighbour: Actor) -> Callable[..., Any]:
    """Posts `_open` with a token of the neighbour."""
    _, text = accounts.create_api_token(
        audit.SYSTEM, role=Role.PROCUREMENT_OFFICER, organisation=world.water, user=neighbour.user
    )

    def post(tender: str, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {text}", "Idempotency-Key": key or corpus.fresh_key()}
        path = f"/api/v1/tenders/{tender}/_open"
        return Client().post(path, "{}", content_type="application/json", headers=headers)

    return post


def same(answer: Any) -> dict[str, Any]:
    """The body without the address that was asked."""
    return {name: value for name, value in json.loads(answer.content).items() if name != "instance"}


def questions(act: Callable[[], Any]) -> list[str]:
    """The statements behind an act, without the values in them."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return [
        re.sub(r"'[^']*'|\bs\d+_x\d+\b|\b[0-9a-f]{32}\b|\b\d+\b", "?", each["sql"])
        for each in captured.captured_queries
    ]


def test_it_takes_both_organisations_and_each_may_withdraw(world: World) -> None:
    assert cosigning.agree(audit.SYSTEM, organisation=world.city, partner=world.water) is False
    assert not cosigning.may_cosign(world.city, [world.water.pk])
    assert cosigning.agree(audit.SYSTEM, organisation=world.water, partner=world.city) is True
    assert cosigning.may_cosign(world.city, [world.water.pk])
    assert cosigning.may_cosign(world.water, [world.city.pk])
    cosigning.withdraw(audit.SYSTEM, organisation=world.city, partner=world.water)
    assert not cosigning.may_cosign(world.city, [world.water.pk])
    assert not cosigning.may_cosign(world.water, [world.city.pk])
    # What was agreed before stays readable, with its dates.
    assert CosigningConsent.objects.get(organisation=world.city).withdrawn_at is not None
    cosigning.agree(audit.SYSTEM, organisation=world.city, partner=world.water)
    assert cosigning.may_cosign(world.city, [world.water.pk])


def test_agreeing_and_withdrawing_stand_in_the_trail_of_both(world: World) -> None:
    cosigning.agree(audit.SYSTEM, organisation=world.city, partner=world.water)
    cosigning.withdraw(audit.SYSTEM, organisation=world.city, partner=world.water)
    for place in (world.city, world.water):
        said = AuditEntry.objects.filter(organisation=place, verb__startswith="cosigning.").order_by("seq")
        assert [each.verb for each in said] == ["cosigning.agree", "cosigning.withdraw"]
        assert said[0].changes == {"organisation": "voorbeeldstad", "partner": "waterschap-voorbeeld"}


def test_only_an_administrator_of_the_organisation_agrees_for_it(world: World) -> None:
    ours = world.actor(Role.ORGANISATION_ADMINISTRATOR, world.city, "beheerder-1")
    cosigning.agree(ours, organisation=world.city, partner=world.water)
    for actor, place, partner in (
        (ours, world.water, world.city),
        (world.officer, world.city, world.water),
    ):
        with pytest.raises(Refused) as refused:
            cosigning.agree(actor, organisation=place, partner=partner)
        assert refused.value.kind is Kind.FORBIDDEN


def test_an_agreement_with_oneself_twice_or_withdrawn_twice_is_refused(world: World) -> None:
    with pytest.raises(Refused):
        cosigning.agree(audit.SYSTEM, organisation=world.city, partner=world.city)
    with pytest.raises(Refused):
        cosigning.withdraw(audit.SYSTEM, organisation=world.city, partner=world.water)
    cosigning.agree(audit.SYSTEM, organisation=world.city, partner=world.water)
    with pytest.raises(Refused):
        cosigning.agree(audit.SYSTEM, organisation=world.city, partner=world.water)
    row = CosigningConsent.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        CosigningConsent.objects.create(organisation=world.city, partner=world.water, agreed_at=row.agreed_at)


def test_the_administrators_agree_by_a_command(world: World) -> None:
    world.actor(Role.ORGANISATION_ADMINISTRATOR, world.city, "beheerder-1")
    world.actor(Role.ORGANISATION_ADMINISTRATOR, world.water, "beheerder-2")

    def run(*given: str) -> str:
        said = io.StringIO()
        call_command("agree_cosigning", *given, stdout=said)
        return said.getvalue()

    assert "once waterschap-voorbeeld agrees too" in run(
        "voorbeeldstad", "waterschap-voorbeeld", "--user", "beheerder-1"
    )
    with pytest.raises(CommandError):
        run("waterschap-voorbeeld", "voorbeeldstad", "--user", "beheerder-1")
    assert "from now on" in run("waterschap-voorbeeld", "voorbeeldstad", "--user", "beheerder-2")
    assert cosigning.may_cosign(world.city, [world.water.pk])
    run("voorbeeldstad", "waterschap-voorbeeld", "--user", "beheerder-1", "--withdraw")
    assert not cosigning.may_cosign(world.city, [world.water.pk])


@pytest.mark.parametrize("consent", ["none", "only-ours", "only-theirs", "withdrawn"])
def test_without_consent_of_both_a_waiting_tender_answers_like_an_absent_one(
    consent: str, stage: Stage, world: World, send: Callable[..., Any], neighbour: Actor
) -> None:
    if consent in ("only-ours", "withdrawn"):
        cosigning.agree(audit.SYSTEM, organisation=world.city, partner=world.water)
    if consent in ("only-theirs", "withdrawn"):
        cosigning.agree(audit.SYSTEM, organisation=world.water, partner=world.city)
    if consent == "withdrawn":
        cosigning.withdraw(audit.SYSTEM, organisation=world.water, partner=world.city)
    tender = stage("first")
    written = AuditEntry.objects.count()
    answer, absent = send(str(tender.public_id)), send(NOTHING)
    assert answer.status_code == absent.status_code == 404
    assert same(answer) == same(absent)
    # The same questions in the same order: how long it takes tells nothing either.
    about = [questions(lambda each=each: send(each)) for each in (str(tender.public_id), NOTHING)]  # type: ignore[misc]
    assert about[0] == about[1]
    assert AuditEntry.objects.count() == written
    assert OpeningConfirmation.objects.count() == 1


@pytest.mark.parametrize("state", ["draft", "published", "closed", "ready", "opened", "decided", "cancelled"])
def test_with_consent_only_a_tender_that_waits_is_there(
    state: str, stage: Stage, world: World, send: Callable[..., Any]
) -> None:
    world.agree_to_cosign()
    tender = stage(state)
    written = AuditEntry.objects.count()
    answer, absent = send(str(tender.public_id)), send(NOTHING)
    assert (answer.status_code, same(answer)) == (404, same(absent))
    about = [questions(lambda each=each: send(each)) for each in (str(tender.public_id), NOTHING)]  # type: ignore[misc]
    assert about[0] == about[1]
    assert AuditEntry.objects.count() == written


def test_who_co_signs_is_marked_and_sees_nothing_afterwards(
    stage: Stage, world: World, send: Callable[..., Any], browser: Callable[[str], Client]
) -> None:
    world.agree_to_cosign()
    tender = stage("first")
    key = corpus.fresh_key()
    opened = send(str(tender.public_id), key)
    assert (opened.status_code, set(opened.json())) == (200, {"id", "waiting"})
    confirmations = OpeningConfirmation.objects.order_by("id")
    assert [each.cosigner for each in confirmations] == [None, world.water]
    entry = AuditEntry.objects.get(verb="tender.open")
    assert entry.organisation == world.city
    assert entry.reason == "Mede geopend door iemand van Waterschap Voorbeeld."
    assert entry.changes == {"cosigner": "waterschap-voorbeeld"}
    page = browser("inkoper-1").get(f"/aanbestedingen/{tender.public_id}/").content.decode()
    assert "Geopend door inkoper-1, mede geopend door inkoper-4 van Waterschap Voorbeeld." in page
    written = AuditEntry.objects.filter(organisation=world.city).count()
    # Once more, and the same request again: both as about nothing, and no word in the chain of another.
    for again in (send(str(tender.public_id)), send(str(tender.public_id), key)):
        assert (again.status_code, same(again)) == (404, same(send(NOTHING)))
    client = browser("inkoper-4")
    for path in ("", "openen/", "vergelijken/"):
        assert client.get(f"/aanbestedingen/{tender.public_id}/{path}").status_code == 404
    assert AuditEntry.objects.filter(organisation=world.city).count() == written


def test_a_co_signer_does_not_follow_the_job_that_makes_the_lines(
    stage: Stage, world: World, send: Callable[..., Any], neighbour: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.agree_to_cosign()
    tender = stage("first")
    monkeypatch.setattr(opening, "MOST_AT_ONCE", 0)
    answer = send(str(tender.public_id))
    assert (answer.status_code, set(answer.json())) == (202, {"id", "waiting"})
    assert Job.objects.get().requested_by != neighbour.key


def test_a_first_person_that_ran_out_leaves_nothing_to_co_sign(
    stage: Stage, world: World, neighbour: Actor
) -> None:
    world.agree_to_cosign()
    tender = stage("first")
    with clock.set_to(clock.now() + timedelta(minutes=11)), pytest.raises(Refused) as refused:
        tenders.services.open_tender(neighbour, tender_id=tender.public_id)
    assert refused.value.kind is Kind.NOT_FOUND


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["tenders_tender", "contracts_contract"])
def test_who_may_not_see_a_row_does_not_wait_for_it(table: str, world: World, neighbour: Actor) -> None:
    """Somebody of the organisation is busy with it; to others it answers at once, like an absent one."""
    if connection.vendor != "postgresql":
        # SQLite has no locks on rows: there the statement itself is what can be looked at.
        told = questions(lambda: _refused(neighbour, world, table))
        assert all("organisation_id" in each for each in told if table in each and "public_id" in each)
        return
    if table == "contracts_contract":
        world.build(["contract"])
    answered = threading.Event()

    def ask() -> None:
        _refused(neighbour, world, table)
        connections.close_all()
        answered.set()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} FOR UPDATE")
        other = threading.Thread(target=ask)
        other.start()
        assert answered.wait(30), "the stranger waits for somebody else's row"
    other.join()


def _refused(actor: Actor, world: World, table: str) -> None:
    act: Callable[[], Any]
    if table == "tenders_tender":
        act = lambda: tenders.services.open_tender(actor, tender_id=world.names["tender"])  # noqa: E731
    else:
        place = world.names.get("contract", NOTHING)
        act = lambda: contracts.services.close_deliveries(actor, contract_id=place, document={})  # noqa: E731
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.kind is Kind.NOT_FOUND


def test_an_opening_by_two_of_the_organisation_itself_is_no_co_signing(
    submit: Callable[..., BidVersion], opened: Callable[[], Tender]
) -> None:
    submit()
    opened()
    assert [each.cosigner for each in OpeningConfirmation.objects.all()] == [None, None]
    assert AuditEntry.objects.get(verb="tender.open").reason == ""
