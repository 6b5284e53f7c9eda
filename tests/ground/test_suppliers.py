"""How a supplier comes in, how one firm stays one row, and who looks after it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client, override_settings

from mvi_dashboard.ground import access, audit, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import (
    AuditEntry,
    Mail,
    Membership,
    Message,
    Organisation,
    Role,
    Supplier,
    SupplierRegistration,
    User,
)
from mvi_dashboard.ground.outbox.sending import send_waiting
from mvi_dashboard.ground.problems import Kind, Refused
from mvi_dashboard.ground.suppliers import cleaning, confirming, duplicates, letting_in, making
from mvi_dashboard.ground.suppliers.firms import write
from mvi_dashboard.ground.suppliers.numbers import check_number, number_key
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

REGISTER = "/leveranciers/aanmelden/"
PASSWORD = "een lang wachtwoord 1"
FIRM = {
    "name": "Voorbeeld Meubels B.V.",
    "country": "NL",
    "number": "12345678",
    "firstName": "Sam",
    "lastName": "de Wit",
    "email": "sam@meubels.example",
    "language": "nl",
}
CHOSEN = {"firstName": "Sam", "lastName": "de Wit", "password": PASSWORD, "passwordAgain": PASSWORD}


def register(client: Client, **changed: str) -> Any:
    return client.post(REGISTER, FIRM | changed)


def link_in_mail() -> str:
    """The path of the link in the mail that went out last."""
    send_waiting()
    found = re.search(r"https?://[^/\s]+(/leveranciers/bevestigen/\S+/)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def refused(act: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def give_number(firm: Supplier, number: str = "12345678") -> Supplier:
    write(firm, name=firm.name, country="NL", number=number)
    return firm


def test_a_firm_and_its_first_person_come_into_being_when_the_link_is_followed(client: Client) -> None:
    people = User.objects.count()
    assert register(client).url == "/leveranciers/aanmelden/verstuurd/"
    assert not Supplier.objects.exists()
    assert User.objects.count() == people
    link = link_in_mail()
    assert mail.outbox[-1].to == ["sam@meubels.example"]
    assert "Voorbeeld Meubels B.V." in client.get(link).content.decode()
    assert not Supplier.objects.exists()
    assert client.post(link, CHOSEN).url == "/inloggen/"
    firm = Supplier.objects.get()
    assert (firm.code, firm.number_key) == ("voorbeeld-meubels-b-v", "NL:12345678")
    role = Membership.objects.get(supplier=firm)
    assert (role.role, role.user.email) == (Role.SUPPLIER, "sam@meubels.example")
    entry = AuditEntry.objects.get(verb="supplier.confirm")
    assert entry.actor_key == str(role.user.actor_key)
    assert client.login(username="sam@meubels.example", password=PASSWORD)
    assert "Voorbeeld Meubels" in client.get("/leverancier/").content.decode()


def test_a_link_works_once_and_seven_days_and_stands_nowhere(client: Client) -> None:
    register(client)
    link = link_in_mail()
    secret = link.rstrip("/").rpartition("/")[2]
    row = SupplierRegistration.objects.get()
    facts = str(Mail.objects.values_list("facts", "url"))
    assert secret not in facts
    assert row.sha256 != secret
    with clock.set_to(clock.now() + timedelta(days=7, minutes=1)):
        late = client.get(link)
        assert late.status_code == 410
        assert "verlopen" in late.content.decode()
        assert client.post(link, CHOSEN).status_code == 410
    client.post(link, CHOSEN)
    again = Client().post(link, CHOSEN)
    assert again.status_code == 410
    assert "al gebruikt" in again.content.decode()
    assert "Meubels" not in again.content.decode()
    assert client.get("/leveranciers/bevestigen/" + "a" * 64 + "/").status_code == 404
    assert Supplier.objects.count() == 1


def test_what_is_wrong_is_said_at_once_beside_each_field(client: Client) -> None:
    page = register(client, name="", number="1234567", email="sam", lastName="")
    text = page.content.decode()
    assert page.status_code == 400
    for said in ("8 cijfers", "geen e-mailadres", "verplicht"):
        assert said in text
    assert not SupplierRegistration.objects.exists()
    link = ""
    register(client)
    link = link_in_mail()
    text = client.post(link, CHOSEN | {"password": "kort", "passwordAgain": "anders"}).content.decode()
    assert "typ het wachtwoord twee keer gelijk" in text
    assert "kort" not in re.findall('value="([^"]*)"', text)
    assert not Supplier.objects.exists()


def test_registering_tells_nobody_which_firms_and_addresses_are_known(
    client: Client, supplier: Supplier, supplier_actor: Actor
) -> None:
    give_number(supplier)
    assert supplier_actor.user is not None
    answers = [register(client), register(client, number="87654321", email=supplier_actor.user.email)]
    answers.append(register(client, number="11223344", email="nieuw@nergens.example"))
    assert {(answer.status_code, answer.url) for answer in answers} == {
        (302, "/leveranciers/aanmelden/verstuurd/")
    }
    assert Mail.objects.count() == 3


def test_registering_is_slowed_down_per_address_and_per_mailbox(client: Client) -> None:
    with override_settings(RATE_LIMITS="registration=2/h,registration-mail=1/d"):
        assert register(client).status_code == 302
        assert register(client).status_code == 302
        assert Mail.objects.count() == 1
        assert register(client).status_code == 429


def test_who_registers_a_firm_that_is_there_is_let_in_by_a_colleague_only(
    client: Client, supplier: Supplier, supplier_actor: Actor, other_supplier_actor: Actor
) -> None:
    give_number(supplier)
    register(client, number="1234 56.78")
    link = link_in_mail()
    text = client.get(link).content.decode()
    assert "staat er al" in text
    assert "Leverancier A" not in text
    assert 'type="password"' not in text
    client.post(link, CHOSEN)
    assert Supplier.objects.count() == 2
    assert not User.objects.filter(email=FIRM["email"]).exists()
    assert "Uw collega" in client.get(link).content.decode()
    told = Message.objects.get(kind="colleague-asks")
    assert told.reader == supplier_actor.user
    (asking,) = letting_in.asking(supplier_actor)
    assert letting_in.asking(other_supplier_actor) == []
    stranger = refused(lambda: letting_in.let_in(other_supplier_actor, registration_id=asking.public_id))
    assert stranger.kind is Kind.NOT_FOUND
    mail.outbox.clear()
    letting_in.let_in(supplier_actor, registration_id=asking.public_id)
    invited = link_in_mail()
    assert invited != link
    assert client.get(link).status_code == 404
    client.post(invited, CHOSEN)
    assert Membership.objects.get(user__email=FIRM["email"]).supplier == supplier


def test_who_was_turned_away_comes_in_by_no_link(
    client: Client, supplier: Supplier, supplier_actor: Actor
) -> None:
    give_number(supplier)
    register(client)
    client.post(link_in_mail(), {})
    (asking,) = letting_in.asking(supplier_actor)
    own = Client()
    own.force_login(supplier_actor.user)  # type: ignore[arg-type]
    assert "1 persoon vraagt om toegang" in " ".join(own.get("/leverancier/").content.decode().split())
    letting_in.let_in(supplier_actor, registration_id=asking.public_id)
    told = own.get("/leverancier/").content.decode()
    assert "1 persoon vraagt" not in told
    assert "Toegelaten, en nog niet begonnen" in told
    link = link_in_mail()
    letting_in.turn_away(supplier_actor, registration_id=asking.public_id)
    assert client.post(link, CHOSEN).status_code == 410
    again = refused(lambda: letting_in.let_in(supplier_actor, registration_id=asking.public_id))
    assert again.problems[0].code == "already_ended"


def test_a_firm_without_people_is_not_taken_by_who_knows_its_number(client: Client, supplier: Supplier) -> None:
    give_number(supplier)
    register(client)
    page = client.post(link_in_mail(), CHOSEN)
    assert page.status_code == 410 or page.status_code == 409
    assert "uitnodiging" in page.content.decode()
    assert not Membership.objects.exists()


def test_who_has_an_account_signs_in_and_works_for_one_firm(
    client: Client, new_person: Callable[..., User], organisation: Organisation
) -> None:
    person = new_person(Role.AUDITOR, organisation)
    User.objects.filter(pk=person.pk).update(email=FIRM["email"])
    register(client)
    link = link_in_mail()
    page = client.get(link).content.decode()
    assert "/inloggen/?next=" in page
    assert 'type="password"' not in page
    assert refused(lambda: confirming.confirm(access.NOBODY, link=link.split("/")[-2], document=CHOSEN)).problems[
        0
    ].code in ("sign_in", "required")
    client.force_login(person)
    elsewhere = client.post(link, {})
    assert "al voor een ander bedrijf" in elsewhere.content.decode()
    assert not Supplier.objects.exists()
    Membership.objects.filter(user=person).update(ended_at=clock.now())
    client.post(link, {})
    assert Membership.objects.get(supplier__isnull=False).user == person


def test_a_link_is_for_the_person_with_its_address(
    client: Client, supplier_actor: Actor, new_person: Callable[..., User], organisation: Organisation
) -> None:
    register(client)
    client.force_login(new_person(Role.AUDITOR, organisation))
    page = client.get(link_in_mail())
    assert page.status_code == 403
    assert "Meubels" not in page.content.decode()


@pytest.mark.parametrize(
    ("country", "number", "fits"),
    [
        ("NL", "1234 5678", True),
        ("NL", "123456789", False),
        ("BE", "BE 0403.170.701", True),
        ("BE", "0403170702", False),
        ("DE", "HRB 12345 Köln", True),
        ("DE", "HRB 12345", False),
        ("DE", "DE123456789", True),
        ("FR", "732 829 320", True),
        ("FR", "732829321", False),
        ("SE", "556036-0793", True),
        ("SE", "geen", False),
        ("XX", "1", False),
    ],
)
def test_a_number_has_the_form_of_its_country(country: str, number: str, fits: bool) -> None:
    assert (check_number(country, number) == []) is fits


def test_a_number_and_a_name_have_one_spelling() -> None:
    assert number_key("NL", "12.34-56 78") == number_key("NL", "12345678")
    assert number_key("BE", "12345678") != number_key("NL", "12345678")
    assert duplicates.name_key("De Vríes Meubels B.V.") == duplicates.name_key("DE VRIES-MEUBELS")
    assert duplicates.name_key("B.V.") == "bv"
    assert duplicates.domain_of("sam@Gmail.com") == ""


def test_who_buys_makes_a_supplier_and_says_why_one_that_is_alike_is_another(
    officer_actor: Actor, supplier: Supplier, supplier_actor: Actor
) -> None:
    give_number(supplier)
    User.objects.filter(pk=supplier_actor.user.pk).update(email="a@firma-a.example")  # type: ignore[union-attr]
    new = {"name": "LEVERANCIER-A bv", "country": "NL", "number": "87654321", "email": "b@firma-a.example"}
    asked = refused(lambda: making.make(officer_actor, document=new))
    assert asked.kind is Kind.CONFLICT
    assert {(each.attr, each.code) for each in asked.problems} == {("name", "alike"), ("email", "alike")}
    why = [{"attr": attr, "code": "alike", "reason": "Een zusterbedrijf."} for attr in ("name", "email")]
    made = making.make(officer_actor, document=new | {"confirmations": why})
    assert "zusterbedrijf" in AuditEntry.objects.get(verb="supplier.create", object_id=str(made.pk)).reason
    assert Mail.objects.get().kind == "supplier-invitation"
    same = refused(lambda: making.make(officer_actor, document=new | {"number": "12345678", "confirmations": why}))
    assert same.kind is Kind.INVALID
    assert "leverancier-a" in same.problems[0].detail


def test_everything_is_done_on_pages_that_the_menu_leads_to(
    client: Client, officer: User, supplier: Supplier
) -> None:
    client.force_login(officer)
    assert 'href="/organisatie/leveranciers/"' in client.get("/").content.decode()
    new = {"name": "Leverancier A", "country": "NL", "number": "12345678", "language": "nl", "sleutel": "a" * 32}
    page = client.post("/organisatie/nieuwe-leverancier/", new)
    assert page.status_code == 409
    assert "confirmations.0.reason" in page.content.decode()
    why = {"attr": "name", "code": "alike", "reason": "Een ander bedrijf."}
    new |= {f"confirmations.0.{part}": text for part, text in why.items()}
    made = client.post("/organisatie/nieuwe-leverancier/", new)
    assert client.post("/organisatie/nieuwe-leverancier/", new).url == made.url  # pressed twice
    assert Supplier.objects.count() == 2
    assert "Lijkt op" in client.get(made.url).content.decode()
    assert client.get(f"{made.url}wijzigen/").status_code == 200
    client.post(f"{made.url}uitnodigen/", {"email": "eerste@firma.example", "language": "nl"})
    assert "staat open tot en met" in client.get(made.url).content.decode()
    own = Client()
    own.post(link_in_mail(), CHOSEN)
    own.login(username="eerste@firma.example", password=PASSWORD)
    assert 'href="/leverancier/"' in own.get("/").content.decode()
    change = f"{made.url}wijzigen/"
    assert own.post(change, {"name": "Nieuw", "country": "NL", "number": "12345678"}).url == "/leverancier/"
    asks = Client()
    register(asks, email="collega@firma.example")
    asks.post(link_in_mail(), {})
    assert "Beslis of" in own.get("/").content.decode()
    text = own.get("/leverancier/").content.decode()
    (address,) = re.findall('href="(/leverancier/collega/[^"]+/toelaten/)"', text)
    assert "collega@firma.example" in own.get(address).content.decode()
    own.post(address)
    assert "Beslis of" not in own.get("/").content.decode()
    asks.post(link_in_mail(), CHOSEN)
    assert "collega@firma.example" in own.get("/leverancier/").content.decode()
    assert own.get(address.replace("toelaten", "afwijzen")).status_code == 409
    assert "nog geen mensen" not in client.get(made.url).content.decode()


def test_the_first_person_is_invited_once_nobody_works_there(
    client: Client, officer_actor: Actor, supplier: Supplier
) -> None:
    making.invite(officer_actor, code=supplier.code, document={"email": "eerste@firma.example"})
    first = link_in_mail()
    making.invite(officer_actor, code=supplier.code, document={"email": "tweede@firma.example", "language": "en"})
    second = link_in_mail()
    assert "Choose a password" in str(mail.outbox[-1].body)
    assert client.get(first).status_code == 410
    client.post(second, CHOSEN)
    assert Membership.objects.get(supplier=supplier).user.email == "tweede@firma.example"
    late = refused(lambda: making.invite(officer_actor, code=supplier.code, document={"email": "c@d.example"}))
    assert late.problems[0].code == "has_people"


def test_a_supplier_changes_itself_and_cannot_become_another(
    supplier_actor: Actor, supplier: Supplier, other_supplier: Supplier, officer_actor: Actor
) -> None:
    give_number(other_supplier)
    mine = {"name": "Leverancier A Nieuw", "country": "BE", "number": "0403.170.701"}
    making.change(supplier_actor, code=supplier.code, document=mine)
    supplier.refresh_from_db()
    assert (supplier.name, supplier.number_key) == ("Leverancier A Nieuw", "BE:0403170701")
    taken = refused(
        lambda: making.change(
            supplier_actor, code=supplier.code, document=mine | {"country": "NL", "number": "12345678"}
        )
    )
    assert "Leverancier B" not in taken.problems[0].detail
    stranger = refused(lambda: making.change(supplier_actor, code=other_supplier.code, document=mine))
    assert stranger.kind is Kind.NOT_FOUND
    officer = refused(lambda: making.change(officer_actor, code=supplier.code, document=mine))
    assert officer.kind is Kind.FORBIDDEN


def test_a_supplier_sees_nothing_of_other_suppliers(
    client: Client,
    bearer: Callable[..., dict[str, str]],
    supplier: Supplier,
    other_supplier: Supplier,
    supplier_actor: Actor,
    organisation: Organisation,
) -> None:
    def seen(header: dict[str, str]) -> list[str]:
        rows = client.get("/api/v1/suppliers", headers=header).json()["results"]
        return [row["code"] for row in rows]

    assert seen(bearer(Role.SUPPLIER, supplier)) == [supplier.code]
    assert seen(bearer(Role.AUDITOR, organisation)) == [supplier.code, other_supplier.code]
    assert seen(bearer(Role.NATIONAL_VIEWER)) == []
    client.force_login(supplier_actor.user)  # type: ignore[arg-type]
    addresses = {
        "/organisatie/leveranciers/": 403,
        "/organisatie/nieuwe-leverancier/": 403,
        f"/organisatie/leveranciers/{other_supplier.code}/": 403,
        f"/organisatie/leveranciers/{other_supplier.code}/uitnodigen/": 403,
        f"/organisatie/leveranciers/{other_supplier.code}/wijzigen/": 404,
        "/organisatie/leveranciers/bestaat-niet/wijzigen/": 404,
    }
    assert {address: client.get(address).status_code for address in addresses} == addresses


def test_who_does_not_buy_makes_no_supplier(
    client: Client, new_person: Callable[..., User], organisation: Organisation, supplier: Supplier
) -> None:
    client.force_login(new_person(Role.AUDITOR, organisation))
    for address in ("leveranciers/", "nieuwe-leverancier/", f"leveranciers/{supplier.code}/"):
        assert client.get(f"/organisatie/{address}").status_code == 403
    assert client.get("/leverancier/").status_code == 403
    assert refused(lambda: making.make(access.NOBODY, document={})).kind is Kind.NOT_AUTHENTICATED


def test_the_list_costs_the_same_for_many_suppliers(client: Client, officer: User, supplier: Supplier) -> None:
    client.force_login(officer)
    few = len(queries_of(client, "/organisatie/leveranciers/"))
    Supplier.objects.bulk_create(
        Supplier(code=f"rij-{number}", name=f"Rij {number:04}", name_key=f"rij{number}") for number in range(300)
    )
    page = client.get("/organisatie/leveranciers/")
    assert len(queries_of(client, "/organisatie/leveranciers/")) == few <= 12
    assert "Rij 0001" in page.content.decode()
    assert "Rij 0299" not in page.content.decode()
    found = client.get("/organisatie/leveranciers/", {"zoek": "rij 0299 %_"}).content.decode()
    assert "Geen leverancier gevonden" in found
    assert "Rij 0299" in client.get("/organisatie/leveranciers/", {"zoek": "0299"}).content.decode()
    assert client.get("/organisatie/leveranciers/", {"zoek": "x" * 10_000 + "\x00'\""}).status_code == 200


def test_registrations_are_removed_when_they_are_over(client: Client) -> None:
    register(client)
    assert cleaning.remove_what_is_over() == 0
    with clock.set_to(clock.now() + timedelta(days=38)):
        assert cleaning.remove_what_is_over() == 1
    assert audit.SYSTEM.key == "system"
