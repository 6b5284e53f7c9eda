"""The own account: a new password by mail, another address, open sessions, and what happened lately."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail as django_mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mvi_dashboard.ground import accounts, audit, clock, signing_in, taking_back
from mvi_dashboard.ground.account import history, links, sessions
from mvi_dashboard.ground.models import AccountLink, AuditEntry, Organisation, Role, SignedInSession, User
from mvi_dashboard.ground.outbox import sending
from tests.conftest import PASSWORD
from tests.pages import Page
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
ADDRESS = "inkoper@voorbeeldstad.example"
NEW = "een heel ander wachtwoord"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604"


@pytest.fixture
def person(officer: User) -> User:
    officer.email = ADDRESS
    officer.save()
    return officer


@pytest.fixture
def limits_on(settings: Any) -> Iterator[None]:
    settings.RATE_LIMITS, settings.TRUSTED_PROXIES = "on", 1
    name = f"resets {uuid.uuid4()}"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}}
    with clock.set_to(clock.now()):
        yield


def signed_in(user: User, browser: str = FIREFOX, password: str = PASSWORD) -> Client:
    client = Client(headers={"User-Agent": browser})
    client.post("/inloggen/", {"username": user.username, "password": password})
    return client


def ask(address: str, client: Client | None = None, **headers: str) -> Any:
    return (client or Client()).post("/wachtwoord/vergeten/", {"email": address}, headers=headers)


def mails() -> list[Any]:
    """What went out now."""
    django_mail.outbox.clear()
    links.send_those_that_wait()
    sending.send_waiting()
    return list(django_mail.outbox)


def link_in(mail: Any) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/\S+)", mail.body)
    assert found, mail.body
    return found[1]


def link_for(person: User) -> str:
    ask(person.email)
    return link_in(mails()[0])


def choose(link: str, password: str = NEW, client: Client | None = None) -> Any:
    return (client or Client()).post(link, {"new_password1": password, "new_password2": password})


def may_sign_in(user: User, password: str) -> bool:
    return signed_in(user, password=password).get("/api/v1/me").status_code == 200


def test_who_lost_the_password_chooses_a_new_one_behind_the_link(person: User, organisation: Organisation) -> None:
    there = signed_in(person)
    assert "/wachtwoord/vergeten/" in Client().get("/inloggen/").content.decode()
    assert ask("INKOPER@voorbeeldstad.example")["Location"] == "/wachtwoord/vergeten/verstuurd/"
    [mail] = mails()
    assert mail.to == [ADDRESS]
    link = link_in(mail)
    assert "Kies een nieuw wachtwoord" in Client().get(link).content.decode()
    answer = Client().post(link, {"new_password1": "kort", "new_password2": "anders"})
    assert len(Page(answer).mistakes) > 1
    assert choose(link)["Location"] == "/inloggen/"
    assert there.get("/api/v1/me").status_code == 401, "every session ended"
    assert may_sign_in(person, NEW)
    assert not may_sign_in(person, PASSWORD)
    entry = AuditEntry.objects.get(verb="user.password")
    assert (entry.organisation, entry.reason) == (organisation, "Met een link uit een mail.")
    assert AuditEntry.objects.filter(verb="user.password-link", organisation=organisation).count() == 1
    assert [sent.subject for sent in mails()] == ["Uw wachtwoord is gewijzigd"]


def test_known_unknown_and_blocked_get_the_same_answer_for_the_same_work(person: User) -> None:
    blocked = accounts.create_user(
        audit.SYSTEM, username="geblokkeerd", email="weg@voorbeeldstad.example", password=PASSWORD
    )
    taking_back.block_user(audit.SYSTEM, user=blocked, reason="weg")
    seen = []
    for address in (ADDRESS, "niemand@voorbeeldstad.example", blocked.email):
        client = Client()
        with CaptureQueriesContext(connection) as captured:
            answer = ask(address, client)
        page = client.get(answer["Location"]).content.decode()
        statements = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in captured.captured_queries]
        seen.append((answer.status_code, answer["Location"], page, statements))
    assert seen[0] == seen[1] == seen[2]
    assert not any("ground_user" in sql for sql in seen[0][3]), "nobody is looked up while somebody waits"
    assert [sent.to for sent in mails()] == [[ADDRESS]]
    assert AccountLink.objects.count() == 1, "of the others nothing is kept"


def test_an_account_without_a_password_of_its_own_gets_no_link(person: User) -> None:
    person.set_unusable_password()
    person.save()
    ask(ADDRESS)
    assert mails() == []


def test_a_link_works_once(person: User) -> None:
    link = link_for(person)
    assert choose(link).status_code == 302
    assert choose(link, "nog een ander wachtwoord").status_code == 409
    over = Client().get(link)
    assert over.status_code == 409
    assert 'href="/wachtwoord/vergeten/"' in over.content.decode()
    assert may_sign_in(person, NEW)


@pytest.mark.parametrize("what", ["password", "address", "everywhere", "blocked", "unblocked", "late", "another"])
def test_a_link_is_worth_nothing_after_what_changed_since(person: User, second_officer: User, what: str) -> None:
    link = link_for(person)
    later = timedelta()
    if what == "password":
        signing_in.set_password(audit.SYSTEM, user=person, password="tussentijds gewijzigd wachtwoord")
    elif what == "address":
        User.objects.filter(pk=person.pk).update(email="anders@voorbeeldstad.example")
    elif what == "everywhere":
        taking_back.sign_out_everywhere(audit.SYSTEM, user=person, reason="kwijt")
    elif what in ("blocked", "unblocked"):
        taking_back.block_user(audit.SYSTEM, user=person, reason="weg")
        if what == "unblocked":
            taking_back.unblock_user(audit.SYSTEM, user=person, reason="terug")
    elif what == "late":
        later = timedelta(minutes=61)
    else:
        second_officer.email = "inkoper2@voorbeeldstad.example"
        second_officer.save()
        other = link_for(second_officer)
        link = link.rsplit("/", 2)[0] + "/" + other.rsplit("/", 2)[1] + "/"
    with clock.set_to(clock.now() + later):
        assert Client().get(link).status_code == 409
        answer = choose(link)
    assert answer.status_code == 409
    assert "Deze link werkt niet (meer)." in answer.content.decode()
    person.refresh_from_db()
    assert not person.check_password(NEW)


def test_a_link_that_nobody_needs_any_more_is_not_mailed(person: User) -> None:
    ask(ADDRESS)
    links.send_those_that_wait()
    taking_back.block_user(audit.SYSTEM, user=person, reason="weg")
    sending.send_waiting()
    assert django_mail.outbox == []


def test_only_a_hash_of_the_link_is_stored(person: User) -> None:
    token = link_for(person).rsplit("/", 2)[1]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            assert token not in str(cursor.fetchall()), table
    assert AccountLink.objects.get().sha256


def test_asking_is_slowed_down_per_address_and_per_visitor(person: User, limits_on: None) -> None:
    here = {"X-Forwarded-For": "203.0.113.1"}
    assert [ask(ADDRESS, **here).status_code for _ in range(4)] == [302] * 3 + [429]
    assert [ask("niemand@x.example", **here).status_code for _ in range(4)] == [302] * 3 + [429], "known or not"
    answer = ask(ADDRESS.upper(), **{"X-Forwarded-For": "203.0.113.2"})
    assert answer.status_code == 429
    assert "U vroeg te vaak om een nieuw wachtwoord." in answer.content.decode()
    assert int(answer["Retry-After"]) > 0
    there = {"X-Forwarded-For": "198.51.100.7"}
    statuses = [ask(f"iemand-{number}@x.example", **there).status_code for number in range(22)]
    assert statuses == [302] * 20 + [429] * 2


def test_asking_many_times_leaves_nothing_of_who_is_not_here(person: User) -> None:
    for number in range(5):
        ask(f"iemand-{number}@x.example")
    assert mails() == []
    assert not AccountLink.objects.exists()


def test_the_trail_of_a_reset_says_no_address(person: User) -> None:
    choose(link_for(person))
    assert ADDRESS not in str(list(AuditEntry.objects.values()))


def test_the_second_factor_is_asked_after_a_reset_too(person: User) -> None:
    from tests.ground.test_second_factor import switch_on

    switch_on(signed_in(person))
    choose(link_for(person))
    client = Client()
    answer = client.post("/inloggen/", {"username": person.username, "password": NEW})
    assert answer["Location"] == "/inloggen/code/"
    assert client.get("/api/v1/me").status_code == 401


def test_changing_the_password_tells_the_person_by_mail(person: User) -> None:
    client = signed_in(person)
    client.post("/wachtwoord/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    assert [(sent.to, sent.subject) for sent in mails()] == [([ADDRESS], "Uw wachtwoord is gewijzigd")]
    assert len(sessions.open_of(person)) == 1, "the one at hand goes on"
    assert "Laatst gewijzigd op" in client.get("/profiel/").content.decode()


# The profile


def test_a_person_says_how_to_be_called_and_in_which_language(person: User, organisation: Organisation) -> None:
    client = signed_in(person)
    sent = Page(client.get("/profiel/")).sent
    assert sent["mailPreference"] == "at-once"
    sent |= {"lastName": "de Vries", "salutation": "Sanne", "language": "en", "mailPreference": "daily"}
    assert client.post("/profiel/", sent).status_code == 302
    person.refresh_from_db()
    assert (person.last_name, person.salutation, person.language) == ("de Vries", "Sanne", "en")
    assert person.mail_preference == "daily"
    assert "Dag Sanne" in client.get("/").content.decode()
    entry = AuditEntry.objects.get(verb="user.profile")
    assert entry.organisation == organisation
    assert "Vries" not in str(entry.changes), "the trail knows nobody's name"
    client.post("/profiel/", sent)
    assert AuditEntry.objects.filter(verb="user.profile").count() == 1, "nothing changed"


def test_what_is_wrong_with_a_profile_is_said_at_once(person: User) -> None:
    answer = signed_in(person).post("/profiel/", {"lastName": "", "language": "xx", "mailPreference": "soms"})
    assert answer.status_code == 400
    assert len(Page(answer).mistakes) == 3


def test_the_profile_shows_the_roles_with_their_begin_and_end(
    person: User, organisation: Organisation, new_supplier: Callable[..., Any]
) -> None:
    today = clock.today()
    accounts.add_membership(
        audit.SYSTEM,
        user=person,
        role=Role.AUDITOR,
        organisation=organisation,
        valid_from=today + timedelta(days=2),
        valid_to=today + timedelta(days=9),
    )
    text = Page(signed_in(person).get("/profiel/")).text
    assert "Actief Inkoper Gemeente Voorbeeldstad, geen einddatum." in text
    assert re.search(r"Later Auditor Gemeente Voorbeeldstad, vanaf .+, tot en met .+\.", text)


def test_the_frame_leads_to_the_profile(person: User) -> None:
    assert '<a href="/profiel/">Gemeente Voorbeeldstad</a>' in signed_in(person).get("/").content.decode()


def test_another_address_counts_once_it_was_confirmed_and_the_old_one_is_told(person: User) -> None:
    client = signed_in(person)
    sent = {"email": "nieuw@voorbeeldstad.example", "password": PASSWORD}
    assert client.post("/profiel/e-mail/", sent).status_code == 302
    person.refresh_from_db()
    assert person.email == ADDRESS
    told = {sent.to[0]: sent for sent in mails()}
    assert set(told) == {ADDRESS, "nieuw@voorbeeldstad.example"}
    assert "/profiel/e-mail/" not in told[ADDRESS].body
    link = link_in(told["nieuw@voorbeeldstad.example"])
    assert client.get(link).status_code == 200
    person.refresh_from_db()
    assert person.email == ADDRESS, "looking changes nothing"
    assert client.post(link).status_code == 302
    person.refresh_from_db()
    assert person.email == "nieuw@voorbeeldstad.example"
    assert [sent.to for sent in mails()] == [[ADDRESS]]
    assert client.post(link).status_code == 409
    entry = AuditEntry.objects.get(verb="user.email")
    assert "voorbeeldstad.example" not in str(entry.changes)


def test_another_address_asks_the_password(person: User) -> None:
    client = signed_in(person)
    for sent in (
        {"email": "nieuw@voorbeeldstad.example", "password": "fout"},
        {"email": "geen adres", "password": PASSWORD},
        {"email": ADDRESS, "password": PASSWORD},
    ):
        assert client.post("/profiel/e-mail/", sent).status_code == 400
    assert not AccountLink.objects.exists()


def test_what_is_wrong_with_address_and_password_is_said_at_once(person: User) -> None:
    answer = signed_in(person).post("/profiel/e-mail/", {"email": "geen adres", "password": "fout"})
    assert Page(answer).mistakes == ["veld-email", "veld-password"]


def test_nobody_has_mail_sent_to_many_addresses(person: User, limits_on: None) -> None:
    client = signed_in(person)
    statuses = [
        client.post("/profiel/e-mail/", {"email": f"iemand-{n}@x.example", "password": PASSWORD}).status_code
        for n in range(4)
    ]
    assert statuses == [302] * 3 + [429]


def test_the_address_of_another_is_told_to_nobody_and_never_taken(person: User, second_officer: User) -> None:
    second_officer.email = "bezet@voorbeeldstad.example"
    second_officer.save()
    client = signed_in(person)
    taken, free = (
        client.post("/profiel/e-mail/", {"email": address, "password": PASSWORD})
        for address in ("Bezet@voorbeeldstad.example", "vrij@voorbeeldstad.example")
    )
    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    told = {sent.to[0]: sent for sent in mails()}
    assert "Bezet@voorbeeldstad.example" not in told
    second_officer.email = "vrij@voorbeeldstad.example"
    second_officer.save()
    assert client.post(link_in(told["vrij@voorbeeldstad.example"])).status_code == 409


def test_the_link_of_another_person_confirms_nothing(person: User, second_officer: User) -> None:
    client = signed_in(person)
    client.post("/profiel/e-mail/", {"email": "nieuw@voorbeeldstad.example", "password": PASSWORD})
    link = next(link_in(sent) for sent in mails() if "nieuw@voorbeeldstad.example" in sent.to)
    assert signed_in(second_officer).post(link).status_code == 409
    assert Client().post(link)["Location"].startswith("/inloggen/")
    with clock.set_to(clock.now() + timedelta(hours=25)):
        assert client.post(link).status_code == 409
    person.refresh_from_db()
    assert person.email == ADDRESS


# Sessions


def test_open_sessions_say_where_and_since_when_and_no_more(person: User, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    there = Client(headers={"User-Agent": SAFARI, "X-Forwarded-For": "203.0.113.77"})
    there.post("/inloggen/", {"username": person.username, "password": PASSWORD})
    here = signed_in(person)
    text = here.get("/profiel/sessies/").content.decode()
    assert "Safari op iOS" in text
    assert "203.0.113.x" in text
    assert "203.0.113.77" not in text
    assert "203.0.113.77" not in str(list(SignedInSession.objects.values()))
    assert text.count("deze browser") == 1


def test_a_session_is_ended_from_another_one(person: User, second_officer: User) -> None:
    here, there = signed_in(person), signed_in(person, SAFARI)
    row = SignedInSession.objects.get(browser="Safari op iOS")
    page = f"/profiel/sessies/{row.public_id}/"
    assert signed_in(second_officer).post(page).status_code == 404
    assert there.get("/api/v1/me").status_code == 200
    assert here.get(page).status_code == 200
    assert here.post(page).status_code == 302
    assert there.get("/api/v1/me").status_code == 401
    assert here.get("/api/v1/me").status_code == 200
    assert here.post(page).status_code == 404
    assert AuditEntry.objects.get(verb="session.end").actor_key == str(person.actor_key)


def test_signing_out_everywhere_ends_this_session_too(person: User) -> None:
    here, there = signed_in(person), signed_in(person)
    assert here.get("/profiel/sessies/uitloggen/").status_code == 200
    assert there.get("/api/v1/me").status_code == 200
    assert here.post("/profiel/sessies/uitloggen/").status_code == 302
    assert {each.get("/api/v1/me").status_code for each in (here, there)} == {401}
    assert not SignedInSession.objects.exists()


def test_when_a_session_was_last_seen_is_kept_by_a_timer_and_reading_writes_nothing(person: User) -> None:
    client = signed_in(person)
    row = SignedInSession.objects.get()
    with clock.set_to(row.seen_at + timedelta(minutes=30)):
        statements = queries_of(client, "/profiel/sessies/")
        assert not [sql for sql in statements if not sql.lstrip("(").startswith("SELECT")]
        row.refresh_from_db()
        assert row.seen_at == row.began_at
        assert sessions.keep() == 1
        row.refresh_from_db()
        assert row.seen_at == clock.now()
        assert sessions.keep() == 0


def test_a_session_that_is_over_is_forgotten(person: User) -> None:
    client = signed_in(person)
    signed_in(person)
    client.post("/uitloggen/")
    Session.objects.filter(session_key=SignedInSession.objects.last().session_key).update(  # type: ignore[union-attr]
        expire_date=clock.now() - timedelta(minutes=1)
    )
    sessions.keep()
    assert not SignedInSession.objects.exists()


def test_the_pages_of_the_profile_cost_the_same_for_more_sessions_and_attempts(person: User) -> None:
    client = signed_in(person)
    pages = ("/profiel/", "/profiel/sessies/")
    few = [len(queries_of(client, page)) for page in pages]
    for _ in range(12):
        signed_in(person)
        signed_in(person, password="fout")
    assert [len(queries_of(client, page)) for page in pages] == few
    assert few == [8, 5]


# What happened


def test_a_person_sees_the_own_sign_ins_and_failed_attempts(person: User, second_officer: User) -> None:
    for _ in range(3):
        signed_in(person, password="fout")
    signed_in(second_officer, password="fout")
    client = signed_in(person)
    text = Page(client.get("/profiel/")).text
    assert "3 mislukte pogingen in het uur dat toen begon" in text
    assert text.count("Ingelogd") == 1
    with clock.set_to(clock.now() + timedelta(hours=1)):
        signing_in.move_counts_into_the_trail()
    assert "3 mislukte pogingen" in Page(client.get("/profiel/")).text
    assert [each.failed for each in history.recent(person)] == [False, True]


def test_who_works_at_two_organisations_sees_each_sign_in_once(
    person: User, other_organisation: Organisation
) -> None:
    accounts.add_membership(audit.SYSTEM, user=person, role=Role.AUDITOR, organisation=other_organisation)
    signed_in(person)
    assert AuditEntry.objects.filter(verb="user.signin").count() == 2
    assert len(history.recent(person)) == 1


def test_no_more_than_twenty_are_shown(person: User) -> None:
    for _ in range(25):
        signed_in(person)
    assert len(history.recent(person)) == 20


def test_me_says_language_and_whether_a_code_is_asked(person: User, bearer: Callable[..., Any]) -> None:
    User.objects.filter(pk=person.pk).update(language="en")
    told = signed_in(person).get("/api/v1/me").json()
    assert (told["language"], told["secondFactor"]) == ("en", False)
    machine = Client().get("/api/v1/me", headers=bearer(Role.AUDITOR, Organisation.objects.get())).json()
    assert (machine["language"], machine["secondFactor"]) == (None, None)
