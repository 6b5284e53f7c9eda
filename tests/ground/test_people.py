"""An organisation looks after its own people: invitations, roles, leaving, and nobody of another place."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client

from mvi_dashboard.ground import access, accounts, audit, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import (
    AuditEntry,
    Invitation,
    Mail,
    Membership,
    Organisation,
    Role,
    Supplier,
    User,
)
from mvi_dashboard.ground.outbox import sending
from mvi_dashboard.ground.people import accepting, ending, inviting, roles, stopping
from mvi_dashboard.ground.problems import Kind, Refused
from tests.conftest import PASSWORD
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
PO, CM, AD, SU = Role.PROCUREMENT_OFFICER, Role.CONTRACT_MANAGER, Role.ORGANISATION_ADMINISTRATOR, Role.SUPPLIER
NEW = "nieuw@voorbeeldstad.example"
ADDRESS = re.compile(r"http://127\.0\.0\.1:8000(/uitnodiging/[0-9a-f]{64}/)")
FORM = {"firstName": "Sanne", "lastName": "de Vries", "password": PASSWORD, "passwordAgain": PASSWORD}


@pytest.fixture
def administrator(new_person: Callable[..., User], organisation: Organisation) -> User:
    return new_person(AD, organisation, "beheerder-1")


@pytest.fixture
def admin(administrator: User) -> Actor:
    return access.actor_of_user(administrator)


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def invite(actor: Actor, *given: str, email: str = NEW, **document: Any) -> Invitation:
    return inviting.invite(
        actor, document={"email": email, "roles": [str(role) for role in given or (PO,)], **document}
    )


def path_in_mail() -> str:
    """Where the last mail that went out leads to."""
    sending.send_waiting()
    found = ADDRESS.search(str(django_mail.outbox[-1].body))
    assert found, django_mail.outbox[-1].body
    return found[1]


def codes(refused: Any) -> set[str]:
    return {problem.code for problem in refused.value.problems}


def test_somebody_new_chooses_name_and_password_and_works_with_all_roles_of_the_invitation(
    admin: Actor, organisation: Organisation
) -> None:
    last_day = clock.today() + timedelta(days=90)
    invite(admin, PO, CM, validTo=last_day.isoformat())
    path, browser = path_in_mail(), Client()
    page = browser.get(path)
    assert "inkoper en contractmanager" in page.content.decode()
    # Goes to no other site; with "no-referrer" a browser sends the form without its origin, which is refused.
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["X-Robots-Tag"] == "noindex"
    answer = browser.post(path, FORM, follow=True)
    assert f"Log in met {NEW}" in answer.content.decode()
    assert "_auth_user_id" not in browser.session
    assert browser.login(username=NEW, password=PASSWORD)
    person = User.objects.get(email=NEW)
    assert str(person) == "Sanne de Vries"
    rows = person.memberships.order_by("role")
    assert [(row.role, row.organisation, row.valid_to) for row in rows] == [
        (CM, organisation, last_day),
        (PO, organisation, last_day),
    ]
    entry = AuditEntry.objects.get(verb="invitation.accept")
    assert (entry.organisation, entry.actor_key) == (organisation, str(person.actor_key))
    assert NEW not in str(entry.changes)


def test_somebody_who_is_known_signs_in_and_gets_the_role(
    admin: Actor, organisation: Organisation, other_organisation: Organisation
) -> None:
    person = accounts.create_user(
        audit.SYSTEM, username="bekend", email="Bekend@elders.example", password=PASSWORD
    )
    accounts.add_membership(audit.SYSTEM, user=person, role=PO, organisation=other_organisation)
    invite(admin, CM, email="bekend@ELDERS.example")
    path = path_in_mail()
    stranger = Client().get(path).content.decode()
    assert "Log in om de uitnodiging aan te nemen" in stranger
    assert 'name="password"' not in stranger
    assert Client().post(path, FORM).status_code == 409
    browser = browser_of(person)
    assert "Met één klik" in browser.get(path).content.decode()
    assert browser.post(path).status_code == 302
    assert access.actor_of_user(person).may(access.CONTRACT_EDIT, organisation.pk)
    assert access.actor_of_user(person).may(access.TENDER_EDIT, other_organisation.pk)


def test_a_link_works_once(admin: Actor) -> None:
    invite(admin)
    path = path_in_mail()
    assert Client().post(path, FORM).status_code == 302
    for answer in (Client().get(path), Client().post(path, {**FORM, "firstName": "Anders"})):
        assert answer.status_code == 410
        assert accepting.USED in answer.content.decode()
    assert User.objects.filter(email=NEW).count() == 1


def test_a_link_is_worth_nothing_after_seven_days_or_when_it_was_withdrawn_or_sent_again(admin: Actor) -> None:
    invitation = invite(admin)
    first = path_in_mail()
    with clock.set_to(clock.now() + inviting.HOLDS + timedelta(seconds=1)):
        assert accepting.EXPIRED in Client().get(first).content.decode()
        assert Client().post(first, FORM).status_code == 410
    inviting.resend(admin, invitation_id=invitation.public_id)
    second = path_in_mail()
    assert first != second
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    inviting.withdraw(admin, invitation_id=invitation.public_id)
    answer = Client().post(second, FORM)
    assert answer.status_code == 410
    assert "Voorbeeldstad" not in answer.content.decode()
    assert not User.objects.filter(email=NEW).exists()
    for act in (inviting.resend, inviting.withdraw):
        with pytest.raises(Refused) as refused:
            act(admin, invitation_id=invitation.public_id)
        assert codes(refused) == {"already_ended"}


def test_a_mail_that_was_not_sent_before_the_invitation_was_sent_again_or_withdrawn_is_dropped(
    admin: Actor,
) -> None:
    invitation = invite(admin)
    inviting.resend(admin, invitation_id=invitation.public_id)
    sending.send_waiting()
    assert sorted(Mail.objects.values_list("state", flat=True)) == ["dropped", "sent"]


def test_a_link_for_somebody_else_tells_nothing_and_gives_nothing(
    admin: Actor, other_organisation: Organisation, new_person: Callable[..., User]
) -> None:
    invite(admin, AD)
    path = path_in_mail()
    browser = browser_of(new_person(PO, other_organisation))
    for answer in (browser.get(path), browser.post(path)):
        assert answer.status_code == 403
        assert "Werk mee" not in answer.content.decode()
        assert NEW not in answer.content.decode()
    assert Invitation.objects.get().accepted_at is None


def test_a_person_who_was_blocked_comes_in_by_no_invitation(admin: Actor, organisation: Organisation) -> None:
    person = accounts.create_user(audit.SYSTEM, username="weg", email=NEW, password=PASSWORD)
    invite(admin)
    path = path_in_mail()
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert Client().post(path, FORM).status_code == 409
    assert not Client().login(username="weg", password=PASSWORD)
    assert not person.memberships.exists()


def test_only_the_sha256_of_a_link_is_stored_and_nothing_of_it_stands_in_the_outbox(admin: Actor) -> None:
    invite(admin)
    text = path_in_mail().split("/")[2]
    row = Invitation.objects.get()
    assert row.sha256 != text
    assert text not in str(Mail.objects.values()) + str(Invitation.objects.values())


def test_a_weak_password_or_one_typed_differently_is_refused_beside_its_input_and_not_drawn_again(
    admin: Actor,
) -> None:
    invite(admin)
    path = path_in_mail()
    weak = Client().post(path, {**FORM, "password": "kort", "passwordAgain": "kort"})
    other = Client().post(path, {**FORM, "passwordAgain": "iets heel anders 22"})
    assert weak.status_code == other.status_code == 400
    assert "te kort" in weak.content.decode()
    assert "twee keer gelijk" in other.content.decode()
    assert "iets heel anders 22" not in other.content.decode()
    assert "Sanne" in other.content.decode()
    assert not User.objects.filter(email=NEW).exists()


@pytest.mark.parametrize("role", [Role.NATIONAL_VIEWER, Role.REFERENCE_MANAGER, SU])
def test_an_administrator_gives_no_role_beyond_the_organisation(
    role: str, admin: Actor, administrator: User, organisation: Organisation, officer: User
) -> None:
    with pytest.raises(Refused) as refused:
        invite(admin, role)
    assert codes(refused) == {"invalid_choice"}
    for person in (administrator, officer):
        with pytest.raises(Refused) as refused:
            roles.give_role(admin, person_id=person.actor_key, document={"role": str(role)})
        assert codes(refused) == {"invalid_choice"}
    assert not Invitation.objects.exists()


def test_an_administrator_does_nothing_to_another_organisation_or_its_persons(
    admin: Actor, other_organisation: Organisation, new_person: Callable[..., User]
) -> None:
    with pytest.raises(Refused) as refused:
        invite(admin, place=other_organisation.code)
    assert codes(refused) == {"does_not_exist"}
    stranger = new_person(PO, other_organisation)
    other_admin = access.actor_of_user(new_person(AD, other_organisation))
    theirs, key = stranger.memberships.get(), stranger.actor_key
    invitation = invite(other_admin)
    why = {"reason": "Zo is het."}
    for act in (
        lambda: roles.give_role(admin, person_id=key, document={"role": str(PO)}),
        lambda: roles.end_role(admin, membership_id=theirs.public_id, document=why),
        lambda: stopping.block(admin, person_id=key, document=why),
        lambda: stopping.unblock(admin, person_id=key, document=why),
        lambda: stopping.sign_out(admin, person_id=key, document=why),
        lambda: inviting.resend(admin, invitation_id=invitation.public_id),
        lambda: inviting.withdraw(admin, invitation_id=invitation.public_id),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.kind is Kind.NOT_FOUND
    browser = browser_of(admin.user)  # type: ignore[arg-type]
    assert browser.get(f"/organisatie/mensen/{key}/").status_code == 404
    assert browser.get(f"/organisatie/mensen/?plaats={other_organisation.code}").status_code == 404
    assert stranger.username not in browser.get("/organisatie/mensen/").content.decode()


@pytest.mark.parametrize("role", [PO, CM, Role.AUDITOR, Role.COMMISSIONER])
def test_who_does_not_administer_looks_after_nobody(
    role: str, organisation: Organisation, officer: User, new_person: Callable[..., User]
) -> None:
    person = new_person(role, organisation)
    browser, actor = browser_of(person), access.actor_of_user(person)
    for path in ("", f"{officer.actor_key}/", f"{officer.actor_key}/rol/", f"{officer.actor_key}/blokkeren/"):
        assert browser.get(f"/organisatie/mensen/{path}").status_code == 403
    assert "/organisatie/mensen/" not in browser.get("/").content.decode()
    with pytest.raises(Refused) as refused:
        invite(actor)
    assert refused.value.kind is Kind.FORBIDDEN


def test_who_looks_after_people_finds_them_in_the_menu(
    administrator: User, supplier: Supplier, new_person: Callable[..., User]
) -> None:
    for person, pages in ((administrator, 12), (new_person(SU, supplier), 3)):
        text = browser_of(person).get("/organisatie/mensen/").content.decode()
        [inside] = re.findall(r'<nav class="subnav" aria-label="Binnen Beheer">.*?</nav>', text, re.S)
        assert 'href="/organisatie/mensen/" aria-current="page"' in inside
        assert inside.count("<a ") == pages


def test_whether_an_address_is_known_elsewhere_is_not_told(
    admin: Actor, other_organisation: Organisation, new_person: Callable[..., User]
) -> None:
    known = new_person(PO, other_organisation)
    one, two = invite(admin, email=known.email), invite(admin, email=NEW)
    assert {field: getattr(one, field) for field in ("roles", "sendings", "language")} == {
        field: getattr(two, field) for field in ("roles", "sendings", "language")
    }


def test_an_address_has_one_open_invitation_and_no_role_twice(admin: Actor, officer: User) -> None:
    invite(admin)
    for email, given in ((NEW.upper(), CM), (officer.email, PO)):
        with pytest.raises(Refused) as refused:
            invite(admin, given, email=email)
        assert codes(refused) == {"duplicate"}
    with pytest.raises(Refused) as refused:
        roles.give_role(admin, person_id=officer.actor_key, document={"role": str(PO)})
    assert codes(refused) == {"duplicate"}


@pytest.mark.parametrize("email", ["geen adres", "a@b", "x" * 160 + "@voorbeeld.example", "a\x00@b.example", ""])
def test_what_is_no_address_gets_no_mail(email: str, admin: Actor) -> None:
    with pytest.raises(Refused):
        invite(admin, email=email)
    assert not Mail.objects.exists()


def test_a_role_ends_now_or_on_a_day_and_stays_in_the_list(admin: Actor, officer: User) -> None:
    row = officer.memberships.get()
    later = clock.today() + timedelta(days=3)
    document = {"lastDay": later.isoformat(), "reason": "Contract loopt af."}
    roles.end_role(admin, membership_id=row.public_id, document=document)
    assert access.actor_of_user(officer).roles == {PO}
    roles.end_role(admin, membership_id=row.public_id, document={"reason": "Toch eerder weg."})
    assert access.actor_of_user(officer).roles == set()
    browser = browser_of(admin.user)  # type: ignore[arg-type]
    assert officer.username not in browser.get("/organisatie/mensen/").content.decode()
    assert officer.username in browser.get("/organisatie/mensen/?stand=weg").content.decode()
    assert "voorbij" in browser.get(f"/organisatie/mensen/{officer.actor_key}/").content.decode()


def test_the_last_administrator_cannot_be_removed_on_a_page_nor_be_blocked(
    admin: Actor, administrator: User, new_person: Callable[..., User], organisation: Organisation
) -> None:
    why = {"reason": "Gaat weg."}
    row = administrator.memberships.get()
    with pytest.raises(Refused) as refused:
        roles.end_role(admin, membership_id=row.public_id, document=why)
    assert codes(refused) == {"last_administrator"}
    assert not refused.value.problems[0].confirmable
    second = new_person(AD, organisation)
    with pytest.raises(Refused) as refused:
        stopping.block(admin, person_id=administrator.actor_key, document=why)
    assert codes(refused) == {"own_account"}
    stopping.block(admin, person_id=second.actor_key, document=why)
    with pytest.raises(Refused) as refused:
        roles.end_role(admin, membership_id=row.public_id, document=why)
    assert codes(refused) == {"last_administrator"}


def test_who_is_blocked_is_out_at_once_and_comes_in_again(admin: Actor, officer: User) -> None:
    browser, ours = browser_of(officer), browser_of(admin.user)  # type: ignore[arg-type]
    page = f"/organisatie/mensen/{officer.actor_key}/"
    assert ours.post(f"{page}blokkeren/", {"reason": "Laptop gestolen."}).status_code == 302
    assert browser.get("/api/v1/me").status_code == 401
    assert not Client().login(username=officer.username, password=PASSWORD)
    assert "geblokkeerd" in ours.get(page).content.decode()
    assert ours.post(f"{page}toelaten/", {"reason": "Weer terug."}).status_code == 302
    assert Client().login(username=officer.username, password=PASSWORD)
    assert ours.post(f"{page}uitloggen/", {"reason": "Telefoon kwijt."}).status_code == 302
    assert list(AuditEntry.objects.filter(verb__startswith="user.", organisation=admin.organisation_ids[0])
                .exclude(verb="user.signin").order_by("seq").values_list("verb", flat=True)) == [
        "user.block", "user.unblock", "user.signout-everywhere",
    ]  # fmt: skip


def test_who_also_works_elsewhere_only_loses_the_roles_here(
    admin: Actor, officer: User, organisation: Organisation, other_organisation: Organisation
) -> None:
    accounts.add_membership(audit.SYSTEM, user=officer, role=PO, organisation=other_organisation)
    stopping.block(admin, person_id=officer.actor_key, document={"reason": "Klaar hier."})
    officer.refresh_from_db()
    assert officer.is_active
    actor = access.actor_of_user(officer)
    assert not actor.may(access.TENDER_EDIT, organisation.pk)
    assert actor.may(access.TENDER_EDIT, other_organisation.pk)
    assert not AuditEntry.objects.filter(organisation=other_organisation, verb="membership.end").exists()
    with pytest.raises(Refused) as refused:
        stopping.sign_out(admin, person_id=officer.actor_key, document={"reason": "Uit."})
    assert refused.value.kind is Kind.FORBIDDEN


def test_an_administrator_does_not_stop_who_administers_the_installation(admin: Actor, officer: User) -> None:
    User.objects.filter(pk=officer.pk).update(is_superuser=True)
    with pytest.raises(Refused) as refused:
        stopping.sign_out(admin, person_id=officer.actor_key, document={"reason": "Uit."})
    assert refused.value.kind is Kind.FORBIDDEN
    stopping.block(admin, person_id=officer.actor_key, document={"reason": "Uit."})
    officer.refresh_from_db()
    assert officer.is_active


def test_people_of_a_supplier_manage_themselves_but_the_last_one_stays(
    supplier: Supplier, other_supplier: Supplier, new_person: Callable[..., User]
) -> None:
    first, stranger = new_person(SU, supplier), new_person(SU, other_supplier)
    actor, browser = access.actor_of_user(first), browser_of(first)
    text = browser.get("/organisatie/mensen/").content.decode()
    assert first.email in text
    assert stranger.email not in text
    answer = browser.post("/organisatie/mensen/", {"email": "collega@firma.example", "language": "en"})
    assert answer.status_code == 302
    path = path_in_mail()
    assert django_mail.outbox[-1].subject == "Invitation: work with Leverancier A"
    assert Client().post(path, FORM).status_code == 302
    second = User.objects.get(email="collega@firma.example")
    why = {"reason": "Gaat weg."}
    with pytest.raises(Refused) as refused:
        roles.end_role(actor, membership_id=stranger.memberships.get().public_id, document=why)
    assert refused.value.kind is Kind.NOT_FOUND
    for person in (first, second):
        with pytest.raises(Refused) as refused:
            stopping.block(actor, person_id=person.actor_key, document=why)
        assert refused.value.kind is Kind.FORBIDDEN
    roles.end_role(access.actor_of_user(second), membership_id=first.memberships.get().public_id, document=why)
    last = second.memberships.get().public_id
    with pytest.raises(Refused) as refused:
        roles.end_role(access.actor_of_user(second), membership_id=last, document=why)
    assert codes(refused) == {"last_person"}
    assert access.actor_of_user(first).grants == ()


def test_a_person_is_found_by_a_part_of_the_name_and_wildcards_are_letters(
    admin: Actor, organisation: Organisation
) -> None:
    person = accounts.create_user(
        audit.SYSTEM, username="svd", email="s@voorbeeldstad.example", first_name="Sanne", last_name="van Dijk"
    )
    accounts.add_membership(audit.SYSTEM, user=person, role=PO, organisation=organisation)
    browser = browser_of(admin.user)  # type: ignore[arg-type]
    for text in ("sanne", "van dijk", "Dijk Sanne", "s@voorbeeld"):
        assert "van Dijk" in browser.get("/organisatie/mensen/", {"zoek": text}).content.decode()
    for text in ("%", "_anne", "'", '"', "x" * 10_000, "\x00"):
        answer = browser.get("/organisatie/mensen/", {"zoek": text})
        assert answer.status_code == 200
        assert ("van Dijk" in answer.content.decode()) == (text == "\x00")


@pytest.mark.parametrize("number", [10, 3_000])
def test_the_list_costs_at_most_twelve_queries_however_many_there_are(
    number: int, admin: Actor, organisation: Organisation
) -> None:
    people = User.objects.bulk_create(
        User(username=f"p{n}", email=f"p{n}@voorbeeld.example", last_name=f"Naam {n:05}") for n in range(number)
    )
    Membership.objects.bulk_create(Membership(user=each, organisation=organisation, role=CM) for each in people)
    browser = browser_of(admin.user)  # type: ignore[arg-type]
    assert len(queries_of(browser, "/organisatie/mensen/")) <= 12
    assert len(queries_of(browser, "/organisatie/mensen/?zoek=naam")) <= 12
    assert len(queries_of(browser, f"/organisatie/mensen/{people[0].actor_key}/")) <= 12


def test_pages_of_the_list_have_everybody_once(admin: Actor, organisation: Organisation) -> None:
    people = User.objects.bulk_create(
        User(username=f"p{n}", email=f"p{n}@voorbeeld.example", last_name="Jansen") for n in range(120)
    )
    Membership.objects.bulk_create(Membership(user=each, organisation=organisation, role=CM) for each in people)
    browser, path, seen = browser_of(admin.user), "/organisatie/mensen/", []  # type: ignore[arg-type]
    while path:
        answer = browser.get(path)
        seen += [each.person.pk for each in answer.context["rows"]]
        path = answer.context["next_url"]
    assert len(seen) == len(set(seen)) == 121


def second_factors(browser: Client) -> set[str]:
    """What the last column of the list says."""
    rows = browser.get("/organisatie/mensen/").context["listing"]["rows"]
    return {cell.text for *_, (_column, cell) in rows}


def test_the_list_says_who_has_a_second_factor(admin: Actor, officer: User) -> None:
    browser = browser_of(admin.user)  # type: ignore[arg-type]
    assert second_factors(browser) == {"nog niet"}
    User.objects.filter(pk=officer.pk).update(second_factor_at=clock.now())
    assert second_factors(browser) == {"nog niet", "aan"}


def test_who_has_a_role_that_ends_is_told_two_weeks_before_once(officer: User, organisation: Organisation) -> None:
    officer.memberships.update(valid_to=clock.today() + timedelta(days=15))
    assert ending.tell_who_it_concerns() == 0
    with clock.set_to(clock.now() + timedelta(days=1)):
        assert ending.tell_who_it_concerns() == 1
        assert ending.tell_who_it_concerns() == 0
    with clock.set_to(clock.now() + timedelta(days=10)):
        assert ending.tell_who_it_concerns() == 0
    message = officer.messages.get()
    assert (message.kind, message.facts["role"], message.facts["place"]) == (
        "role-ending", "inkoper", "Gemeente Voorbeeldstad",
    )  # fmt: skip


def test_the_rest_interface_does_the_same(
    admin: Actor, officer: User, organisation: Organisation, bearer: Callable[..., dict[str, str]]
) -> None:
    token = bearer(AD, organisation, user=admin.user)

    def post(path: str, body: dict[str, Any]) -> Any:
        headers = token | {"Idempotency-Key": f"{path} {body}"[:200]}
        return Client().post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    made = post("invitations", {"email": NEW, "roles": [str(PO), str(CM)]})
    assert made.status_code == 201, made.content
    assert "link" not in str(made.json()).lower()
    assert post("invitations", {"email": NEW, "roles": [str(PO), str(CM)]}).json() == made.json()
    assert Mail.objects.count() == 1
    assert post(f"invitations/{made.json()['id']}/_resend", {}).status_code == 200
    assert post(f"invitations/{made.json()['id']}/_withdraw", {}).json()["state"] == "withdrawn"
    given = post(f"people/{officer.actor_key}/roles", {"role": str(CM)})
    assert given.status_code == 201, given.content
    assert post(f"roles/{given.json()['id']}/_end", {"reason": "Toch niet."}).json()["ended"] is True
    people = Client().get("/api/v1/people", headers=token).json()["results"]
    assert {row["email"] for row in people} == {officer.email, admin.user.email}  # type: ignore[union-attr]
    assert post(f"people/{officer.actor_key}/_block", {"reason": "Weg."}).json()["blocked"] is True
    assert post(f"people/{officer.actor_key}/_unblock", {"reason": "Terug."}).json()["blocked"] is False
    assert post(f"people/{officer.actor_key}/_sign-out", {"reason": "Kwijt."}).status_code == 200
    assert Client().get(f"/api/v1/people/{officer.actor_key}", headers=token).json()["name"] == str(officer)
    stranger = bearer(PO, organisation, user=officer)
    for path in ("people", f"people/{officer.actor_key}", "invitations"):
        assert Client().get(f"/api/v1/{path}", headers=stranger).status_code == 403
