"""One delivery protocol, four faces: the form, the schema, the workbook and the page ask the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import tenders.services
from indicators.selectors import protocol_of
from mvi_dashboard.ground import receipts
from mvi_dashboard.ground.described import as_json
from mvi_dashboard.ground.vault import Purpose
from tenders.exchange import layout_of
from tenders.models import BidVersion, Lot
from tenders.services.sealing import unseal
from tenders.views.workbooks import workbook_of
from tests import corpus
from tests.worlds import World, _make_tender, _name_tender, _publish

from .filled import filled_in, whole_bid
from .typed import typed

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Browser = Callable[[str], Client]
GROUPS = 46
WORKED_OUT = 9


@pytest.fixture
def full(world: World) -> Lot:
    """A lot of office furniture on which everything is asked."""
    tender = _make_tender(world, world.now, requestLevel="full")
    _name_tender(world, _publish(world, tender, world.now))
    return Lot.objects.select_related("group", "protocol", "tender").get(tender=tender)


def sealed(version: BidVersion) -> dict[str, Any]:
    """What was sealed, in clear."""
    return unseal(version, purpose=Purpose.VERIFY, actor=None)


def test_a_bid_by_form_by_rest_and_by_workbook_is_the_same_to_the_last_digit(
    world: World, full: Lot, browser: Browser, client: Client
) -> None:
    document = whole_bid(str(full.public_id))
    form = reverse("tenders:bid_form", args=[full.tender.public_id])
    world.supplier_actor("leverancier-a")
    said = {**typed(document), "declaredResults.0.unit": "euro per stuk", "submit": "1"}
    answer = browser("leverancier-a-1").post(form, said)
    assert answer.status_code == 302, answer.content.decode()
    headers = {"Authorization": f"Bearer {world.token('leverancier-b')}", "Idempotency-Key": corpus.fresh_key()}
    path = f"/api/v1/tenders/{full.tender.public_id}/bids"
    by_form = BidVersion.objects.get()
    rest = Client().post(
        path, json.loads(receipts.canonical(sealed(by_form))), "application/json", headers=headers
    )
    assert rest.status_code == 201, rest.content
    actor = world.supplier_actor("leverancier-c")
    book = filled_in(workbook_of(actor, full), layout_of(full.group, protocol_of(full.protocol), "full"), document)
    headers = {"Authorization": f"Bearer {world.token('leverancier-c')}", "Idempotency-Key": corpus.fresh_key()}
    file = SimpleUploadedFile("bod.xlsx", book)
    sent = Client().post("/api/v1/imports/bids?confirm=true", {"file": file}, headers=headers)
    assert sent.status_code == 201, sent.content
    versions = list(BidVersion.objects.select_related("bid__lot__tender").order_by("pk"))
    contents = [receipts.canonical(sealed(version)) for version in versions]
    assert contents[0] == contents[1] == contents[2]
    assert rest.json()["impacts"] == sent.json()["impacts"]
    own = tenders.services.bid_answer(world.supplier_actor("leverancier-a"), versions[0].bid).impacts
    assert [as_json(each) for each in own] == sent.json()["impacts"]
