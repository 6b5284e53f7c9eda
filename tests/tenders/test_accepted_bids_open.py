"""Whatever is accepted opens: bids with nulls, empty values, extremes and odd Unicode, on every kind of lot.

`FUZZED_BIDS=8000` sends as many as a release asks for, `FUZZ_SEED` other ones.
"""

from __future__ import annotations

import itertools
import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

import tenders.services
from indicators.models import Indicator
from indicators.selectors import materials_visible_to
from mvi_dashboard.ground import accounts, audit, clock, verification
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.described import Described, as_json
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.rest.bodies import parse
from tenders.models import Bid, Lot, Tender
from tenders.services.bid_documents import shape_of
from tests import worlds
from tests.worlds import World, bid_document

from .fuzzed import Fuzz, as_sent

pytestmark = pytest.mark.django_db
BIDS = int(os.environ.get("FUZZED_BIDS", "300"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
BIDDERS = 20
MOST_SENT = 3  # a bid is sent again with reasons for what asks for one
CONSUMED = {
    "productGroup": "elektriciteit",
    "items": [{"number": 1, "description": "Stroom", "neededCount": 100000, "neededYears": "4"}],
}
KINDS: tuple[dict[str, Any], ...] = (
    {"fewerItemsAllowed": True},
    {"fewerItemsAllowed": True, "requestLevel": "light"},
    {"requestLevel": "standard"},
    CONSUMED,
)


def base_of(kind: dict[str, Any], lot: str) -> dict[str, Any]:
    """A bid on this kind of lot with which nothing is wrong."""
    if kind is not CONSUMED:
        return bid_document(lot)
    row = {"material": "electricity", "share": "1", "recycled": "0"}
    line = {"reference": "stroom", "name": "Stroom", "item": 1, "massKg": "1", "count": 100000}
    line |= {"lifetimeYears": "4", "circularStrategy": "new", "endOfLifePlan": "none", "billOfMaterials": [row]}
    return bid_document(lot, lines=[line])


def published(world: World, kind: dict[str, Any]) -> Tender:
    """An open tender with one lot of this kind."""
    tender = worlds._make_tender(world, world.now - timedelta(minutes=5), **kind)
    made: Tender = worlds._publish(world, tender, world.now - timedelta(minutes=4))
    return made


def codes_for(actor: Actor) -> dict[str, list[str]]:
    """What the fields of a bid may name."""
    known = materials_visible_to(actor)
    flows = [code for code, info in known.items() if info.is_flow]
    goods = [code for code, info in known.items() if not info.is_flow]
    return {
        "material": [*random.Random(SEED).sample(goods, 6), "steel", "plastic", "onbekend"],
        "flow": [*flows[:4], "electricity", "electricity"],
        "unit": ["kWh", "kWh", "m3", "kg"],
        "circular_strategy": ["new", "reuse", "refurbish", "refuse"],
        "end_of_life_plan": ["none", "reuse", "recycle"],
        "line": ["stoel", "stroom", "elders"],
        "indicator": [*Indicator.objects.values_list("code", flat=True)[:3], "onbekend"],
        "item": [1, 1, 1, 2],  # type: ignore[list-item] # the one number among the codes
    }


def accepted(actor: Actor, tender: Tender, document: dict[str, Any], *, typed: bool) -> str:
    """`accepted`, or the code of the first problem for which it is refused."""
    try:
        document = parse(as_sent(document))
    except Refused as refused:
        return refused.problems[0].code
    for _ in range(MOST_SENT):
        try:
            with transaction.atomic():
                tenders.services.submit_bid(actor, tender_id=tender.public_id, document=document, typed=typed)
        except Refused as refused:
            if not all(each.confirmable for each in refused.problems):
                return refused.problems[0].code
            reasons = [{"attr": each.attr, "code": each.code, "reason": "Zo is het."} for each in refused.problems]
            document = document | {"confirmations": [*(document.get("confirmations") or ()), *reasons]}
        else:
            return "accepted"
    return "unconfirmed"


def batches(number: int) -> Iterator[range]:
    """So many bids in tenders of as many as there are bidders."""
    for first in range(0, number, BIDDERS):
        yield range(first, min(first + BIDDERS, number))


def check_opened(world: World, tender: Tender, *, verify: bool) -> None:
    """The tender stands opened with all its bids, and they can be compared and read."""
    with clock.set_to(world.now + timedelta(days=32)):
        for officer in (world.officer, world.second_officer):
            opened = tenders.services.open_tender(officer, tender_id=tender.public_id)
        aside = list(
            Bid.objects.filter(lot__tender=tender, opened=False).values_list("set_aside_reason", flat=True)
        )
        assert (opened.status, aside) == (Tender.Status.OPENED, [])
        found = tenders.services.compare_tender(world.officer, tender_id=tender.public_id)
        assert len(found.bids) == Bid.objects.filter(lot__tender=tender).count()
        answers: list[Described] = [tenders.services.comparison_answer(found, 0, None, clock.now())]
        for each in found.bids[:1]:
            answers.append(tenders.services.bid_read(tenders.services.bid_answer(world.officer, each.bid)))
        json.dumps([as_json(each) for each in answers], cls=DjangoJSONEncoder, allow_nan=False)
    if verify:
        assert list(verification.differences(["receipts", "lines", "results"])) == []


def test_whatever_a_fuzzer_gets_accepted_opens(reference: None, capsys: pytest.CaptureFixture[str]) -> None:
    world = World(worlds.corpus.this_moment())
    world.build(["reference"])
    bidders = []
    for number in range(BIDDERS):
        code = f"firma-{number}"
        world.suppliers[code] = accounts.create_supplier(audit.SYSTEM, code=code, name=code)
        bidders.append(world.supplier_actor(code))
    codes, chance, outcomes = codes_for(bidders[0]), random.Random(SEED), Counter[str]()
    for batch, kind in zip(batches(BIDS), itertools.cycle(KINDS), strict=False):
        with transaction.atomic():
            tender = published(world, kind)
            lot = Lot.objects.select_related("group", "protocol", "tender").get(tender=tender)
            fuzz = Fuzz(shape_of(lot), codes, chance)
            for number in batch:
                document = fuzz.bid(base_of(kind, str(lot.public_id)))
                bidder, typed = bidders[number % BIDDERS], chance.random() < 0.15
                outcomes[accepted(bidder, tender, document, typed=typed)] += 1
            check_opened(world, tender, verify=batch.start % (5 * BIDDERS) == 0)
            transaction.set_rollback(True)
    with capsys.disabled():
        if BIDS > 300:
            print(f"\n{BIDS} bids, seed {SEED}: {outcomes.most_common()}")
    assert sum(outcomes.values()) == BIDS
    assert outcomes["accepted"] > BIDS // 8
    assert len(outcomes) > 10, "and many are refused, each for its own reason"
