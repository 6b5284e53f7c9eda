"""What an organisation arranges itself, and how one begins, moves, merges, splits and ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mvi_dashboard.ground import access, accounts, audit, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import (
    AuditEntry,
    Invitation,
    Membership,
    Message,
    Organisation,
    OrganisationTheme,
    Role,
    User,
)
from mvi_dashboard.ground.organisations import making, retention, succession, themes, tree
from mvi_dashboard.ground.problems import Kind, Refused
from mvi_dashboard.ground.verification import differences

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
GOOD = ":root { --mvi-action: #7a1f3d; --basis-color-default-bg-document: white; --utrecht-weet-niet: 3px }"
DATA, THEME, LIST = "/organisatie/gegevens/", "/organisatie/gegevens/uiterlijk/", "/organisaties/"


@pytest.fixture
def city() -> Organisation:
    return accounts.create_organisation(audit.SYSTEM, code="voorbeeldstad", name="Gemeente Voorbeeldstad")


@pytest.fixture
def town() -> Organisation:
    return accounts.create_organisation(audit.SYSTEM, code="voorbeelddorp", name="Gemeente Voorbeelddorp")


def person(name: str, place: Organisation | None = None, role: str = Role.ORGANISATION_ADMINISTRATOR) -> User:
    user = accounts.create_user(audit.SYSTEM, username=name)
    if place is not None:
        accounts.add_membership(audit.SYSTEM, user=user, role=role, organisation=place)
    return user


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def keeper() -> User:
    """Who administers the installation, and works nowhere."""
    user = person("installatie")
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    user.refresh_from_db()
    return user


def act(user: User) -> Actor:
    return access.actor_of_user(User.objects.get(pk=user.pk))


def today(days: int = 0) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def merged(keeper: User, one: Organisation, other: Organisation) -> None:
    document = {"successor": other.code, "day": today(), "reason": "Herindeling"}
    succession.merge(act(keeper), code=one.code, document=document)


def refused(attempt: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        attempt()
    return caught.value


def test_an_administrator_changes_the_name_and_another_one_sees_nothing(city: Any, town: Any) -> None:
    own, other = browser(person("a", city)), browser(person("b", town))
    assert own.post(DATA, {"name": "Stad", "kind": "gemeente"}).status_code == 302
    assert Organisation.objects.get(pk=city.pk).name == "Stad"
    assert AuditEntry.objects.filter(organisation=city, verb="organisation.change").exists()
    assert other.get(f"{DATA}?plaats={city.code}").status_code == 404
    assert "Vul" in own.post(DATA, {"name": " "}).content.decode() or own.post(DATA, {}).status_code == 400


def test_a_look_is_seen_by_the_own_people_only(city: Any, town: Any) -> None:
    own, other = browser(person("a", city)), browser(person("b", town))
    sent = SimpleUploadedFile("huisstijl.css", GOOD.encode())
    assert own.post(THEME, {"css": sent}).status_code == 302
    address = f"/uiterlijk/{city.code}/{OrganisationTheme.objects.get().sha256}.css"
    page = own.get(DATA).content.decode()
    assert f'data-theme="{city.code}"' in page
    assert address in page
    sheet = own.get(address)
    assert sheet.headers["Content-Type"].startswith("text/css")
    assert sheet.content.decode() == (
        ":root[data-theme] {\n  --basis-color-default-bg-document: #ffffff;\n  --mvi-action: #7a1f3d;\n}\n"
    )
    assert other.get(address).status_code == Client().get(address).status_code == 404
    assert address not in other.get(DATA).content.decode()
    assert own.post(f"{THEME}weg/").status_code == 302
    assert own.get(address).status_code == 404


@pytest.mark.parametrize(
    ("css", "said"),
    [
        (":root{\n--mvi-actual: #000}", "Regel 2: --mvi-actual heeft in elke grafiek een vaste betekenis"),
        (":root{--mvi-page: url(https://elders.example/x)}", "is geen kleur"),
        (":root{--mvi-page: var(--x)}", "is geen kleur"),
        (":root{--mvi-action: #0f4c5c80}", "doorzichtig"),
        (":root{--mvi-action: #ffcc00}", "Regel 1: de tekst op een knop is niet goed te zien: contrast 1,5"),
        (":root{--mvi-ink: #999}", "de tekst op de pagina is niet goed te zien"),
        (":root{--mvi-page: #222;--mvi-ink:#fff}", "het groen van vermeden is niet goed te zien"),
        (":root{--mvi-radius: 400px}", "geen lengte"),
        (':root{--mvi-font: "A</style>"}', "geen rij van lettertypen"),
        (":root{--mvi-action: hsl(none 0% 0%)}", "is geen kleur"),
        ("@import url(x.css);", "@import kan hier niet"),
        (":root{--kleur: red}", "geen token voor het uiterlijk"),
        (":root{color: red}", "geen token voor het uiterlijk"),
        (":root{--mvi-page: #fff}\nbody{--mvi-page: #eee}", "Regel 2: --mvi-page staat er twee keer in"),
        ("rommel", "geen CSS"),
        ("", "geen kleur of letter"),
    ],
)
def test_what_is_no_plain_token_is_refused_with_its_line(css: str, said: str) -> None:
    assert any(said in problem.detail for problem in themes.read_theme(css).problems)


def test_every_colour_that_can_be_themed_is_readable_as_it_is() -> None:
    assert {"page", "ink", "action", "on-action", "font", "radius"} <= set(themes.slots())
    assert "actual" not in themes.slots()
    found = themes.read_theme(
        "".join(f":root{{--mvi-{n}: {s.usual}}}" for n, s in themes.slots().items() if s.usual)
    )
    assert found.problems == ()


def test_who_administers_the_installation_makes_an_organisation_and_invites_one(keeper: User) -> None:
    client = browser(keeper)
    answer = client.post(
        "/organisaties/nieuw/", {"name": "Waterschap Voorbeeld", "code": "waterschap", "kind": ""}
    )
    assert answer.headers["Location"] == "/organisaties/bij/waterschap/"
    invite = "/organisaties/bij/waterschap/beheerder/"
    assert client.post(invite, {"email": "b@waterschap.example", "language": "nl"}).status_code == 302
    assert Invitation.objects.get().roles == [Role.ORGANISATION_ADMINISTRATOR]
    assert "werkt alleen de nieuwe link" in client.get("/organisaties/bij/waterschap/").content.decode()
    # A mistake in the address is mended by inviting once more: the first link is worth nothing then.
    assert client.post(invite, {"email": "c@waterschap.example", "language": "nl"}).status_code == 302
    assert Invitation.objects.get(withdrawn_at=None).email == "c@waterschap.example"
    assert "waterschap" in client.get(f"{LIST}?zoek=Waterschap").content.decode()
    wrong = client.post("/organisaties/nieuw/", {"name": "x", "code": "Waterschap!", "parent": "bestaat-niet"})
    assert wrong.status_code == 400
    assert "Er is geen organisatie met deze code" in wrong.content.decode()


def test_what_was_not_chosen_well_is_said_before_anything_is_shown(keeper: User, city: Any, town: Any) -> None:
    client, one = browser(keeper), f"/organisaties/bij/{city.code}/"
    said = "Kies een organisatie."
    assert said not in client.get(f"{one}samenvoegen/").content.decode()
    assert said in client.get(f"{one}samenvoegen/?opvolger=").content.decode()
    page = client.get(f"{one}splitsen/?opvolger={town.code}&ander={town.code}").content.decode()
    assert "Kies twee verschillende organisaties." in page
    assert "Dit kunt u niet terugdraaien" not in page


def test_others_get_none_of_these_pages(city: Any) -> None:
    client = browser(person("a", city))
    one = f"/organisaties/bij/{city.code}/"
    pages = [LIST, "/organisaties/nieuw/", one, f"{one}samenvoegen/", f"{one}splitsen/", f"{one}eindigen/"]
    assert {client.get(page).status_code for page in pages} == {403}
    assert refused(lambda: merged(person("b", city), city, city)).kind is Kind.FORBIDDEN


def test_an_organisation_moves_with_what_is_below_it_and_never_in_a_circle(
    keeper: User, city: Any, town: Any
) -> None:
    service = accounts.create_organisation(audit.SYSTEM, code="dienst", parent=city)
    making.move(act(keeper), code=city.code, document={"parent": town.code, "reason": "Nieuwe indeling"})
    service.refresh_from_db()
    assert service.path == f"/{town.pk}/{city.pk}/{service.pk}/"
    circle = {"parent": service.code, "reason": "Nieuwe indeling"}
    assert (
        "staat zelf onder"
        in refused(lambda: making.move(act(keeper), code=town.code, document=circle)).problems[0].detail
    )
    assert list(differences(["organisations"])) == []


def test_at_an_organisation_that_ended_people_read_and_do_nothing(keeper: User, city: Any) -> None:
    officer = person("inkoper", city, Role.PROCUREMENT_OFFICER)
    making.end(act(keeper), code=city.code, document={"lastDay": today(), "reason": "Opgeheven"})
    assert act(officer).may(access.TENDER_EDIT, city.pk)
    with clock.set_to(clock.now() + timedelta(days=1)):
        Organisation.objects.filter(pk=city.pk).update(valid_to=clock.today() - timedelta(days=2))
        assert not act(officer).may(access.TENDER_EDIT)
        assert act(officer).may(access.TENDER_READ, city.pk)
        assert not access.people_who_may(access.TENDER_EDIT, city.pk).exists()
        assert access.people_who_may(access.TENDER_READ, city.pk).exists()


def test_the_successor_reads_at_once_and_acts_after_handing_over(keeper: User, city: Any, town: Any) -> None:
    service = accounts.create_organisation(audit.SYSTEM, code="dienst", parent=town)
    officer = person("inkoper", city, Role.PROCUREMENT_OFFICER)
    merged(keeper, town, city)
    town.refresh_from_db()
    service.refresh_from_db()
    assert (town.successor, town.parent, service.parent) == (city, city, city)
    assert town.valid_to == clock.today() - timedelta(days=1)
    assert act(officer).may(access.TENDER_READ, town.pk)
    assert not act(officer).may(access.TENDER_EDIT, town.pk)
    assert officer not in access.people_who_may(access.TENDER_EDIT, town.pk)
    succession.hand_over(act(keeper), code=town.code, document={"reason": "Loopt door"})
    assert act(officer).may(access.TENDER_EDIT, town.pk)
    assert officer in access.people_who_may(access.TENDER_EDIT, town.pk)
    assert access.own_organisation(act(officer), access.TENDER_EDIT) == city.pk, "nothing new begins there"
    assert list(differences(["organisations"])) == []


def test_administrators_hear_that_others_read_there_from_now_on(keeper: User, city: Any, town: Any) -> None:
    above, below = person("regio", city), person("dorp", town)
    making.move(act(keeper), code=town.code, document={"parent": city.code, "reason": "Regio"})
    told = Message.objects.filter(kind="organisation-placed")
    assert {each.reader for each in told} == {above, below}
    assert all(each.facts == {"organisation": town.name, "above": city.name} for each in told)
    client = browser(below)
    assert f"{town.name} staat nu onder {city.name}" in client.get("/berichten/").content.decode()
    making.move(act(keeper), code=town.code, document={"reason": "Terug"})
    assert told.count() == 2, "nobody reads more by it"
    merged(keeper, town, city)
    assert told.filter(reader=below).count() == 2, "also who administers there no more"


def test_nobody_is_invited_to_an_organisation_that_is_no_more(keeper: User, city: Any, town: Any) -> None:
    person("beheerder", town)
    merged(keeper, town, city)
    document = {"email": "installatie@voorbeeld.example", "language": "nl"}
    no = refused(lambda: making.invite_administrator(act(keeper), code=town.code, document=document))
    assert (no.kind, no.problems[0].code) == (Kind.CONFLICT, "ended"), "whoever came in would read all of it"
    assert not Invitation.objects.exists()


def test_what_was_handed_over_goes_along_when_the_successor_goes_up_too(
    keeper: User, city: Any, town: Any
) -> None:
    region = accounts.create_organisation(audit.SYSTEM, code="regio", name="Regio Voorbeeld")
    officer = person("inkoper", region, Role.PROCUREMENT_OFFICER)
    merged(keeper, town, city)
    succession.hand_over(act(keeper), code=town.code, document={"reason": "Loopt door"})
    merged(keeper, city, region)
    assert act(officer).organisations_for(access.TENDER_EDIT) == {region.pk}
    succession.hand_over(act(keeper), code=city.code, document={"reason": "Loopt door"})
    assert act(officer).organisations_for(access.TENDER_EDIT) == {region.pk, city.pk, town.pk}
    town.refresh_from_db()
    assert (town.successor, town.carried_by) == (city, region), "who came first stays who came first"


def test_a_split_names_both_parts_and_one_of_them_goes_on(keeper: User, city: Any, town: Any) -> None:
    west = accounts.create_organisation(audit.SYSTEM, code="west", name="West", parent=city)
    client, at = browser(keeper), f"/organisaties/bij/{city.code}/splitsen/"
    assert "Er is geen organisatie met deze code" in client.get(f"{at}?opvolger=west&ander=x").content.decode()
    address = f"{at}?opvolger=west&ander={town.code}"
    assert "Wat waarheen gaat" in client.get(address).content.decode()
    late = client.post(address, {"day": today(1), "reason": "Splitsing"})
    assert late.status_code == 400
    assert "Kies vandaag of een dag die voorbij is" in late.content.decode()
    assert client.post(address, {"day": today(), "reason": "Splitsing"}).status_code == 302
    city.refresh_from_db()
    west.refresh_from_db()
    assert {each.code for each in city.parts.all()} == {"west", town.code}
    assert (city.successor, city.path, west.parent) == (west, f"/{west.pk}/{city.pk}/", None)
    assert client.get(at).status_code == 409, "it is no more"


def test_messages_go_after_the_term_that_was_chosen_and_the_trail_says_how_many(city: Any, town: Any) -> None:
    client, reader = browser(person("a", city)), person("b", city)
    for place in (city, town):
        Message.objects.create(
            reader=reader, organisation=place, kind="role-ending", object_type="x", object_id=place.code,
            moment=clock.now() - timedelta(days=120),
        )  # fmt: skip
    assert "3 maanden: nu 1 bericht te oud" in client.get("/organisatie/bewaren/").content.decode()
    document = {"messages": "3", "tenderConcepts": "0"}
    assert client.post("/organisatie/bewaren/", document).status_code == 400, "a reason is asked"
    assert retention.clean() == 0
    assert client.post("/organisatie/bewaren/", document | {"reason": "Ons beleid"}).status_code == 302
    assert retention.clean() == 1
    assert Message.objects.get().organisation == town
    assert AuditEntry.objects.get(verb="organisation.clean").changes == {"messages": 1}
    assert AuditEntry.objects.filter(
        verb="organisation.retention", organisation=city, reason="Ons beleid"
    ).exists()


def test_a_key_administers_no_installation_and_a_place_can_be_too_deep(keeper: User, city: Any, town: Any) -> None:
    token, _ = accounts.create_api_token(audit.SYSTEM, role=Role.ORGANISATION_ADMINISTRATOR, organisation=city)
    assert (
        refused(lambda: making.move(access.actor_of_token(token), code=city.code, document={})).kind
        is Kind.FORBIDDEN
    )
    town.path = "/" + "9/" * 127
    assert [problem.code for problem in tree.check_place(city, town)] == ["range"]
    assert Membership.objects.filter(user=keeper).count() == 0
