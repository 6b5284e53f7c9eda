"""What a webhook hears of a tender and a contract, from the first bid to a record, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.models import Contract
from indicators.factors import telling
from indicators.selectors import current_basis
from mvi_dashboard.ground.models import Role, WebhookMessage
from mvi_dashboard.ground.webhooks import making, sending
from mvi_dashboard.ground.webhooks.events import Event
from tenders.models import Bid, Tender
from tests.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_the_road_from_bid_to_record_is_told_step_by_step(world: World, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["haak.example"]
    for place, name in ((world.city, "beheerder-1"), (world.water, "beheerder-2")):
        actor = world.actor(Role.ORGANISATION_ADMINISTRATOR, place, name)
        document = {"url": "https://haak.example/", "events": [str(each) for each in Event]}
        making.make_webhook(actor, document=document)
    world.build(["delivered"])
    telling.basis_changed(current_basis())
    told = WebhookMessage.objects.filter(organisation=world.city).order_by("pk")
    assert [each.event for each in told] == [
        "bid.received",
        "tender.opened",
        "award.decided",
        "contract.made",
        "record.added",
        "basis.switched",
    ]
    of_others = WebhookMessage.objects.filter(organisation=world.water)
    assert [each.event for each in of_others] == ["basis.switched"]
    contract = Contract.objects.get(public_id=world.names["contract"])
    received, _opened, _award, made, added, _switched = told
    assert received.data == {"tender": str(Tender.objects.get().public_id)}
    assert made.data["contract"] == added.data["contract"] == str(contract.public_id)
    assert added.data["records"] == [str(each.public_id) for each in contract.delivery_records.all()]
    bodies = b"".join(map(sending.body_of, told))
    bid = Bid.objects.select_related("supplier").get()
    for secret in (bid.supplier.code, str(bid.public_id), "price", "count"):
        assert secret.encode() not in bodies
