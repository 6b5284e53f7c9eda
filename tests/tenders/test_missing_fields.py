"""A bid without price or lines: each absent field is named in its own place, all at once, in every door."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from indicators.selectors import protocol_of
from tenders.exchange import layout_of
from tenders.models import Bid, BidVersion, Lot
from tenders.views.workbooks import workbook_of
from tests import corpus
from tests.pages import Page
from tests.worlds import World

from .filled import filled_in

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ({}, {"price", "lines"}),
        ({"price": "25000.00"}, {"lines"}),
        ({"lines": []}, {"price", "lines"}),
    ],
)
def test_rest_names_price_and_lines(world: World, sent: dict[str, Any], named: set[str]) -> None:
    headers = {"Authorization": f"Bearer {world.token('leverancier-a')}", "Idempotency-Key": corpus.fresh_key()}
    path = f"/api/v1/tenders/{world.names['tender']}/bids"
    answer = Client().post(path, json.dumps(sent), "application/json", headers=headers)
    assert answer.status_code == 400
    problems = answer.json()["errors"]
    assert {(each["attr"], each["code"]) for each in problems} == {(attr, "required") for attr in named}
    assert BidVersion.objects.count() == 0


def test_a_stored_concept_without_price_and_lines_can_be_kept_and_names_both_when_it_is_submitted(
    world: World, browser: Callable[[str], Client]
) -> None:
    world.supplier_actor("leverancier-a")
    client, form = browser("leverancier-a-1"), reverse("tenders:bid_form", args=[world.names["tender"]])
    assert client.post(form, {"save": "1", "clientReference": "half"}).status_code == 302
    page = Page(client.get(form))
    assert page.sent["clientReference"] == "half"
    answer = Page(client.post(form, page.sent | {"submit": "1"}))
    assert answer.status == 400
    for place in ("veld-price", "veld-lines"):
        assert f'href="#{place}"' in answer.html
        assert f'id="{place}"' in answer.html
    assert answer.sent["clientReference"] == "half"
    assert Bid.objects.get().state == Bid.State.CONCEPT
    assert BidVersion.objects.count() == 0


def test_a_workbook_without_price_and_lines_names_both(world: World) -> None:
    lot = Lot.objects.select_related("group", "protocol", "tender").get(public_id=world.names["lot"])
    actor = world.supplier_actor("leverancier-a")
    layout = layout_of(lot.group, protocol_of(lot.protocol), lot.request_level)
    book = filled_in(workbook_of(actor, lot), layout, {"clientReference": "half", "lines": []})
    headers = {"Authorization": f"Bearer {world.token('leverancier-a')}", "Idempotency-Key": corpus.fresh_key()}
    sent = Client().post("/api/v1/imports/bids", {"file": SimpleUploadedFile("bod.xlsx", book)}, headers=headers)
    problems = sent.json()["errors"]
    assert {"cells.B4.Inschrijving", "cells.A2.Producten"} <= {each["attr"] for each in problems}
    assert BidVersion.objects.count() == 0
