"""A tender answers every field that it takes, so that changing one of them loses none of the others."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from indicators.models import BaselineProduct
from mvi_dashboard.ground.shapes import camel
from tenders.models import LotItem
from tenders.selectors import document_of_tender
from tenders.services.shapes import AMBITION, ITEM, LOT, TENDER
from tests import worlds
from tests.worlds import World

pytestmark = pytest.mark.django_db
# How one item can be sent in short, on the lot itself.
IN_SHORT = {"needed_count", "needed_years"}


def names(shape: object, *without: str) -> set[str]:
    return {camel(name) for name in shape.fields if name not in without}  # type: ignore[attr-defined]


def test_what_can_be_sent_can_be_read(world: World) -> None:
    document = document_of_tender(worlds._make_tender(world, world.now))
    (lot, *_), (ambition, *_) = document["lots"], document["ambitions"]
    assert set(document) == names(TENDER)
    assert set(lot) == names(LOT, *IN_SHORT)
    assert set(lot["items"][0]) == names(ITEM)
    assert set(ambition) == names(AMBITION)


def test_changing_one_field_over_rest_keeps_the_others(world: World) -> None:
    tender = worlds._make_tender(world, world.now)
    product = BaselineProduct.objects.filter(kind=BaselineProduct.Kind.BASELINE).first()
    assert product is not None
    LotItem.objects.filter(lot__tender=tender).update(baseline_product=product)
    before = document_of_tender(tender)
    assert before["lots"][0]["items"][0]["baselineProduct"] == product.code
    headers = {"Authorization": f"Bearer {world.token('procurement-officer')}"}
    path = f"/api/v1/tenders/{tender.public_id}"
    etag = Client().get(path, headers=headers)["ETag"]
    answer = Client().patch(
        path,
        json.dumps({"title": "Andere titel"}),
        content_type="application/json",
        headers={**headers, "If-Match": etag},
    )
    assert answer.status_code == 200, answer.content
    tender.refresh_from_db()
    assert document_of_tender(tender) == before | {"title": "Andere titel"}
    assert answer.json()["lots"][0]["items"][0]["baselineProduct"] == product.code
