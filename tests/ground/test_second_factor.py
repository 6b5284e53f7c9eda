"""A second factor: a code works once, for a minute and a half; who must have one gets nowhere without it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.core import mail as django_mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from mvi_dashboard.ground import access, accounts, audit, clock, deployment, taking_back
from mvi_dashboard.ground.account import codes, requiring, second_factor, second_step
from mvi_dashboard.ground.models import (
    ApiToken,
    AuditEntry,
    FailedSignIns,
    Organisation,
    OrganisationSettings,
    RecoveryCode,
    Role,
    SignedInSession,
    TotpDevice,
    User,
)
from mvi_dashboard.ground.outbox import sending
from mvi_dashboard.ground.problems import Kind, Refused
from tests.conftest import PASSWORD
from tests.pages import Page
from tests.queries import queries_of
from tests.routes import all_routes

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SET_UP = ("/profiel/tweede-factor/", "/profiel/tweede-factor/koppelen/")


@pytest.fixture
def limits_on(settings: Any) -> Iterator[None]:
    settings.RATE_LIMITS = "on"
    name = f"codes {uuid.uuid4()}"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}}
    with clock.set_to(clock.now().replace(minute=30, second=10)):
        yield


@pytest.fixture
def administrator(new_person: Callable[..., User], organisation: Organisation) -> User:
    return new_person(Role.ORGANISATION_ADMINISTRATOR, organisation, "beheerder-1")


def signed_in(user: User) -> Client:
    client = Client()
    client.post("/inloggen/", {"username": user.username, "password": PASSWORD})
    return client


def switch_on(client: Client) -> tuple[str, list[str]]:
    """The secret and the recovery codes of who is signed in, set up over the pages."""
    assert client.post(SET_UP[0], {"password": PASSWORD}).status_code == 302
    shown = client.get(SET_UP[1]).content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", shown)[1].replace(" ", "")  # type: ignore[index]
    answer = client.post(SET_UP[1], {"code": code_at(secret)})
    made = re.findall(r"<code>([A-Z2-9-]{19})</code>", answer.content.decode())
    assert len(made) == 10
    assert answer.headers["Cache-Control"] == "no-store"
    return secret, made


def code_at(secret: str, later: timedelta = timedelta()) -> str:
    return pyotp.TOTP(secret).at(clock.now() + later)


def halfway(client: Client, user: User) -> Any:
    """The answer to the password, after which a code is asked."""
    return client.post("/inloggen/", {"username": user.username, "password": PASSWORD})


def at(moment: datetime, seconds: int) -> Any:
    return clock.set_to(moment + timedelta(seconds=seconds))


def test_with_a_second_factor_the_password_alone_gives_no_session(officer: User) -> None:
    secret, _ = switch_on(signed_in(officer))
    client = Client()
    answer = halfway(client, officer)
    assert answer["Location"] == "/inloggen/code/"
    assert "sessionid" not in client.cookies
    assert client.get("/profiel/")["Location"].startswith("/inloggen/")
    assert client.get("/api/v1/me").status_code == 401
    with clock.set_to(clock.now() + timedelta(seconds=60)):
        assert client.post("/inloggen/code/", {"code": code_at(secret)})["Location"] == "/"
        assert client.get("/profiel/").status_code == 200
    assert AuditEntry.objects.filter(verb="user.signin").count() == 2
    assert client.cookies[second_step.name()].value == ""


@pytest.mark.parametrize(("asked", "goes_to"), [("/profiel/", "/profiel/"), ("https://elders.example/", "/")])
def test_the_page_that_was_asked_for_follows_after_the_code_and_never_one_of_another_site(
    officer: User, asked: str, goes_to: str
) -> None:
    secret, _ = switch_on(signed_in(officer))
    client = Client()
    sent = {"username": officer.username, "password": PASSWORD, "next": asked}
    page = client.post("/inloggen/", sent)["Location"]
    following = {"next": Page(client.get(page)).sent["next"]}
    with clock.set_to(clock.now() + timedelta(seconds=60)):
        assert client.post(page, {"code": code_at(secret), **following})["Location"] == goes_to


def test_a_code_works_once_and_no_older_one_after_it(officer: User) -> None:
    moment = clock.now().replace(second=5)
    with clock.set_to(moment):
        secret, _ = switch_on(signed_in(officer))
        request = Client().get("/inloggen/").wsgi_request
        assert not second_factor.try_code(request, officer, code_at(secret)), "the code of the set-up"
    with at(moment, 60):
        now, before = code_at(secret), code_at(secret, timedelta(seconds=-30))
        assert second_factor.try_code(request, officer, f" {now[:3]} {now[3:]} ")
        assert not second_factor.try_code(request, officer, now)
        assert not second_factor.try_code(request, officer, before)


@pytest.mark.parametrize(("seconds", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_the_clock_of_a_telephone_may_be_half_a_minute_off(officer: User, seconds: int, taken: bool) -> None:
    moment = clock.now().replace(second=5)
    with clock.set_to(moment):
        secret, _ = switch_on(signed_in(officer))
    with at(moment, 600):
        request = Client().get("/inloggen/").wsgi_request
        drifted = code_at(secret, timedelta(seconds=seconds))
        assert second_factor.try_code(request, officer, drifted) is taken


def test_a_recovery_code_works_once_and_only_its_hash_is_stored(officer: User) -> None:
    client = signed_in(officer)
    _, made = switch_on(client)
    assert made[0] not in str(list(RecoveryCode.objects.values()))
    for expected in (302, 200):
        halfway(other := Client(), officer)
        assert other.post("/inloggen/code/", {"code": made[0].lower()}).status_code == expected
    assert second_factor.codes_left(officer) == 9
    assert "Herstelcodes: nog 9 over" in client.get("/profiel/").content.decode()
    assert AuditEntry.objects.filter(verb="second_factor.recovery-used").count() == 1


def test_codes_are_slowed_down_and_counted(officer: User, limits_on: None) -> None:
    secret, _ = switch_on(signed_in(officer))
    client = Client()
    halfway(client, officer)
    answers = [client.post("/inloggen/code/", {"code": "000000"}) for _ in range(7)]
    assert [each.status_code for each in answers] == [200] * 5 + [429] * 2
    assert int(answers[-1]["Retry-After"]) > 0
    later = clock.now() + timedelta(seconds=3)
    with clock.set_to(later):
        assert client.post("/inloggen/code/", {"code": code_at(secret)}).status_code == 429, "a right one too"
    counted = FailedSignIns.objects.get(account=str(officer.actor_key))
    assert (counted.failed, counted.refused) == (5, 3)


def test_codes_are_slowed_down_from_many_addresses_together(officer: User, limits_on: None, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    switch_on(signed_in(officer))
    statuses = []
    for number in range(32):
        client = Client(headers={"X-Forwarded-For": f"198.51.100.{number}"})
        halfway(client, officer)
        statuses.append(client.post("/inloggen/code/", {"code": "000000"}).status_code)
    assert statuses == [200] * 30 + [429] * 2


@pytest.mark.parametrize("what", ["password", "blocked", "everywhere", "late", "changed"])
def test_what_stands_between_password_and_code_ends_with_the_account_of_before(officer: User, what: str) -> None:
    secret, _ = switch_on(signed_in(officer))
    client = Client()
    halfway(client, officer)
    later = clock.now() + timedelta(seconds=60)
    if what == "password":
        officer.set_password("een heel ander wachtwoord")
        officer.save()
    elif what == "blocked":
        taking_back.block_user(audit.SYSTEM, user=officer, reason="weg", even_the_last=True)
    elif what == "everywhere":
        taking_back.sign_out_everywhere(audit.SYSTEM, user=officer, reason="kwijt")
    elif what == "changed":
        client.cookies[second_step.name()] = client.cookies[second_step.name()].value + "x"
    else:
        second_step.SECONDS, before = -1, second_step.SECONDS
    try:
        with clock.set_to(later):
            answer = client.post("/inloggen/code/", {"code": code_at(secret)})
    finally:
        if what == "late":
            second_step.SECONDS = before
    assert answer["Location"] == "/inloggen/"
    assert client.get("/api/v1/me").status_code == 401


def test_a_session_that_was_planted_before_the_code_is_not_the_one_that_follows(officer: User) -> None:
    secret, _ = switch_on(signed_in(officer))
    client = Client()
    client.get("/inloggen/")
    session = client.session
    session["gezet"] = "voor het inloggen"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    halfway(client, officer)
    with clock.set_to(clock.now() + timedelta(seconds=60)):
        client.post("/inloggen/code/", {"code": code_at(secret)})
    assert client.session.session_key != planted
    assert SignedInSession.objects.get(session_key=client.session.session_key).user == officer


def test_switching_on_asks_the_password_and_ends_sessions_elsewhere(officer: User) -> None:
    here, there = signed_in(officer), signed_in(officer)
    answer = here.post(SET_UP[0], {"password": "fout"})
    assert Page(answer).message_at("password").endswith("Dit is niet uw wachtwoord van nu.")
    assert 'value="fout"' not in answer.content.decode()
    assert not TotpDevice.objects.exists()
    switch_on(here)
    assert here.get("/profiel/").status_code == 200
    assert there.get("/api/v1/me").status_code == 401
    assert here.post(SET_UP[0], {"password": PASSWORD}).status_code == 409, "it is on"


def test_a_wrong_first_code_switches_nothing_on(officer: User) -> None:
    client = signed_in(officer)
    client.post(SET_UP[0], {"password": PASSWORD})
    answer = client.post(SET_UP[1], {"code": "000000"})
    assert answer.status_code == 400
    assert answer.headers["Cache-Control"] == "no-store"
    officer.refresh_from_db()
    assert officer.second_factor_at is None
    assert signed_in(officer).get("/profiel/").status_code == 200


def test_the_secret_is_sealed_and_bound_to_its_person(officer: User, second_officer: User) -> None:
    secret, _ = switch_on(signed_in(officer))
    device = TotpDevice.objects.get()
    assert secret.encode() not in bytes(device.sealed_secret)
    assert second_factor.secret_of(device) == secret
    device.user = second_officer
    with pytest.raises(Exception, match="sealed elsewhere"):
        second_factor.secret_of(device)


def test_without_the_key_a_recovery_code_still_works(officer: User, settings: Any) -> None:
    _, made = switch_on(signed_in(officer))
    settings.VAULT_KEYS = "anders:" + "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
    client = Client()
    halfway(client, officer)
    assert client.post("/inloggen/code/", {"code": "123456"}).status_code == 503
    assert client.post("/inloggen/code/", {"code": made[3]}).status_code == 302


def test_switching_off_asks_password_and_code(officer: User) -> None:
    client = signed_in(officer)
    moment = clock.now().replace(second=5)
    with clock.set_to(moment):
        secret, _ = switch_on(client)
    with at(moment, 60):
        sent = {"password": PASSWORD, "code": code_at(secret)}
        for wrong in ({"password": "fout"}, {"code": "000000"}, {"code": ""}, {"password": ""}):
            assert client.post("/profiel/tweede-factor/uitzetten/", sent | wrong).status_code == 400
        assert client.post("/profiel/tweede-factor/uitzetten/", sent).status_code == 302
    officer.refresh_from_db()
    assert officer.second_factor_at is None
    assert not TotpDevice.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert client.get("/profiel/").status_code == 200


def test_new_recovery_codes_come_in_the_place_of_the_old_ones(officer: User) -> None:
    client = signed_in(officer)
    moment = clock.now().replace(second=5)
    with clock.set_to(moment):
        secret, old = switch_on(client)
    with at(moment, 60):
        sent = {"password": PASSWORD, "code": code_at(secret)}
        answer = client.post("/profiel/tweede-factor/codes/", sent)
    new = re.findall(r"<code>([A-Z2-9-]{19})</code>", answer.content.decode())
    request = Client().get("/inloggen/").wsgi_request
    assert len(new) == 10
    assert not second_factor.try_code(request, officer, old[1])
    assert second_factor.try_code(request, officer, new[1])


def require(organisation: Organisation, by: User, *roles: str) -> OrganisationSettings:
    document = {"".join(part.title() for part in role.split("-")): True for role in roles}
    document = {name[0].lower() + name[1:]: value for name, value in document.items()}
    return requiring.require_second_factor(
        access.actor_of_user(by), organisation=organisation.pk, document=document
    )


def test_an_administrator_decides_for_the_own_organisation_only(
    administrator: User, officer: User, organisation: Organisation, other_organisation: Organisation
) -> None:
    client = signed_in(administrator)
    page = Page(client.get("/organisatie/tweede-factor/"))
    assert "procurementOfficer" in page.inputs
    assert client.post("/organisatie/tweede-factor/", {"procurementOfficer": "true"}).status_code == 302
    assert OrganisationSettings.objects.get().totp_roles == ["procurement-officer"]
    assert "checked" in Page(client.get("/organisatie/tweede-factor/")).inputs["procurementOfficer"]
    assert AuditEntry.objects.get(verb="organisation.second_factor").organisation == organisation
    for by, place in ((officer, organisation), (administrator, other_organisation)):
        with pytest.raises(Refused) as refused:
            require(place, by, Role.AUDITOR)
        assert refused.value.kind is Kind.FORBIDDEN


def test_who_must_have_one_gets_to_no_page_before_it_is_set_up(
    administrator: User, officer: User, organisation: Organisation
) -> None:
    """Every address of the site and the admin, by GET and by POST, also in a session that was open already."""
    open_before = signed_in(officer)
    require(organisation, administrator, Role.PROCUREMENT_OFFICER)
    for client in (open_before, signed_in(officer)):
        wrong = list(_ways_around(client))
        assert not wrong, wrong
        assert client.get("/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == SET_UP[0]
        answer = client.get("/api/v1/me")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "second_factor_required")
    switch_on(open_before)
    assert open_before.get("/profiel/").status_code == 200
    assert "Nodig voor uw rol" in open_before.get("/profiel/").content.decode()


def _ways_around(client: Client) -> Iterator[str]:
    tried = 0
    for route, _view in all_routes():
        if route.startswith("api/") or route in ("uitloggen/", "livez", "readyz"):
            continue
        address = "/" + re.sub(r"<uuid:\w+>", str(uuid.uuid4()), route)
        address = re.sub(r"<\w+:\w+>", "x", address)
        if address in SET_UP or "<" in address:
            continue
        for method in (client.get, client.post):
            answer, tried = method(address), tried + 1
            if answer.status_code != 302 or answer["Location"].partition("?")[0] != SET_UP[0]:
                yield f"{address}: {answer.status_code}"
    for address in ("/beheer/", "/beheer/ground/user/", "/beheer/logout/"):
        answer = client.get(address)
        if answer.status_code != 302 or answer["Location"].partition("?")[0] != SET_UP[0]:
            yield address
    assert tried > 150


def test_a_token_of_who_must_have_one_goes_on_working(
    administrator: User, officer: User, organisation: Organisation, bearer: Callable[..., dict[str, str]]
) -> None:
    own = bearer(Role.PROCUREMENT_OFFICER, organisation, officer)
    require(organisation, administrator, Role.PROCUREMENT_OFFICER)
    answer = Client().get("/api/v1/me", headers=own)
    assert answer.status_code == 200
    assert answer.json()["secondFactor"] is False
    assert ApiToken.objects.filter(revoked_at=None).count() == 1


def test_who_must_have_one_cannot_switch_it_off(
    administrator: User, officer: User, organisation: Organisation
) -> None:
    client = signed_in(officer)
    moment = clock.now().replace(second=5)
    with clock.set_to(moment):
        secret, _ = switch_on(client)
    require(organisation, administrator, Role.PROCUREMENT_OFFICER)
    with at(moment, 60):
        sent = {"password": PASSWORD, "code": code_at(secret)}
        assert client.post("/profiel/tweede-factor/uitzetten/", sent).status_code == 409
    officer.refresh_from_db()
    assert officer.second_factor_at is not None


def test_the_installation_can_require_it_for_roles_without_an_organisation(
    new_person: Callable[..., User], settings: Any
) -> None:
    person = new_person(Role.REFERENCE_MANAGER)
    assert not access.actor_of_user(person).owes_second_factor
    settings.TOTP_ROLES = ["referentiebeheerder"]
    assert "E008" in {fault.code for fault in deployment.faults()}
    settings.TOTP_ROLES = ["reference-manager"]
    assert "E008" not in {fault.code for fault in deployment.faults()}
    assert access.actor_of_user(person).owes_second_factor


def test_a_role_that_ended_requires_nothing(
    administrator: User, officer: User, organisation: Organisation
) -> None:
    require(organisation, administrator, Role.PROCUREMENT_OFFICER)
    assert access.actor_of_user(officer).owes_second_factor
    membership = officer.memberships.get()
    taking_back.end_membership(audit.SYSTEM, membership=membership, reason="weg")
    assert not access.actor_of_user(officer).owes_second_factor


def test_an_administrator_resets_the_second_factor_of_somebody_with_a_reason(
    administrator: User, officer: User, organisation: Organisation
) -> None:
    User.objects.filter(pk=officer.pk).update(email="inkoper@voorbeeldstad.example")
    there = signed_in(officer)
    secret, _made = switch_on(there)
    client = signed_in(administrator)
    page = reverse("second-factor-reset", args=[officer.actor_key])
    assert page in client.get("/organisatie/tweede-factor/").content.decode()
    shown = client.get(page).content.decode()
    assert secret not in shown
    assert client.post(page, {"reason": " "}).status_code == 400
    assert client.post(page, {"reason": "Telefoon kwijt."}).status_code == 302
    assert there.get("/api/v1/me").status_code == 401
    assert signed_in(officer).get("/profiel/").status_code == 200, "the password is enough now"
    entry = AuditEntry.objects.get(verb="second_factor.reset")
    assert (entry.organisation, entry.reason) == (organisation, "Telefoon kwijt.")
    assert entry.actor_key == str(administrator.actor_key)
    sending.send_waiting()
    assert [sent.to for sent in django_mail.outbox] == [["inkoper@voorbeeldstad.example"]]
    assert "Telefoon kwijt." in django_mail.outbox[0].body
    assert client.post(page, {"reason": "Nog een keer."}).status_code == 409


def test_nobody_else_resets_it(
    administrator: User,
    officer: User,
    second_officer: User,
    new_person: Callable[..., User],
    other_organisation: Organisation,
) -> None:
    switch_on(signed_in(officer))
    page = reverse("second-factor-reset", args=[officer.actor_key])
    stranger = new_person(Role.ORGANISATION_ADMINISTRATOR, other_organisation)
    assert signed_in(second_officer).post(page, {"reason": "Zomaar."}).status_code == 403
    assert signed_in(stranger).post(page, {"reason": "Zomaar."}).status_code == 404
    with pytest.raises(Refused):
        second_factor.reset(access.actor_of_user(stranger), user=officer, reason="Zomaar.")
    officer.refresh_from_db()
    assert officer.second_factor_at is not None


def test_the_administrator_of_the_machine_resets_it_with_a_command(officer: User) -> None:
    switch_on(signed_in(officer))
    call_command("reset_second_factor", officer.username, reason="Alles kwijt.")
    officer.refresh_from_db()
    assert officer.second_factor_at is None


def test_who_requires_it_costs_no_query_and_the_list_of_people_not_more_for_more(
    administrator: User, organisation: Organisation, new_person: Callable[..., User]
) -> None:
    client = signed_in(administrator)
    few = queries_of(client, "/organisatie/tweede-factor/")
    for _ in range(10):
        new_person(Role.AUDITOR, organisation)
    assert len(queries_of(client, "/organisatie/tweede-factor/")) == len(few)
    before = len(queries_of(client, "/profiel/"))
    require(organisation, administrator, Role.AUDITOR)
    assert len(queries_of(client, "/profiel/")) == before


def test_recovery_codes_are_long_enough_to_store_a_plain_hash_of() -> None:
    made = codes.new_recovery_codes()
    assert len(set(made)) == 10
    assert {len(codes.plain(code)) for code in made} == {16}
    assert len(set(codes._ALPHABET)) == 32, "five bits for each sign"


def test_after_setting_it_up_one_goes_on_to_the_page_that_was_asked(
    administrator: User, officer: User, organisation: Organisation
) -> None:
    require(organisation, administrator, Role.PROCUREMENT_OFFICER)
    client = signed_in(officer)
    begin = client.get("/aanbestedingen/?stand=open")["Location"]
    assert begin == f"{SET_UP[0]}?next=%2Faanbestedingen%2F%3Fstand%3Dopen"
    further = client.post(begin, {"password": PASSWORD})["Location"]
    assert further == f"{SET_UP[1]}?next=%2Faanbestedingen%2F%3Fstand%3Dopen"
    elsewhere = client.post(f"{SET_UP[0]}?next=https://elders.example/", {"password": PASSWORD})["Location"]
    assert elsewhere == SET_UP[1]


def test_who_administers_two_organisations_chooses_which(
    administrator: User, organisation: Organisation, other_organisation: Organisation
) -> None:
    accounts.add_membership(
        audit.SYSTEM, user=administrator, role=Role.ORGANISATION_ADMINISTRATOR, organisation=other_organisation
    )
    client = signed_in(administrator)
    page = f"/organisatie/tweede-factor/?plaats={other_organisation.code}"
    assert client.get(page).status_code == 200
    assert client.post(page, {"procurementOfficer": "true"})["Location"] == page
    assert OrganisationSettings.objects.get(organisation=other_organisation).totp_roles == ["procurement-officer"]
    assert client.get("/organisatie/tweede-factor/?plaats=elders").status_code == 404
