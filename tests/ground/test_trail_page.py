"""The audit that a person can read: who did what, when and why, and whether the chain is whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client

from contracts.models import Contract
from mvi_dashboard.ground import acts, audit, clock, triggers
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, ChainCheck, Organisation, Role, User
from mvi_dashboard.ground.trail import following
from mvi_dashboard.ground.trail.words import words
from tests import corpus
from tests.queries import queries_of
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(new_person: Callable[..., User], organisation: Organisation) -> User:
    return new_person(Role.AUDITOR, organisation)


def _note(organisation: Organisation, actor: Actor, verb: str = "tender.publish", reason: str = "") -> AuditEntry:
    with transaction.atomic():
        return audit.record(actor, verb, organisation, organisation=organisation, reason=reason)


def _page(client: Client, person: User, address: str = "/organisatie/logboek/") -> str:
    client.force_login(person)
    return client.get(address).content.decode()


def test_a_line_says_who_did_what_and_why(
    auditor: User, organisation: Organisation, actor_as: Callable[..., Actor], client: Client
) -> None:
    officer = actor_as(Role.PROCUREMENT_OFFICER, organisation)
    _note(organisation, officer, reason="Zo afgesproken.")
    page = _page(client, auditor)
    assert str(officer.user) in page
    assert "publiceerde een aanbesteding" in page
    assert "Zo afgesproken." in page


def test_the_trail_is_filtered_by_person_act_and_day(
    auditor: User, organisation: Organisation, actor_as: Callable[..., Actor], client: Client
) -> None:
    one, other = (actor_as(Role.PROCUREMENT_OFFICER, organisation) for _ in range(2))
    with clock.set_to(clock.now() - timedelta(days=10)):
        _note(organisation, one, reason="Tien dagen geleden.")
    _note(organisation, other, reason="Vandaag.")
    page = _page(client, auditor, f"/organisatie/logboek/?persoon={one.key}")
    assert "Tien dagen geleden." in page
    assert "Vandaag." not in page
    day = (clock.today() - timedelta(days=1)).strftime("%d-%m-%Y")
    page = _page(client, auditor, f"/organisatie/logboek/?van={day}")
    assert "Tien dagen geleden." not in page
    assert "Vandaag." in page
    assert "Vandaag." not in _page(client, auditor, "/organisatie/logboek/?handeling=tender.cancel")


def test_nobody_reads_the_trail_of_another_organisation(
    auditor: User, other_organisation: Organisation, actor_as: Callable[..., Actor], client: Client
) -> None:
    entry = _note(other_organisation, actor_as(Role.PROCUREMENT_OFFICER, other_organisation), reason="Geheim.")
    assert "Geheim." not in _page(client, auditor)
    assert "Geheim." not in _page(client, auditor, f"/organisatie/logboek/?object={entry.object_id}")


def test_who_may_not_read_the_trail_gets_a_clear_no(
    organisation: Organisation, new_person: Callable[..., User], client: Client
) -> None:
    client.force_login(new_person(Role.FACILITY_MANAGER, organisation))
    assert client.get("/organisatie/logboek/").status_code == 403


def test_the_page_takes_as_many_queries_for_many_entries(
    auditor: User, organisation: Organisation, actor_as: Callable[..., Actor], client: Client
) -> None:
    officers = [actor_as(Role.PROCUREMENT_OFFICER, organisation) for _ in range(5)]
    _note(organisation, officers[0])
    client.force_login(auditor)
    few = len(queries_of(client, "/organisatie/logboek/"))
    for officer in officers * 12:
        _note(organisation, officer)
    # One table fewer is named when the newest page holds nothing else.
    assert len(queries_of(client, "/organisatie/logboek/")) <= few <= 12


def test_the_page_says_when_the_chain_was_last_seen_whole(
    auditor: User, organisation: Organisation, client: Client
) -> None:
    assert "nog niet" in _page(client, auditor)
    following.follow_chains()
    page = _page(client, auditor)
    assert "nagelopen op" in page
    assert "niet heel" not in page


def test_a_changed_entry_is_told_on_the_page(
    auditor: User, organisation: Organisation, actor_as: Callable[..., Actor], client: Client
) -> None:
    _note(organisation, actor_as(Role.PROCUREMENT_OFFICER, organisation))
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ground_auditentry SET reason = 'anders' WHERE organisation_id = %s", [organisation.pk]
        )
    triggers.install()
    following.follow_chains()
    assert "de keten is niet heel" in _page(client, auditor)


def test_a_long_chain_is_followed_a_part_at_a_time_and_again_the_next_day(
    organisation: Organisation, actor_as: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "AT_A_TIME", 3)
    officer = actor_as(Role.PROCUREMENT_OFFICER, organisation)
    for _ in range(8):
        _note(organisation, officer)
    entries = AuditEntry.objects.filter(organisation=organisation).count()
    for _ in range(-(-entries // 3) - 1):
        assert following.follow_chains() == 1
        assert ChainCheck.objects.get().finished_at is None
    following.follow_chains()
    check = ChainCheck.objects.get()
    assert (check.entries, check.problem, check.seq) == (entries, "", 0)
    assert following.follow_chains() == 0
    with clock.set_to(clock.now() + timedelta(days=2)):
        assert following.follow_chains() == 1


def test_every_act_has_words_that_follow_a_name() -> None:
    unsaid = {each.verb for each in acts.declared()} - set(words()) - {"message.read"}
    assert unsaid == set()


def test_every_verb_of_a_whole_road_has_words(reference: None) -> None:
    world = World(corpus.this_moment())
    world.build(["contract"])
    written = set(AuditEntry.objects.values_list("verb", flat=True))
    assert len(written) > 10
    assert written <= set(words())


def test_a_tender_and_a_contract_lead_to_what_happened_to_them(reference: None, client: Client) -> None:
    world = World(corpus.this_moment())
    world.build(["contract"])
    reader = world.actor(Role.AUDITOR, world.city, "auditor-1").user
    assert reader is not None
    contract = Contract.objects.get()
    tender = contract.award.lot.tender
    for address, key in (
        (f"/contracten/{contract.public_id}/", contract),
        (f"/aanbestedingen/{tender.public_id}/", tender),
    ):
        found = f"/organisatie/logboek/?object={key.public_id}"
        assert found in _page(client, reader, address)
        trail = _page(client, reader, found)
        assert contract.reference in trail or tender.title in trail
    officer = world.officer.user
    assert officer is not None
    assert "/organisatie/logboek/" not in _page(client, officer, f"/contracten/{contract.public_id}/")
