"""A fresh installation, from the link on the machine to four people who work."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.management import CommandError, call_command
from django.test import Client

from mvi_dashboard.ground import access, accounts, audit, clock
from mvi_dashboard.ground.models import Membership, Organisation, Role, SetupLink, User
from mvi_dashboard.ground.outbox import sending
from mvi_dashboard.ground.people import setting_up
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FORM = {
    "organisationName": "Gemeente Voorbeeldstad",
    "organisationCode": "voorbeeldstad",
    "firstName": "Fatma",
    "lastName": "Aydin",
    "email": "f.aydin@voorbeeldstad.example",
    "password": PASSWORD,
    "passwordAgain": PASSWORD,
}


def printed(*given: str) -> str:
    out = StringIO()
    call_command("setup", *given, stdout=out)
    return out.getvalue().strip()


def path_of(address: str) -> str:
    return re.sub(r"^https?://[^/]+", "", address)


def test_a_page_of_nobody_says_how_to_begin_and_of_somebody_how_to_sign_in(reference: None) -> None:
    assert "manage.py setup" in Client().get("/").content.decode()
    accounts.create_user(audit.SYSTEM, username="iemand")
    text = Client().get("/").content.decode()
    assert "manage.py setup" not in text
    assert "Inloggen" in text


def test_the_link_leads_to_the_site_or_to_the_address_that_is_given(settings: Any) -> None:
    settings.SITE_URL = "https://mvi.voorbeeldstad.example/"
    assert printed("--url", "https://proxy.example/").startswith("https://proxy.example/begin/")


def test_the_first_administrator_gets_in_and_administers_the_installation() -> None:
    path = path_of(printed())
    answer = Client().post(path, FORM)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/inloggen/?next=/organisatie/eerste-dag/")
    person = User.objects.get()
    actor = access.actor_of_user(person)
    assert actor.may(access.ADMINISTER, Organisation.objects.get(code="voorbeeldstad").pk)
    assert access.administers_installation(actor)
    assert SetupLink.objects.get().sha256 not in path


def test_a_key_of_an_administrator_of_the_installation_does_not_administer_it() -> None:
    Client().post(path_of(printed()), FORM)
    person, place = User.objects.get(), Organisation.objects.get()
    role = Role.ORGANISATION_ADMINISTRATOR
    token, _ = accounts.create_api_token(audit.SYSTEM, role=role, organisation=place, user=person)
    assert not access.administers_installation(access.actor_of_token(token))


def test_a_link_works_once_for_a_day_and_only_the_newest() -> None:
    old, new = path_of(printed()), path_of(printed())
    assert Client().get(old).status_code == 410
    with clock.set_to(clock.now() + timedelta(hours=24, seconds=1)):
        assert Client().get(new).status_code == 410
        assert Client().post(new, FORM).status_code == 410
    assert Client().get(new).status_code == 200
    assert Client().get("/begin/zomaar/").status_code == 404
    assert Client().post(new, FORM).status_code == 302
    again = Client().post(new, {**FORM, "email": "ander@voorbeeldstad.example"})
    assert again.status_code == 410
    assert setting_up.DONE_ALREADY in again.content.decode()
    assert User.objects.count() == 1


def test_where_people_are_nobody_makes_a_first_administrator() -> None:
    path = path_of(printed())
    accounts.create_user(audit.SYSTEM, username="iemand")
    assert Client().post(path, FORM).status_code == 410
    with pytest.raises(CommandError, match="people already"):
        printed()
    assert not User.objects.filter(is_superuser=True).exists()


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_made() -> None:
    wrong = {**FORM, "email": "geen adres", "firstName": "", "passwordAgain": "anders"}
    answer = Client().post(path_of(printed()), wrong)
    assert answer.status_code == 400
    text = answer.content.decode()
    for said in ("geen e-mailadres", "verplicht", "twee keer gelijk"):
        assert said in text
    at_once = {**wrong, "organisationCode": "Met Spatie", "password": "kort"}
    every = Client().post(path_of(printed()), at_once).content.decode()
    for said in ("geen e-mailadres", "Gebruik kleine letters", "twee keer gelijk", "te kort"):
        assert said in every, said
    again = Client().post(path_of(printed()), {**FORM, "organisationCode": "Met Spatie"})
    assert "kleine letters" in again.content.decode()
    weak = Client().post(path_of(printed()), {**FORM, "password": "kort", "passwordAgain": "kort"})
    assert "te kort" in weak.content.decode()
    assert not User.objects.exists()
    assert not Organisation.objects.exists()


def signs_in(name: str, then: str) -> Client:
    browser = Client()
    answer = browser.post("/inloggen/", {"username": name, "password": PASSWORD, "next": then})
    assert (answer.status_code, answer.headers.get("Location")) == (302, then)
    return browser


def test_the_whole_road_from_an_empty_database_to_people_who_work(reference: None) -> None:
    Client().post(path_of(printed()), FORM)
    administrator = signs_in(FORM["email"], "/organisatie/eerste-dag/")
    page = administrator.get("/organisatie/eerste-dag/").content.decode()
    assert "Nog 2 stappen te doen" in page
    assert page.count("Later") == 2
    invited = [
        ("s.devries", "procurement-officer"),
        ("e.bos", "procurement-officer"),
        ("m.yilmaz", "contract-manager"),
    ]
    for name, role in invited:
        form = {"email": f"{name}@voorbeeldstad.example", "roles": role, "language": "nl"}
        assert administrator.post("/organisatie/mensen/", form).status_code == 302
    assert sending.send_waiting() == 3
    for sent, (name, role) in zip(django_mail.outbox, invited, strict=True):
        assert sent.to == [f"{name}@voorbeeldstad.example"]
        found = re.search(r"http://127\.0\.0\.1:8000(/uitnodiging/\w+/)", str(sent.body))
        assert found
        names = {"firstName": name[0].upper(), "lastName": name[2:].capitalize()}
        chosen = {**names, "password": PASSWORD, "passwordAgain": PASSWORD}
        assert Client().post(found[1], chosen).status_code == 302
        browser = signs_in(
            f"{name}@voorbeeldstad.example", "/aanbestedingen/nieuw/" if "officer" in role else "/contracten/"
        )
        assert browser.get("/").status_code == 200
    assert Membership.objects.count() == 4
    page = administrator.get("/organisatie/eerste-dag/").content.decode()
    assert "4 personen hebben toegang" in page
    assert "Nog 1 stap te doen" in page
    assert "eerste dag" in administrator.get("/aanbestedingen/").content.decode()


def test_only_who_administers_has_a_first_day(officer: User) -> None:
    browser = Client()
    browser.force_login(officer)
    assert browser.get("/organisatie/eerste-dag/").status_code == 403
    assert Client().get("/organisatie/eerste-dag/").status_code == 302
