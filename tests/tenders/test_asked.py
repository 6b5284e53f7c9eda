"""What a lot asks at its level: shown, checked and kept, and never part of our numbers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

import tenders.services
from indicators.models import ProtocolVersion
from indicators.selectors import get_group, protocol_of
from mvi_dashboard.ground import receipts, triggers
from mvi_dashboard.ground.problems import Refused
from tenders.exchange import layout_of
from tenders.models import Bid, BidLine, BidVersion, Lot, Tender
from tenders.views.workbooks import workbook_of
from tests.pages import Page
from tests.worlds import World, _make_tender, _name_tender, _open, _publish, bid_document

from .filled import filled_in, whole_bid

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Browser = Callable[[str], Client]
CLASSES = 11


def lot_of(world: World, **changes: Any) -> Lot:
    """A published lot."""
    tender = _make_tender(world, world.now, **changes)
    _name_tender(world, _publish(world, tender, world.now))
    return Lot.objects.select_related("group", "protocol", "tender").get(tender=tender)


def refused(world: World, lot: Lot, document: dict[str, Any]) -> list[tuple[str | None, str]]:
    """Why this bid on the lot is refused."""
    with pytest.raises(Refused) as found:
        tenders.services.submit_bid(
            world.supplier_actor("leverancier-a"), tender_id=lot.tender.public_id, document=document
        )
    return [(problem.attr, problem.code) for problem in found.value.problems]


def meal(lot: Lot, **answers: Any) -> dict[str, Any]:
    """A bid of meals with these answers."""
    bill = [{"material": "food-potato", "share": "1", "recycled": "0"}]
    line = {"reference": "M", "massKg": "0.5", "count": 1000, "circularStrategy": "new", "endOfLifePlan": "none"}
    return bid_document(str(lot.public_id), lines=[line | {"billOfMaterials": bill, "answers": answers}])


def test_a_bid_without_answers_is_taken_at_light_and_standard_and_not_at_full(world: World) -> None:
    for level in ("light", "standard"):
        lot = lot_of(world, requestLevel=level)
        document = bid_document(str(lot.public_id))
        actor = world.supplier_actor("leverancier-a")
        assert tenders.services.submit_bid(actor, tender_id=lot.tender.public_id, document=document).number == 1
    lot = lot_of(world, requestLevel="full")
    found = refused(world, lot, bid_document(str(lot.public_id)))
    assert ("lines.0.answers", "required") in found
    assert ("lines.0.warrantyYears", "required") in found


def test_what_was_asked_and_left_open_is_told_and_stays_unknown(world: World) -> None:
    lot = lot_of(world)
    actor = world.supplier_actor("leverancier-a")
    document = bid_document(str(lot.public_id))
    version = tenders.services.submit_bid(actor, tender_id=lot.tender.public_id, document=document)
    told = {problem.code: problem.detail for problem in tenders.services.bid_answer(actor, version.bid).notices}
    assert "Losmaakbaarheid" in told["not_answered"]
    assert "Recyclebaar na gebruik" not in told["not_answered"]


def test_the_eleven_classes_of_food_are_together_the_whole(world: World) -> None:
    lot = lot_of(world, productGroup="catering", items=[{"number": 1, "description": "Lunch", "neededCount": 1000,
                                                        "neededYears": "4"}])  # fmt: skip
    protocol = protocol_of(lot.protocol)
    assert protocol is not None
    ((_, codes),) = protocol.sums
    assert len(codes) == CLASSES
    part = dict.fromkeys(codes, "0.09")
    assert ("lines.0.answers.potatoes", "sum") not in refused_or_nothing(world, lot, part | {codes[0]: "0.1"})
    assert ("lines.0.answers.potatoes", "sum") in refused_or_nothing(world, lot, part)
    assert ("lines.0.answers.potatoes", "sum") in refused_or_nothing(world, lot, {"meat": "0.7", "fish": "0.4"})
    assert ("lines.0.answers.potatoes", "sum") not in refused_or_nothing(
        world, lot, {"meat": "0.7", "fish": "0.2"}
    )


def refused_or_nothing(world: World, lot: Lot, answers: dict[str, Any]) -> list[tuple[str | None, str]]:
    """Why these answers are refused; the price is left out, so that nothing is ever stored."""
    document = meal(lot, **answers)
    del document["price"]
    return refused(world, lot, document)


def test_an_answer_that_is_not_of_the_protocol_is_refused(world: World) -> None:
    lot = lot_of(world)
    document = bid_document(str(lot.public_id))
    document["lines"][0]["answers"] = {"organicShare": "0.5", "detachability": "half", "sparePartsYears": "-1"}
    assert set(refused(world, lot, document)) == {
        ("lines.0.answers.organicShare", "unknown_field"),
        ("lines.0.answers.detachability", "invalid_choice"),
        ("lines.0.answers.sparePartsYears", "range"),
    }


def test_answers_are_kept_at_the_opening_and_change_no_number(world: World) -> None:
    lot = lot_of(world, requestLevel="full")
    whole = whole_bid(str(lot.public_id))
    other = json.loads(receipts.canonical(whole))
    other["lines"][0]["answers"] |= {"detachability": "none", "recyclableShare": "0.1"}
    for code, document in (("leverancier-a", whole), ("leverancier-b", other)):
        actor = world.supplier_actor(code)
        tenders.services.submit_bid(actor, tender_id=lot.tender.public_id, document=document)
    _open(world, lot.tender, world.now + corpus_opening())
    lines = list(BidLine.objects.order_by("bid_version_id"))
    assert [line.answers["detachability"] for line in lines] == ["most", "none"]
    assert lines[0].answers["materialPassport"] is True
    assert lines[0].evidence == {"warrantyYears": "Garantiebewijs, bladzijde 2"}
    hashes = {result.input_hash for line in lines for result in line.results.all()}
    assert len(hashes) == 1


def corpus_opening() -> Any:
    from .conftest import MOMENTS

    return MOMENTS["opened"]


def test_a_tender_keeps_the_protocol_that_it_pinned(world: World) -> None:
    first = ProtocolVersion.objects.get(code="algemeen", version="1")
    tender = _make_tender(world, world.now)
    _publish(world, tender, world.now)
    with triggers.suspended():
        Lot.objects.filter(tender=tender).update(protocol=first)
    lot = Lot.objects.select_related("group", "protocol", "tender").get(tender=tender)
    document = bid_document(str(lot.public_id))
    actor = world.supplier_actor("leverancier-a")
    assert tenders.services.submit_bid(actor, tender_id=tender.public_id, document=document).number == 1
    document["lines"][0]["answers"] = {"detachability": "all"}
    assert refused(world, lot, document)[0][0] is not None


def test_a_published_protocol_and_the_level_of_a_published_lot_never_change(world: World) -> None:
    lot = lot_of(world)
    for change in (
        lambda: ProtocolVersion.objects.filter(pk=lot.protocol_id).update(definition={}),
        lambda: Lot.objects.filter(pk=lot.pk).update(request_level="light"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_level_is_chosen_in_the_form_of_the_tender(world: World, browser: Browser) -> None:
    tender = _make_tender(world, world.now)
    client, address = browser("inkoper-1"), reverse("tenders:edit", args=[tender.public_id])
    sent = Page(client.get(address)).sent
    assert sent["lots.0.requestLevel"] == "standard"
    assert client.post(address, sent | {"lots.0.requestLevel": "full"}).status_code == 302
    assert Lot.objects.get(tender=tender).request_level == "full"
    again = Page(client.get(address)).sent
    assert again["lots.0.requestLevel"] == "full"
    assert Page(client.post(address, again | {"lots.0.requestLevel": "alles"})).status == 400


def test_a_workbook_fills_in_the_form_and_stores_nothing(world: World, browser: Browser) -> None:
    lot = lot_of(world, requestLevel="full")
    actor = world.supplier_actor("leverancier-a")
    layout = layout_of(lot.group, protocol_of(lot.protocol), "full")
    book = load_workbook(io.BytesIO(filled_in(workbook_of(actor, lot), layout, whole_bid(str(lot.public_id)))))
    client, address = browser("leverancier-a-1"), reverse("tenders:bid_form", args=[lot.tender.public_id])

    def upload(name: str = "bod.xlsx") -> Page:
        stream = io.BytesIO()
        book.save(stream)
        return Page(client.post(address, {"upload": "1", "file": SimpleUploadedFile(name, stream.getvalue())}))

    page = upload()
    assert page.status == 200
    assert page.sent["lines.0.answers.recyclableShare"] == "87,5"
    assert page.sent["lines.0.answers.detachability"] == "most"
    assert page.sent["declaredResults.0.validUntil"] == "31-12-2030"
    assert page.sent["price"] == "24999,5"
    assert not Bid.objects.exists()
    done = client.post(address, page.sent | {"submit": "1"})
    assert done.status_code == 302
    assert BidVersion.objects.count() == 1
    book["Producten"]["D2"].value = -1
    wrong = upload()
    assert wrong.status == 400
    assert "(Blad Producten, cel D2.)" in wrong.text
    assert upload("bod.csv").status == 400
    assert BidVersion.objects.count() == 1


def test_a_workbook_of_another_lot_is_refused(world: World, browser: Browser) -> None:
    lot, other = lot_of(world), lot_of(world)
    content = workbook_of(world.supplier_actor("leverancier-a"), other)
    address = reverse("tenders:bid_form", args=[lot.tender.public_id])
    sent = {"upload": "1", "file": SimpleUploadedFile("bod.xlsx", content)}
    page = Page(browser("leverancier-a-1").post(address, sent))
    assert page.status == 400
    assert "van een ander perceel" in page.text


def test_the_workbook_is_there_for_a_group_and_a_lot(world: World, browser: Browser) -> None:
    lot = lot_of(world)
    headers = {"Authorization": f"Bearer {world.token('leverancier-a')}"}
    group = get_group("catering")
    client = browser("inkoper-1")
    for answer in (
        Client().get(f"/api/v1/product-groups/{group.code}/workbook?level=full", headers=headers),
        Client().get(f"/api/v1/tenders/{lot.tender.public_id}/workbook", headers=headers),
        Client().get(f"/productgroepen/{group.code}/werkboek/?niveau=light"),
        client.get(reverse("tenders:workbook", args=[lot.tender.public_id])),
    ):
        assert answer.status_code == 200
        assert "Uitleg" in load_workbook(io.BytesIO(answer.content)).sheetnames
    wrong = Client().get(f"/api/v1/product-groups/{group.code}/workbook?level=veel", headers=headers)
    assert wrong.status_code == 400
    assert client.get(f"/productgroepen/{group.code}/uitvraag/?niveau=veel").status_code == 404
    assert client.get(reverse("tenders:request", args=[lot.tender.public_id])).status_code == 200


def test_a_supplier_does_not_see_the_workbook_of_a_concept(world: World, browser: Browser) -> None:
    tender = _make_tender(world, world.now)
    world.supplier_actor("leverancier-a")
    assert browser("leverancier-a-1").get(reverse("tenders:workbook", args=[tender.public_id])).status_code == 404
    assert Tender.objects.count() == 2


def test_what_is_required_is_never_folded_away(world: World, browser: Browser) -> None:
    world.supplier_actor("leverancier-a")
    for level, opens in (("full", True), ("light", False)):
        lot = lot_of(world, requestLevel=level)
        page = Page(browser("leverancier-a-1").get(reverse("tenders:bid_form", args=[lot.tender.public_id])))
        folds = [given for tag, given in page.tags if tag == "details" and given["class"] == "filters-form"]
        assert ("open" in folds[0]) == opens
