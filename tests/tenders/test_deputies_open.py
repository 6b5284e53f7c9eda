"""A deputy opens under the own name: with the person it stands in for that makes two, alone it stays one."""

from __future__ import annotations

import pytest

import tenders.services
from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.models import AuditEntry, User
from mvi_dashboard.ground.people import deputising
from mvi_dashboard.ground.problems import Refused
from tenders.models import OpeningConfirmation, Tender
from tests import corpus
from tests.worlds import World

pytestmark = pytest.mark.django_db


def test_a_person_and_the_deputy_are_two_and_the_deputy_alone_is_one(reference: None) -> None:
    world = World(corpus.this_moment())
    world.build(["closed-tender"])
    tender = Tender.objects.get(public_id=world.names["tender"])
    officer, manager = world.officer, world.manager
    assert isinstance(officer.user, User)
    assert isinstance(manager.user, User)
    day = clock.today().isoformat()
    document = {"organisation": world.city.code, "person": officer.key, "deputy": manager.key}
    made = deputising.set_deputy(officer, document={**document, "firstDay": day, "lastDay": day})
    deputy = access.actor_of_user(manager.user)
    tenders.services.open_tender(deputy, tender_id=tender.public_id)
    with pytest.raises(Refused) as refused:
        tenders.services.open_tender(deputy, tender_id=tender.public_id)
    assert refused.value.problems[0].code == "second_officer"
    # Somebody who stands in no more does not count as the first of two.
    deputising.end_deputy(officer, deputy_id=made.public_id)
    tenders.services.open_tender(officer, tender_id=tender.public_id)
    tender.refresh_from_db()
    assert tender.status == Tender.Status.PUBLISHED
    deputising.set_deputy(officer, document={**document, "firstDay": day, "lastDay": day})
    tenders.services.open_tender(access.actor_of_user(manager.user), tender_id=tender.public_id)
    tender.refresh_from_db()
    assert tender.status == Tender.Status.OPENED
    assert OpeningConfirmation.objects.filter(tender=tender, person=manager.user).exists()
    # The entry of the opening has the name of who came second: the own one.
    assert AuditEntry.objects.get(verb="tender.open").actor_key == manager.key
