"""Somebody who lost the password looks after the own account, without a script, at 320 px, checked with axe."""

from __future__ import annotations

import re
from typing import Any

import pyotp
import pytest
from django.core import mail as django_mail

from mvi_dashboard.ground.account import links
from mvi_dashboard.ground.models import User
from mvi_dashboard.ground.outbox import sending
from tests.worlds import World

from .person import Person

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
NEW = "een heel ander wachtwoord"


def link_in_mail() -> str:
    """The page to which the mail leads that goes out now."""
    django_mail.outbox.clear()
    links.send_those_that_wait()
    sending.send_waiting()
    found = re.search(r"http://127\.0\.0\.1:8000(/\S+)", django_mail.outbox[0].body)
    assert found
    return found[1]


def test_from_a_lost_password_to_a_second_factor(chromium: Any, live_server: Any, world: World) -> None:
    user = User.objects.get(username="inkoper-1")
    User.objects.filter(pk=user.pk).update(email="inkoper@voorbeeldstad.example")
    person = Person(chromium, live_server.url, user, "vergeten wachtwoord", scripts=False)
    person.reads("Deze gebruikersnaam en dit wachtwoord horen niet bij elkaar.")
    person.follow("Vraag een nieuw wachtwoord aan")
    person.fill(email="inkoper@voorbeeldstad.example")
    person.check()
    person.press("Mail mij een link")
    person.reads("Kijk in uw mail")
    person.check()
    person.go(link_in_mail())
    person.check()
    person.fill(new_password1=NEW, new_password2=NEW)
    person.press("Sla op")
    person.fill(username="inkoper-1", password=NEW)
    person.press("Inloggen")
    person.go("/profiel/")
    person.check()
    person.follow("Zet aan")
    person.check()
    person.fill(password=NEW)
    person.press("Begin")
    person.check()
    secret = person.page.locator("main code").inner_text().replace(" ", "")
    person.fill(code=pyotp.TOTP(secret).now())
    person.press("Zet aan")
    person.reads("Wij tonen ze één keer.")
    person.check()
    recovery = person.page.locator("main code").first.inner_text()
    person.follow("Ik heb ze, ga verder")
    person.reads("Herstelcodes: nog 10 over")
    person.press("Uitloggen")
    person.go("/inloggen/")
    person.fill(username="inkoper-1", password=NEW)
    person.press("Inloggen")
    person.check()
    person.fill(code="000000")
    person.press("Log in")
    person.reads("Deze code klopt niet")
    person.fill(code=recovery)
    person.press("Log in")
    person.go("/profiel/sessies/")
    person.reads("deze browser")
    person.check()
    person.follow("Log overal uit")
    person.press("Log overal uit")
    person.reads("U bent overal uitgelogd.")
