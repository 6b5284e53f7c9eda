"""Concepts of tenders that an organisation lets go after a while."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import AuditEntry, OrganisationSettings
from mvi_dashboard.ground.organisations import retention
from mvi_dashboard.ground.verification import differences
from tenders.models import AwardRule, Lot, Tender
from tests import corpus
from tests.worlds import World

pytestmark = pytest.mark.django_db


def test_a_concept_nobody_works_on_goes_after_the_term_and_nothing_else(reference: None) -> None:
    world = World(corpus.this_moment())
    world.build(["open-tender", "draft-tender"])
    lot = Lot.objects.get(tender__status=Tender.Status.DRAFT)
    AwardRule.objects.get_or_create(lot=lot, organisation=world.city)
    with clock.set_to(clock.now() + timedelta(days=400)):
        assert retention.clean() == 0, "as long as nobody chose a term it stays"
        settings, _ = OrganisationSettings.objects.get_or_create(organisation=world.city)
        settings.retention = {"messages": 13, "tender_concepts": 24}
        settings.save()
        assert retention.clean() == 0
        settings.retention["tender_concepts"] = 12
        settings.save()
        assert retention.clean() == 1
    assert Tender.objects.get().status == Tender.Status.PUBLISHED
    assert Lot.objects.get().tender == Tender.objects.get()
    assert AuditEntry.objects.get(verb="organisation.clean").changes["tender_concepts"] == 1
    assert list(differences(["imprints", "audit"])) == []
