"""Practising: what is tried out in the practice organisation counts nowhere and is seen by nobody else."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from contracts.models import Contract
from contracts.services.naming import contracts_naming
from indicators.models import ProposedRow
from mvi_dashboard import practice
from mvi_dashboard.ground import access, accounts, audit, clock, jobs, verification
from mvi_dashboard.ground.models import Mail, Organisation, Role, Supplier, User
from mvi_dashboard.ground.outbox import tell
from mvi_dashboard.ground.outbox.summing_up import sum_up
from mvi_dashboard.ground.practice import acting
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.suppliers import duplicates
from tenders.models import Lot, Tender
from tenders.selectors.answered import answers_in
from tenders.services import open_tender

from .conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
# What somebody else asks of the country, of lists and of the search box.
NATIONAL = (
    "/dashboard/landelijk/",
    "/api/v1/reports/effects?groupBy=organisation",
    "/api/v1/reports/effects?groupBy=productGroup",
)
EVERYBODY = ("/api/v1/organisations", "/zoeken/?q=bankstellen")
SUPPLIER = ("/aanbestedingen/", "/contracten/", "/api/v1/tenders", "/api/v1/suppliers", "/zoeken/?q=laptops")


@pytest.fixture
def administrator(new_person: Callable[..., User], organisation: Organisation) -> User:
    return new_person(Role.ORGANISATION_ADMINISTRATOR, organisation, "beheerder-1")


def signed_in(person: User) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def fill(person: User, real: Organisation) -> Organisation:
    """The practice organisation, made by this administrator and filled."""
    made = acting.start(access.actor_of_user(person), organisation=real.pk)
    jobs.sweep()
    job = acting.filling_of(made)
    assert job is not None
    assert (job.state, job.problems) == ("done", [])
    return made


def begin(person: User, real: Organisation, reference: str) -> Organisation:
    """The practice organisation with only this tender in it."""
    made = acting.start(access.actor_of_user(person), organisation=real.pk)
    job = acting.filling_of(made)
    assert job is not None
    practice.lead(job, {"reference": reference})
    return made


def practising(person: User, real: Organisation) -> Client:
    client = signed_in(person)
    client.post("/organisatie/oefenomgeving/in/", {"plaats": real.code})
    return client


def answers(people: Mapping[str, tuple[Client, tuple[str, ...]]]) -> dict[str, str]:
    """What each of them reads on these pages, without what differs each time."""
    found = {}
    for name, (client, pages) in people.items():
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            lines = answer.content.decode().splitlines()
            found[f"{name} {page}"] = "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)
    return found


def test_nothing_that_others_ask_changes_when_a_practice_organisation_is_filled(
    administrator: User,
    organisation: Organisation,
    other_organisation: Organisation,
    new_person: Callable[..., User],
    supplier: Supplier,
    officer: User,
) -> None:
    # The real organisation has work of its own, so that totals are not empty to begin with.
    fill_like(officer, organisation, supplier)
    ask = {
        "landelijk": (signed_in(new_person(Role.NATIONAL_VIEWER)), (*NATIONAL, *EVERYBODY)),
        "buur": (signed_in(new_person(Role.PROCUREMENT_OFFICER, other_organisation)), (*EVERYBODY, *SUPPLIER)),
        "collega": (signed_in(officer), (*EVERYBODY, *SUPPLIER, "/dashboard/")),
        "leverancier": (signed_in(new_person(Role.SUPPLIER, supplier)), (*SUPPLIER, "/")),
        "bezoeker": (Client(), NATIONAL[:1]),
    }
    named = ProposedRow(kind=ProposedRow.Kind.GROUP, code="kantoormeubilair")
    before, counted = answers(ask), contracts_naming(named)
    made = fill(administrator, organisation)
    assert Contract.objects.filter(organisation=made).count() == 3
    assert set(Tender.objects.filter(organisation=made).values_list("status", flat=True)) == {
        "draft",
        "published",
        "final",
    }
    after = answers(ask)
    assert {page: after[page] for page in after if after[page] != before[page]} == {}
    assert contracts_naming(named) == counted
    assert not duplicates.alike_by_name("Oefenleverancier A (bedacht)")
    assert not Mail.objects.exists()
    assert list(verification.differences()) == []
    acting.empty(access.actor_of_user(administrator), organisation=organisation.pk)
    assert answers(ask) == before
    assert list(verification.differences()) == []


def fill_like(officer: User, real: Organisation, firm: Supplier) -> None:
    """One contract of the real organisation, of the same kind as those to practise with."""
    import contracts.services
    from mvi_dashboard.demo import files

    row = next(row for row in files.history() if row["reference"] == "VS-2023-02")
    bids = [row["bids"][0] | {"supplier": firm.code}]
    with clock.set_to(clock.now() - timedelta(days=1)):
        contracts.services.record_history(
            access.actor_of_user(officer),
            document=files.history_document(row | {"bids": bids, "award": firm.code, "reference": "ECHT-1"}),
            reference="ECHT-C-1",
        )


def test_bids_to_practise_with_answer_no_questions_of_a_protocol(
    administrator: User, organisation: Organisation
) -> None:
    made = begin(administrator, organisation, "VS-2021-03")
    lots = Lot.objects.filter(tender__organisation=made, tender__opened_at__isnull=False, protocol__isnull=False)
    protocols = [lot.protocol for lot in lots.select_related("protocol") if lot.protocol is not None]
    assert protocols
    with clock.set_to(Tender.objects.get(organisation=made).opened_at + timedelta(days=1)):
        assert answers_in(protocols) == {}


@pytest.mark.any_database
def test_who_practises_works_there_with_the_same_roles_until_going_back(
    administrator: User, organisation: Organisation, officer: User
) -> None:
    made = begin(administrator, organisation, "VS-2021-03")
    client = practising(officer, organisation)
    page = client.get("/contracten/")
    assert "Oefenomgeving: niets telt mee." in page.content.decode()
    assert page.wsgi_request.actor.organisation_ids == (made.pk,)  # type: ignore[attr-defined]
    sent = client.get("/contracten/?als=csv")
    assert 'filename="oefenomgeving-contracten' in sent.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(b"".join(sent.streaming_content).decode()), delimiter=";"))  # type: ignore[attr-defined]
    assert len(rows) == 2
    # REST by the same session stands in the same place; also a page that is not there says where one is.
    assert [row["reference"] for row in client.get("/api/v1/tenders").json()["results"]] == ["VS-2021-03"]
    assert "Oefenomgeving: niets telt mee." in client.get("/bestaat-niet/").content.decode()
    client.post("/organisatie/oefenomgeving/uit/")
    assert "Oefenomgeving: niets telt mee." not in client.get("/contracten/").content.decode()
    assert client.get("/api/v1/tenders").json()["results"] == []


@pytest.mark.any_database
def test_what_is_real_is_not_done_while_practising(
    administrator: User, organisation: Organisation, officer: User
) -> None:
    made = begin(administrator, organisation, "VS-2026-07")
    admin, buyer = practising(administrator, organisation), practising(officer, organisation)
    for client, page in (
        (admin, "/organisatie/mensen/"),
        (admin, "/organisatie/eerste-dag/"),
        (admin, f"/organisatie/oefenomgeving/{organisation.code}/leegmaken/"),
        (buyer, "/organisatie/nieuwe-leverancier/"),
        (buyer, "/organisatie/vervanging/"),
    ):
        refused = client.get(page)
        assert refused.status_code == 403, page
        assert "U oefent nu." in refused.content.decode()
    # Made-up firms are chosen there and nowhere else, and real ones not there.
    codes = set(Supplier.objects.filter(practice=made).values_list("code", flat=True))
    shown = {row["code"] for row in buyer.get("/api/v1/suppliers").json()["results"]}
    assert shown == codes
    with pytest.raises(Refused):
        accounts.add_membership(audit.SYSTEM, user=officer, role=Role.AUDITOR, organisation=made)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=made.pk).update(practice_of=None)


def test_a_message_of_practising_stands_in_its_own_list_and_is_never_mailed(
    administrator: User, organisation: Organisation, officer: User, new_person: Callable[..., User]
) -> None:
    made = begin(administrator, organisation, "VS-2026-05")
    officer.email = "inkoper@voorbeeld.example"
    officer.save()
    tender = Tender.objects.get(organisation=made, reference="VS-2026-05")
    people = access.people_who_may(access.TENDER_OPEN, made.pk)
    assert list(people) == [officer]
    with transaction.atomic():
        ago = clock.now() - timedelta(days=2)
        facts = {"tender": tender.title}
        told = tell("bids-to-open", people, about=tender, facts=facts, url="/", moment=ago)
    assert [each.reader for each in told] == [officer]
    User.objects.filter(pk=officer.pk).update(
        mail_preference=User.MailPreference.DAILY, date_joined=clock.now() - timedelta(days=3)
    )
    assert sum_up() == 0
    assert not Mail.objects.exists()
    assert tender.title in practising(officer, organisation).get("/berichten/").content.decode()
    assert tender.title not in signed_in(officer).get("/berichten/").content.decode()


def test_emptying_ends_practising_at_once_and_a_new_one_begins_anew(
    administrator: User, organisation: Organisation, officer: User
) -> None:
    first = begin(administrator, organisation, "VS-2026-09")
    client, admin = practising(officer, organisation), signed_in(administrator)
    page = f"/organisatie/oefenomgeving/{organisation.code}/leegmaken/"
    assert "ziet niemand terug" in admin.get(page).content.decode()
    assert admin.post(page).status_code == 302
    # Who was practising is not put to work on what is real unawares.
    told = client.get("/").content.decode()
    assert "Zij is leeggemaakt: ga terug naar echt." in told
    assert client.get("/api/v1/tenders").status_code in (200, 403)
    assert not access.people_who_may(access.TENDER_OPEN, first.pk).exists()
    assert admin.post(page).status_code == 409
    second = acting.start(access.actor_of_user(administrator), organisation=organisation.pk)
    assert second.pk != first.pk
    with pytest.raises(Refused):
        acting.start(access.actor_of_user(administrator), organisation=organisation.pk)
    assert [entry.verb for entry in audit.entries_visible_to(access.actor_of_user(administrator))].count(
        "practice.start"
    ) == 2


@pytest.mark.any_database
def test_only_who_administers_makes_or_empties_one(
    administrator: User, organisation: Organisation, officer: User, other_organisation: Organisation
) -> None:
    for person, place in ((officer, organisation), (administrator, other_organisation)):
        with pytest.raises(Refused):
            acting.start(access.actor_of_user(person), organisation=place.pk)
    client = signed_in(officer)
    page = client.get("/organisatie/oefenomgeving/").content.decode()
    assert "Vraag de beheerder" in page
    # Going in without one leads to the page that says so.
    answer: Any = client.post("/organisatie/oefenomgeving/in/", {"plaats": organisation.code})
    assert answer.url.startswith("/organisatie/oefenomgeving/")
    assert client.post("/organisatie/oefenomgeving/in/", {"plaats": other_organisation.code}).status_code == 404


@pytest.mark.any_database
def test_an_officer_without_a_colleague_practises_opening_alone_and_never_at_work(
    administrator: User, organisation: Organisation, officer: User, new_person: Callable[..., User]
) -> None:
    made = begin(administrator, organisation, "VS-2026-07")
    tender = Tender.objects.get(organisation=made)
    assert tender.opening_at is not None
    actor = access.actor_of_user(officer, made.pk)
    with clock.set_to(tender.opening_at + timedelta(hours=1)):
        opened = open_tender(actor, tender_id=tender.public_id)
    assert opened.vault is not None
    assert opened.vault.opened_at is not None
    entry = audit.entries_visible_to(actor).filter(verb="tender.open")
    assert not entry or entry.get().reason == "Geoefend zonder tweede persoon."
    acting.empty(access.actor_of_user(administrator), organisation=organisation.pk)
    new_person(Role.PROCUREMENT_OFFICER, organisation, "inkoper-tweede")
    again = begin(administrator, organisation, "VS-2026-07")
    tender = Tender.objects.get(organisation=again)
    with clock.set_to(tender.opening_at + timedelta(hours=1)):
        waits = open_tender(access.actor_of_user(officer, again.pk), tender_id=tender.public_id)
    assert waits.vault is not None
    assert waits.vault.opened_at is None, "with a colleague two persons open, as at work"
