"""Signing in: what is tried is counted and slowed down, what succeeds stands in the trail."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from mvi_dashboard.ground import audit, clock, passwords, signing_in, taking_back
from mvi_dashboard.ground.models import AuditEntry, FailedSignIns, Organisation, User
from mvi_dashboard.ground.problems import Refused
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
ARGON = ["mvi_dashboard.ground.passwords.BoundedArgon2"]


@pytest.fixture
def limits_on(settings: Any) -> Iterator[None]:
    settings.RATE_LIMITS = "on"
    settings.TRUSTED_PROXIES = 1
    name = f"sign-ins {uuid.uuid4()}"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}}
    with clock.set_to(clock.now().replace(minute=30)):
        yield


def sign_in(name: str, password: str, address: str = "203.0.113.1", to: str = "/inloggen/", **sent: str) -> Any:
    headers = {"X-Forwarded-For": address}
    return Client().post(to, {"username": name, "password": password, **sent}, headers=headers)


def verbs(place: Organisation | None) -> list[str]:
    entries = AuditEntry.objects.filter(organisation=place, verb__startswith="user.sign").order_by("seq")
    return list(entries.values_list("verb", flat=True))


def test_the_sixth_wrong_password_in_a_minute_is_told_to_wait(officer: User, limits_on: None) -> None:
    answers = [sign_in("inkoper-1", "fout") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    sixth = sign_in("inkoper-1", PASSWORD)
    assert sixth.status_code == 429
    assert sixth["Retry-After"] == "12"
    text = sixth.content.decode()
    assert "U probeerde te vaak in te loggen. Probeer het over 12 s opnieuw." in text
    assert 'name="password"' in text
    with clock.set_to(clock.now() + timedelta(seconds=12)):
        assert sign_in("inkoper-1", PASSWORD).status_code == 302


def test_who_guesses_locks_out_neither_the_account_nor_the_colleagues(
    officer: User, second_officer: User, limits_on: None
) -> None:
    """The same account from elsewhere, and another account from the same address."""
    for _ in range(8):
        sign_in("inkoper-1", "fout", "198.51.100.66")
    assert sign_in("inkoper-1", PASSWORD, "198.51.100.66").status_code == 429
    assert sign_in("inkoper-1", PASSWORD, "203.0.113.1").status_code == 302
    assert sign_in("inkoper-2", PASSWORD, "198.51.100.66").status_code == 302


def test_guessing_from_many_addresses_is_slowed_down_but_not_where_the_person_works(
    officer: User, limits_on: None
) -> None:
    assert sign_in("inkoper-1", PASSWORD, "203.0.113.1").status_code == 302
    statuses = [sign_in("inkoper-1", "fout", f"198.51.100.{n}").status_code for n in range(40)]
    assert statuses == [200] * 30 + [429] * 10
    assert sign_in("inkoper-1", PASSWORD, "203.0.113.1").status_code == 302


def test_one_address_may_not_try_all_accounts(officer: User, limits_on: None) -> None:
    statuses = [sign_in(f"inkoper-{n}", "fout").status_code for n in range(35)]
    assert statuses == [200] * 30 + [429] * 5


def test_many_colleagues_behind_one_address_sign_in_together(officer: User, limits_on: None) -> None:
    assert [sign_in("inkoper-1", PASSWORD).status_code for _ in range(40)] == [302] * 40


def test_an_address_that_the_client_makes_up_gives_no_new_tries(officer: User, limits_on: None) -> None:
    statuses = [sign_in("inkoper-1", "fout", f"6.6.6.{n}, 203.0.113.1").status_code for n in range(6)]
    assert statuses == [200] * 5 + [429]


@pytest.mark.parametrize("door", ["/inloggen/", "/beheer/login/"])
def test_the_admin_has_no_door_of_its_own(officer: User, limits_on: None, door: str) -> None:
    answers = [sign_in("inkoper-1", "fout", to=door) for _ in range(6)]
    if door == "/inloggen/":
        assert answers[-1].status_code == 429
    else:
        assert {answer.status_code for answer in answers} == {302}
        assert answers[0]["Location"].startswith("/inloggen/?next=")
        assert FailedSignIns.objects.count() == 0


def test_somebody_without_the_admin_gets_a_no_and_no_circle(officer: User) -> None:
    client = Client()
    client.force_login(officer)
    assert client.get("/beheer/login/?next=/beheer/").status_code == 403


def test_what_is_wrong_with_a_new_password_is_said_at_once_and_in_dutch(officer: User) -> None:
    client = Client()
    client.force_login(officer)
    page = client.get("/wachtwoord/").content.decode()
    assert 'id="id_new_password1_helptext">Minstens 12 tekens.' in page, (
        "the help that the input names has its text"
    )
    sent = {"old_password": "fout", "new_password1": "kort", "new_password2": "anders"}
    answer = client.post("/wachtwoord/", sent)
    said = {name: list(found) for name, found in answer.context["form"].errors.items()}
    assert said.keys() == sent.keys()
    assert said["new_password1"][0] == "Dit is te kort: gebruik minstens 12 tekens."
    assert not any(re.search("password", text) for texts in said.values() for text in texts)


def test_an_address_with_capitals_signs_in_who_has_it_in_small_letters(officer: User) -> None:
    User.objects.filter(pk=officer.pk).update(username="inkoper@voorbeeld.example")
    assert sign_in("Inkoper@Voorbeeld.example", PASSWORD).status_code == 302
    User.objects.filter(pk=officer.pk).update(username="Inkoper@Voorbeeld.example")
    assert sign_in("Inkoper@Voorbeeld.example", PASSWORD).status_code == 302
    assert sign_in("INKOPER@Voorbeeld.example", PASSWORD).status_code == 200


def test_an_unknown_name_and_a_wrong_password_answer_alike_and_cost_alike(officer: User) -> None:
    """The same words, the same statements, the same passwords worked on."""
    blocked = User.objects.create_user("geblokkeerd", "geblokkeerd@voorbeeld.invalid", PASSWORD)
    taking_back.block_user(audit.SYSTEM, user=blocked, reason="weg")
    seen = []
    with override_settings(PASSWORD_HASHERS=[f"{__name__}.Counted"]):
        User.objects.update(password=make_password(PASSWORD))
        for name in ("inkoper-1", "niemand", "geblokkeerd"):
            Counted.worked.clear()
            with CaptureQueriesContext(connection) as captured:
                answer = sign_in(name, "fout")
            text = answer.content.decode().replace(name, "NAAM")
            kinds = [query["sql"].split(" ")[0] for query in captured.captured_queries]
            seen.append((answer.status_code, _without_tokens(text), kinds, len(Counted.worked)))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][3] == 1


def _without_tokens(text: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


class Counted(passwords.BoundedArgon2):
    """Counts how many passwords are worked on."""

    worked: list[str] = []
    time_cost, memory_cost, parallelism = 1, 64, 1

    def encode(self, password: str, salt: str) -> str:
        self.worked.append("encode")
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        self.worked.append("verify")
        return super().verify(password, encoded)


def test_signing_in_and_out_stands_in_the_chain_of_the_organisation(
    officer: User, organisation: Organisation
) -> None:
    client = Client()
    client.post("/inloggen/", {"username": "inkoper-1", "password": PASSWORD})
    client.post("/uitloggen/")
    assert verbs(organisation) == ["user.signin", "user.signout"]
    entry = AuditEntry.objects.filter(verb="user.signin").get()
    assert entry.actor_key == str(officer.actor_key)
    assert audit.check_chains() == []


def test_failures_touch_no_chain_until_their_hour_is_over(
    officer: User, organisation: Organisation, limits_on: None
) -> None:
    before = AuditEntry.objects.count()
    for _ in range(7):
        sign_in("inkoper-1", "fout")
    sign_in("niemand", "fout", "203.0.113.2")
    sign_in("nog iemand", "fout", "203.0.113.2")
    assert AuditEntry.objects.count() == before
    assert signing_in.move_counts_into_the_trail() == 0
    with clock.set_to(clock.now() + timedelta(hours=1)):
        assert signing_in.move_counts_into_the_trail() == 2
        assert signing_in.move_counts_into_the_trail() == 0
    assert FailedSignIns.objects.count() == 0
    known = AuditEntry.objects.get(verb="user.signin-failed", organisation=organisation)
    assert (known.changes["failed"], known.changes["refused"]) == (5, 2)
    assert known.changes["person"] == str(officer.actor_key)
    unknown = AuditEntry.objects.get(verb="user.signin-failed", organisation=None)
    assert (unknown.changes["failed"], unknown.changes["refused"]) == (2, 0)
    assert "niemand" not in str(list(AuditEntry.objects.values()))
    assert audit.check_chains() == []


def test_a_new_session_id_comes_with_signing_in(officer: User) -> None:
    client = Client()
    client.get("/inloggen/")
    session = client.session
    session["gezet"] = "voor het aanmelden"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    client.post("/inloggen/", {"username": "inkoper-1", "password": PASSWORD})
    assert client.session.session_key != planted


def test_a_person_changes_the_own_password_and_other_sessions_end(
    officer: User, organisation: Organisation
) -> None:
    here, there = Client(), Client()
    here.force_login(officer)
    there.force_login(officer)
    new = "een heel ander wachtwoord"
    page = here.get("/wachtwoord/")
    assert "Wachtwoord wijzigen" in page.content.decode()
    wrong = {"old_password": "fout", "new_password1": new, "new_password2": new}
    assert "Dit is niet uw wachtwoord van nu." in here.post("/wachtwoord/", wrong).content.decode()
    answer = here.post("/wachtwoord/", {**wrong, "old_password": PASSWORD})
    assert answer.status_code == 302
    assert here.get("/api/v1/me").status_code == 200
    assert there.get("/api/v1/me").status_code == 401
    assert sign_in("inkoper-1", new).status_code == 302
    assert AuditEntry.objects.get(verb="user.password").organisation == organisation


def test_trying_the_old_password_from_an_open_session_is_slowed_down_too(officer: User, limits_on: None) -> None:
    client = Client()
    client.force_login(officer)
    sent = {"old_password": "fout", "new_password1": "x", "new_password2": "x"}
    statuses = [client.post("/wachtwoord/", sent).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]


def test_a_password_beyond_any_measure_costs_no_work(officer: User) -> None:
    with override_settings(PASSWORD_HASHERS=[f"{__name__}.Counted"]):
        Counted.worked.clear()
        assert sign_in("inkoper-1", "x" * 5000).status_code == 200
        assert sign_in("inkoper-1", "é" * 2049).status_code == 200
    assert Counted.worked == []


def test_a_new_password_has_an_end(officer: User) -> None:
    for password in ("".join(map(str, range(2000))), "".join(f"é{each}" for each in range(1200))):
        with pytest.raises(Refused) as refused:
            signing_in.set_password(audit.SYSTEM, user=officer, password=password)
        assert [problem.attr for problem in refused.value.problems] == ["password"]


def test_a_password_of_before_stays_valid() -> None:
    from django.contrib.auth.hashers import Argon2PasswordHasher

    stored = Argon2PasswordHasher().encode(PASSWORD, "zoutzoutzout")
    with override_settings(PASSWORD_HASHERS=ARGON):
        assert check_password(PASSWORD, stored)
        assert not check_password("fout", stored)


def test_a_crowd_gets_a_few_places_and_the_rest_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at work, two that wait, and no thread more that is held."""
    monkeypatch.setattr(passwords, "LONGEST_WAIT", 60.0)
    at_work, turned_away, go_on = threading.Semaphore(0), threading.Semaphore(0), threading.Event()
    most, busy_now, lock = [0], [0], threading.Lock()

    def work() -> str:
        with passwords._a_place():
            with lock:
                busy_now[0] += 1
                most[0] = max(most[0], busy_now[0])
            at_work.release()
            go_on.wait(60)
            with lock:
                busy_now[0] -= 1
        return "gedaan"

    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(work())
        except Refused as refused:
            found.append(refused)
            turned_away.release()

    first = [threading.Thread(target=ask) for _ in range(passwords.AT_ONCE)]
    for thread in first:
        thread.start()
    for _ in first:
        at_work.acquire()
    crowd = [threading.Thread(target=ask) for _ in range(20)]
    for thread in crowd:
        thread.start()
    for _ in range(20 - passwords.WAITING):
        turned_away.acquire()
    go_on.set()
    for thread in [*first, *crowd]:
        thread.join()
    refused = [item for item in found if isinstance(item, Refused)]
    assert len(refused) == 20 - passwords.WAITING
    assert {(item.kind.value, item.retry_after) for item in refused} == {(503, 5)}
    assert most[0] == passwords.AT_ONCE


def test_a_full_house_says_so_on_the_page_with_when_to_come_back(officer: User) -> None:
    with override_settings(PASSWORD_HASHERS=ARGON):
        User.objects.update(password=make_password(PASSWORD))
        for _ in range(passwords.AT_ONCE + passwords.WAITING):
            assert passwords._inside.acquire(blocking=False)
        try:
            answer = sign_in("inkoper-1", PASSWORD)
        finally:
            for _ in range(passwords.AT_ONCE + passwords.WAITING):
                passwords._inside.release()
        assert answer.status_code == 503
        assert answer["Retry-After"] == "5"
        assert "Er melden zich nu veel mensen tegelijk aan." in answer.content.decode()
        assert sign_in("inkoper-1", PASSWORD).status_code == 302
