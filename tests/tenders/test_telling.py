"""Who is told what about tenders and bids: in time, once, and never what is sealed or somebody else's."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

import tenders.services
from mvi_dashboard.ground import clock, triggers
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Mail, Membership, Message, Role, User
from mvi_dashboard.ground.outbox.texts import words_of
from tenders.models import Bid, BidVersion, Tender
from tenders.services.telling import award_decided, tell_what_is_due
from tests import worlds
from tests.worlds import World

from .conftest import lines
from .test_page_queries import another
from .test_set_aside import broken_seal
from .test_standstill import SHORT

pytestmark = pytest.mark.django_db
Submit = Callable[..., BidVersion]
Stage = Callable[[str], Tender]
DEADLINE = timedelta(days=30)
FIRST, SECOND, KEEPER = "inkoper-1", "inkoper-2", "contractmanager-1"
BIDDER, OTHER, NEIGHBOUR = "leverancier-a-1", "leverancier-b-1", "inkoper-4"
CANARY, PRICE = "kanarie-die-zingt-4711", "23456.78"


@pytest.fixture(autouse=True)
def _everybody(world: World) -> None:
    """Who could be told by mistake: another organisation, a supplier that does not bid; all with an address."""
    world.actor(Role.PROCUREMENT_OFFICER, world.water, NEIGHBOUR)
    world.actor(Role.CONTRACT_MANAGER, world.water, "contractmanager-4")
    for code in world.suppliers:
        world.supplier_actor(code)
    for person in User.objects.all():
        person.email = f"{person.username}@voorbeeld.example"
        person.mail_preference = User.MailPreference.NEVER
        person.save()


def told(kind: str) -> set[str]:
    """The usernames of who was told this."""
    return set(Message.objects.filter(kind=kind).values_list("reader__username", flat=True))


def mailed(kind: str) -> set[str]:
    """The usernames to whom a mail of this goes out, though nobody here wants any."""
    return set(Mail.objects.filter(kind=kind).values_list("message__reader__username", flat=True))


def all_told() -> dict[str, set[str]]:
    """Per person the kinds that it was told."""
    found: dict[str, set[str]] = {}
    for reader, kind in Message.objects.values_list("reader__username", "kind"):
        found.setdefault(reader, set()).add(kind)
    return found


def message(kind: str, username: str) -> Message:
    return Message.objects.get(kind=kind, reader__username=username)


def decide(world: World, by: Actor, **changes: Any) -> Any:
    tender = Tender.objects.get(public_id=world.names["tender"])
    document = {"bid": world.names["bid"], "reason": "Beste effect en prijs samen."} | changes
    return tenders.services.decide_award(
        by, tender_id=tender.public_id, document=document, expected_version=tender.version
    )


def test_a_bid_that_came_in_is_told_to_the_people_of_that_supplier_only(submit: Submit, world: World) -> None:
    colleague = world.person(Role.SUPPLIER, world.suppliers["leverancier-a"], "leverancier-a-2")
    bid = submit().bid
    assert all_told() == {BIDDER: {"bid-received"}, colleague.username: {"bid-received"}}
    assert message("bid-received", BIDDER).url == f"/inschrijvingen/{bid.public_id}/"
    bid.refresh_from_db()
    document = worlds.bid_document(world.names["lot"], price="24000")
    actor = world.supplier_actor("leverancier-a")
    tenders.services.replace_bid(actor, bid_id=bid.public_id, document=document, expected_version=bid.version)
    assert Message.objects.filter(kind="bid-received", reader__username=BIDDER).count() == 2


def test_a_bid_that_is_undone_was_told_to_nobody(submit: Submit) -> None:
    with pytest.raises(RuntimeError, match="undone"):
        _submit_and_fail(submit)
    assert not Message.objects.exists()
    assert not Mail.objects.exists()


@transaction.atomic
def _submit_and_fail(submit: Submit) -> None:
    submit()
    assert Message.objects.exists()
    raise RuntimeError("undone")


def test_before_the_opening_officers_are_told_nothing_of_bids(stage: Stage) -> None:
    stage("ready")
    tell_what_is_due()
    for username in (FIRST, SECOND):
        about = Message.objects.filter(reader__username=username)
        assert {each.kind for each in about} == {"bids-to-open"}
        assert [each.facts for each in about] == [{"tender": Tender.objects.get().title}]


def test_a_bid_that_is_taken_back_is_mailed_to_its_supplier_and_a_concept_to_nobody(
    submit: Submit, world: World
) -> None:
    bid = submit().bid
    actor = world.supplier_actor("leverancier-a")
    bid.refresh_from_db()
    tenders.services.withdraw_bid(actor, bid_id=bid.public_id, expected_version=bid.version)
    assert told("bid-withdrawn") == mailed("bid-withdrawn") == {BIDDER}
    other = world.supplier_actor("leverancier-b")
    place = {"tender_id": world.names["tender"], "lot_id": world.names["lot"]}
    concept = tenders.services.save_draft(other, document={"lines": []}, **place)
    tenders.services.withdraw_bid(other, bid_id=concept.public_id, expected_version=concept.version)
    assert told("bid-withdrawn") == {BIDDER}


def test_a_deadline_is_told_three_days_and_one_day_before_to_officers_and_who_is_at_it(
    submit: Submit, world: World
) -> None:
    submit()
    place = {"tender_id": world.names["tender"], "lot_id": world.names["lot"]}
    tenders.services.save_draft(world.supplier_actor("leverancier-b"), document={"lines": []}, **place)
    counts = []
    for before in (timedelta(days=4), timedelta(days=2), timedelta(days=2), timedelta(hours=20)):
        with clock.set_to(world.now + DEADLINE - before):
            counts.append(tell_what_is_due())
    assert counts == [0, 4, 0, 4]
    assert told("deadline-near") == {FIRST, SECOND, BIDDER, OTHER}


def test_bids_that_can_be_opened_are_told_once_to_who_may_open(stage: Stage) -> None:
    stage("closed")
    assert tell_what_is_due() == 0, "the deadline passed, the moment of the opening did not come yet"
    stage_of_opening = clock.now() + timedelta(days=1)
    with clock.set_to(stage_of_opening):
        assert (tell_what_is_due(), tell_what_is_due()) == (2, 0)
    assert told("bids-to-open") == {FIRST, SECOND}


def test_the_second_opener_is_wanted_by_mail_here_and_with_who_agreed_but_not_of_the_first(
    stage: Stage, world: World
) -> None:
    world.agree_to_cosign()
    tender = stage("first")
    assert mailed("second-opener-wanted") == told("second-opener-wanted") == {SECOND}
    assert mailed("second-opener-elsewhere") == told("second-opener-elsewhere") == {NEIGHBOUR}
    mine, theirs = message("second-opener-wanted", SECOND), message("second-opener-elsewhere", NEIGHBOUR)
    assert words_of(mine.kind, mine.facts, "nl").subject.startswith(f"{FIRST} wacht op u om te openen, tot ")
    assert tender.title in words_of(mine.kind, mine.facts, "nl").subject
    assert tender.title not in json.dumps(theirs.facts), "the titles of another organisation stay there"
    before = Message.objects.count()
    tenders.services.open_tender(world.second_officer, tender_id=tender.public_id)
    assert Message.objects.count() == before


@pytest.mark.parametrize("gone", ["blocked", "ended", "later", "over"])
def test_who_may_not_act_here_today_is_told_nothing(gone: str, stage: Stage, world: World) -> None:
    held = Membership.objects.filter(user=world.second_officer.user)
    if gone == "blocked":
        User.objects.filter(username=SECOND).update(is_active=False)
    elif gone == "ended":
        held.update(ended_at=clock.now())
    elif gone == "later":
        held.update(valid_from=date(2199, 1, 1))
    else:
        held.update(valid_to=date(2020, 1, 1))
    stage("first")
    assert told("second-opener-wanted") == set()


def test_an_award_is_told_to_officers_and_keepers_and_its_outcome_mailed_to_each_bidder(
    stage: Stage, world: World, client: Client
) -> None:
    stage("decided")
    assert told("award-decided") == {SECOND}, "who decided knows"
    assert told("contract-coming") == {KEEPER}
    assert told("outcome") == mailed("outcome") == {BIDDER, OTHER}
    own = {name: message("outcome", name) for name in (BIDDER, OTHER)}
    assert own[BIDDER].facts == own[OTHER].facts, "winner and others are told the same"
    for name, other in ((BIDDER, OTHER), (OTHER, BIDDER)):
        client.force_login(User.objects.get(username=name))
        assert client.get(own[name].url).status_code == 200
        assert client.get(own[other].url).status_code == 404
    assert message("contract-coming", KEEPER).url == "", "who keeps contracts sees no tenders"


def test_an_award_that_is_taken_back_is_told_and_so_is_the_next_one(stage: Stage, world: World) -> None:
    tender = stage("decided")
    document = {"reason": "Een fout in de beoordeling."}
    tenders.services.withdraw_award(
        world.officer, tender_id=tender.public_id, document=document, expected_version=tender.version
    )
    assert mailed("award-withdrawn") == told("award-withdrawn") == {SECOND, KEEPER, BIDDER, OTHER}
    decide(world, world.officer)
    assert Message.objects.filter(kind="outcome", reader__username=OTHER).count() == 2


def test_a_decision_without_a_standstill_wants_a_second_person_and_says_so_to_bidders(
    stage: Stage, world: World
) -> None:
    stage("opened")
    decide(world, world.officer, **SHORT)
    assert mailed("second-decision-wanted") == told("second-decision-wanted") == {SECOND}
    assert told("outcome-at-once") == set()
    decide(world, world.second_officer, **SHORT)
    assert told("outcome-at-once") == {BIDDER, OTHER}
    assert told("award-decided-at-once") == {FIRST}
    assert told("outcome") == set()
    assert tell_what_is_due() == 0, "there was no standstill that ended"


def test_a_tender_that_is_stopped_is_mailed_to_who_bid_or_was_at_it(stage: Stage, world: World) -> None:
    place = {"tender_id": world.names["tender"], "lot_id": world.names["lot"]}
    tenders.services.save_draft(world.supplier_actor("leverancier-c"), document={"lines": []}, **place)
    stage("cancelled")
    assert mailed("tender-cancelled") == told("tender-cancelled") == {BIDDER, OTHER, "leverancier-c-1"}


def test_the_end_of_a_standstill_is_told_once_to_who_decides(stage: Stage, world: World) -> None:
    stage("decided")
    assert tell_what_is_due() == 0
    with clock.set_to(world.now + timedelta(days=56)):
        assert (tell_what_is_due(), tell_what_is_due()) == (2, 0)
    assert told("standstill-over") == {FIRST, SECOND}


def test_a_bid_that_could_not_be_opened_is_mailed_to_its_supplier(
    submit: Submit, opened: Callable[[], Tender]
) -> None:
    broken_seal(submit())
    submit("leverancier-b", lines=lines(1, massKg="9"))
    opened()
    assert mailed("bid-set-aside") == told("bid-set-aside") == {BIDDER}


def test_no_message_of_a_whole_road_holds_a_figure_an_offer_or_the_name_of_a_bidder(
    submit: Submit, world: World
) -> None:
    world.agree_to_cosign()
    said = {"clientReference": CANARY, "lines": lines(1, name=CANARY), "price": PRICE}
    world.names["bid"] = str(submit(**said).bid.public_id)
    submit("leverancier-b", **said)
    tender = Tender.objects.get(public_id=world.names["tender"])
    for days in (29, 32):
        with clock.set_to(world.now + timedelta(days=days)):
            tell_what_is_due()
    worlds._open(world, tender, world.now + timedelta(days=32))
    worlds._decide(world, tender, world.now + timedelta(days=33))
    with clock.set_to(world.now + timedelta(days=56)):
        tell_what_is_due()
    worlds._finalise(world, tender, world.now + timedelta(days=57), "C-2026-001")
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert {"bid-received", "deadline-near", "bids-to-open", "second-opener-wanted", "award-decided"} <= kinds
    assert {"outcome", "standstill-over", "contract-made", "contract-won"} <= kinds
    assert told("contract-won") == {BIDDER}
    names = [supplier.name for supplier in world.suppliers.values()]
    for row in (*Message.objects.all(), *Mail.objects.all()):
        said_by = json.dumps(row.facts) + row.url + words_of(row.kind, {**row.facts, "link": ""}, "nl").body
        for secret in (CANARY, "23456", "23.456", "45.75", *names):
            assert secret not in said_by, (row.kind, secret)
    bids = {str(bid.public_id): f"{bid.supplier.code}-1" for bid in Bid.objects.select_related("supplier")}
    for row in Message.objects.select_related("reader"):
        led_to = [owner for public_id, owner in bids.items() if public_id in row.url]
        assert led_to in ([], [row.reader.username]), row.kind
    strangers = {NEIGHBOUR, "contractmanager-4", "leverancier-c-1"}
    assert {kind for name in strangers for kind in all_told().get(name, ())} == {"second-opener-elsewhere"}


def test_a_message_about_what_somebody_may_no_longer_see_leads_nowhere(
    stage: Stage, world: World, client: Client
) -> None:
    stage("decided")
    Membership.objects.filter(user=world.second_officer.user).update(ended_at=clock.now())
    client.force_login(User.objects.get(username=SECOND))
    opened = client.post(f"/berichten/{message('award-decided', SECOND).public_id}/")
    assert client.get(opened["Location"]).status_code == 404


def test_an_award_costs_as_many_statements_for_two_bidders_as_for_three(
    submit: Submit, stage: Stage, world: World
) -> None:
    tender = stage("decided")
    lot = tender.lots.get()
    award = lot.awards.get()
    counts = []
    for code in ("", "leverancier-c"):
        if code:
            with triggers.suspended():
                another(lot.bids.order_by("pk").first(), public_id=uuid.uuid4(), supplier=world.suppliers[code])
        Message.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            award_decided(award, lot, world.officer)
        counts.append(len(captured))
    # Officers, keepers, bids, their people, and four that tell them all.
    assert counts == [8, 8]
