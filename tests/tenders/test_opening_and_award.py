"""Opening by two persons, comparison, decision, standstill."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

import tenders.services
from indicators.lines import as_document
from indicators.selectors import basis_arrays
from mvi_dashboard.ground import clock, jobs, terms, verification
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Job, Role, Supplier
from mvi_dashboard.ground.problems import Kind, Refused
from mvi_dashboard.ground.vault import Purpose
from tenders.models import Award, Bid, BidLine, BidVersion, Confirmation, LineResult, Tender
from tenders.services.bid_documents import read_content
from tenders.services.line_making import input_hashes
from tenders.services.opening import MOST_AT_ONCE
from tenders.services.sealing import unseal
from tests.worlds import World, bid_document

from .conftest import lines

pytestmark = pytest.mark.django_db


def refusal(act: Callable[[], Any]) -> str:
    """The code of the one problem with which this is refused."""
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.problems[0].code


def test_opening_takes_two_persons_within_ten_minutes(submit: Callable[..., BidVersion], world: World) -> None:
    submit()
    tender_id = world.names["tender"]

    def open_by(actor: Actor, after: timedelta) -> Tender:
        with clock.set_to(world.now + timedelta(days=32) + after):
            return tenders.services.open_tender(actor, tender_id=tender_id)

    assert refusal(lambda: tenders.services.open_tender(world.officer, tender_id=tender_id)) == "too_early"
    assert open_by(world.officer, timedelta(0)).status == Tender.Status.PUBLISHED
    assert refusal(lambda: open_by(world.officer, timedelta(minutes=5))) == "second_officer"
    late = timedelta(minutes=11)
    assert open_by(world.second_officer, late).status == Tender.Status.PUBLISHED, "the first one ran out"
    assert open_by(world.officer, late + timedelta(minutes=1)).status == Tender.Status.OPENED


def test_an_officer_of_another_organisation_co_signs_only_after_the_first_person(
    submit: Callable[..., BidVersion], world: World
) -> None:
    submit()
    world.agree_to_cosign()
    other = world.actor(Role.PROCUREMENT_OFFICER, world.water, "inkoper-4")
    tender_id = world.names["tender"]
    with clock.set_to(world.now + timedelta(days=32)):
        assert refusal(lambda: tenders.services.open_tender(other, tender_id=tender_id)) == "not_found"
        tenders.services.open_tender(world.officer, tender_id=tender_id)
        assert tenders.services.open_tender(other, tender_id=tender_id).status == Tender.Status.OPENED


def test_the_opening_makes_lines_results_and_confirmations_that_verify(
    submit: Callable[..., BidVersion], opened: Callable[[], Tender]
) -> None:
    heavy = [{"attr": "lines.0.massKg", "code": "plausibility", "reason": "Het is een zware stoel."}]
    submit(lines=lines(1, massKg="450"), confirmations=heavy)
    submit("leverancier-b", lines=lines(2))
    opened()
    assert BidLine.objects.count() == LineResult.objects.count() == 3
    assert Confirmation.objects.get().reason == "Het is een zware stoel."
    assert Bid.objects.filter(client_reference="OFF-2026-001").count() == 2
    assert list(verification.differences(["receipts", "results"])) == []


def test_a_changed_result_is_found_by_verify(
    submit: Callable[..., BidVersion], opened: Callable[[], Tender]
) -> None:
    from mvi_dashboard.ground import triggers

    submit()
    opened()
    result = LineResult.objects.get()
    values = np.frombuffer(bytes(result.values), dtype="<f8").copy()
    values[0] += 1.0
    with triggers.suspended():
        LineResult.objects.filter(pk=result.pk).update(values=values.tobytes())
    assert any("weighted" in line for line in verification.differences(["results"]))


def test_a_result_from_when_an_empty_text_was_none_still_rests_on_what_was_sealed(
    submit: Callable[..., BidVersion], opened: Callable[[], Tender]
) -> None:
    """Decision 27 made an empty text the same as leaving it out; results of before keep their hash."""
    from mvi_dashboard.ground import triggers

    bill = [{"component": "", "material": "steel", "share": "1", "recycled": "0"}]
    version = submit(lines=lines(1, billOfMaterials=bill))
    opened()
    result, lot = LineResult.objects.get(), Bid.objects.get(opened=True).lot
    data, _problems = read_content(unseal(version, purpose=Purpose.VERIFY, actor=None), lot)
    assessed = tenders.services.assess_bid(data["lines"], [result.line.item], lot, basis_arrays(result.basis))
    document = as_document(assessed.given[0])
    document["bill_of_materials"][0]["component"] = None
    (before,) = input_hashes(assessed, result.basis, documents=[document])
    assert before != result.input_hash
    for said, differences in ((before, 0), ("sha256:" + "0" * 64, 1)):
        with triggers.suspended():
            LineResult.objects.filter(pk=result.pk).update(input_hash=said)
        assert len(list(verification.differences(["lines"]))) == differences


def test_many_bids_are_opened_by_a_job(world: World, opened: Callable[[], Tender]) -> None:
    from mvi_dashboard.ground import accounts, audit

    for number in range(MOST_AT_ONCE + 1):
        code = f"firma-{number}"
        firm: Supplier = accounts.create_supplier(audit.SYSTEM, code=code, name=code)
        world.suppliers[code] = firm
        document = bid_document(world.names["lot"])
        tenders.services.submit_bid(world.supplier_actor(code), tender_id=world.names["tender"], document=document)
    assert opened().status == Tender.Status.PUBLISHED
    job = Job.objects.get()
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", MOST_AT_ONCE + 1, MOST_AT_ONCE + 1)
    assert Tender.objects.get().status == Tender.Status.OPENED


def test_an_opening_that_was_cut_off_is_finished(
    submit: Callable[..., BidVersion], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tenders.jobs import finish_interrupted

    submit()
    moment = world.now + timedelta(days=32)
    with clock.set_to(moment):
        tenders.services.open_tender(world.officer, tender_id=world.names["tender"])
        monkeypatch.setattr("tenders.services.opening.finish_opening", lambda *given: None)
        cut = tenders.services.open_tender(world.second_officer, tender_id=world.names["tender"])
    monkeypatch.undo()
    assert cut.status == Tender.Status.PUBLISHED
    with clock.set_to(moment + timedelta(minutes=3)):
        assert finish_interrupted() == 1
    assert Tender.objects.get().status == Tender.Status.OPENED


def test_an_opening_that_a_job_is_busy_with_is_left_to_it(
    submit: Callable[..., BidVersion], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tenders.jobs import finish_interrupted

    submit()
    monkeypatch.setattr("tenders.services.opening.MOST_AT_ONCE", 0)
    moment = world.now + timedelta(days=32)
    with clock.set_to(moment):
        for officer in (world.officer, world.second_officer):
            tenders.services.open_tender(officer, tender_id=world.names["tender"])
        assert Job.objects.get().state in Job.ACTIVE
    with clock.set_to(moment + timedelta(minutes=3)):
        assert finish_interrupted() == 0


def test_parts_add_up_to_what_is_avoided(submit: Callable[..., BidVersion], opened: Callable[[], Tender]) -> None:
    submit(lines=[*lines(1, endOfLifePlan="take-back"), *lines(1, reference="hoes", role="accessory", massKg="1")])
    tender = opened()
    lot = tender.lots.get()
    item = lot.items.get()
    item.reference_product = (
        type(item)._meta.get_field("reference_product").related_model.objects.get(code="bureaustoel-referentie")
    )
    compared = tenders.services.compare_lot(lot, tender.basis, None, [item])
    found = compared.bids[0].comparison
    parts = np.sum([found.parts[part] for part in found.parts], axis=0)
    place = compared.arrays.position("climate")
    assert found.avoided[place] == pytest.approx(found.reference[place] - found.demand_impact[place], abs=1e-9)
    assert parts[place] == pytest.approx(found.avoided[place], abs=1e-9)
    assert found.parts["accessories"][place] < 0
    assert compared.bids[0].price is not None


def test_a_promise_after_the_contract_counts_only_when_it_survives(
    submit: Callable[..., BidVersion], opened: Callable[[], Tender]
) -> None:
    short = {"lifetimeYears": "18", "endOfLifePlan": "take-back"}
    submit(lines=lines(1, **short))
    submit("leverancier-b", lines=lines(1, **short, promiseSurvives=True))
    opened()
    factors = [
        float(
            tenders.services.assess_bid(
                [line], [None], BidLine.objects.first().item.lot, compared.arrays
            ).results.end_of_life_factor[0]
        )
        for compared, line in _sent()
    ]
    assert factors == [1.0, 0.9]


def _sent() -> list[Any]:
    from tenders.selectors import sent_lines

    tender = Tender.objects.get()
    compared = tenders.services.compare_lot(tender.lots.get(), tender.basis)
    found = sent_lines(list(BidLine.objects.order_by("pk")))
    return [(compared, line) for line in found.values()]


def test_a_decision_waits_for_its_standstill_and_can_be_taken_back(
    submit: Callable[..., BidVersion], opened: Callable[[], Tender], world: World
) -> None:
    bid = submit().bid
    tender = opened()
    document = {"bid": str(bid.public_id), "reason": "Laagste effect."}
    moment = world.now + timedelta(days=33)

    def decide(**changes: Any) -> Award:
        tender.refresh_from_db()
        return tenders.services.decide_award(
            world.officer, tender_id=tender.public_id, document=document | changes, expected_version=tender.version
        )

    with clock.set_to(moment):
        assert refusal(lambda: decide(standstillDays=5)) == "required"
        award = decide()
        tender.refresh_from_db()
        assert tender.status == Tender.Status.DECIDED
        assert award.standstill_until >= terms.end_of(clock.local_date(moment) + timedelta(days=20))
        assert award.standstill_until == terms.term_after(moment, 20).ends_at
        assert refusal(decide) == "wrong_state"
        tenders.services.withdraw_award(
            world.officer,
            tender_id=tender.public_id,
            document={"reason": "Rekenfout in de prijs."},
            expected_version=tender.version,
        )
        tender.refresh_from_db()
        assert tender.status == Tender.Status.OPENED
        assert decide().pk != award.pk


def test_a_token_without_a_person_opens_nothing(world: World) -> None:
    nobody = Actor("systeem", world.officer.grants)
    with clock.set_to(world.now + timedelta(days=32)), pytest.raises(Refused) as refused:
        tenders.services.open_tender(nobody, tender_id=world.names["tender"])
    assert refused.value.kind is Kind.FORBIDDEN


def test_a_cancelled_tender_keeps_its_bids_sealed(submit: Callable[..., BidVersion], world: World) -> None:
    submit()
    tender = Tender.objects.get()
    tenders.services.cancel_tender(
        world.officer,
        tender_id=tender.public_id,
        document={"reason": "De vraag is vervallen."},
        expected_version=tender.version,
    )
    assert refusal(lambda: submit("leverancier-b")) == "cancelled"
    with clock.set_to(world.now + timedelta(days=32)):
        assert (
            refusal(lambda: tenders.services.open_tender(world.officer, tender_id=tender.public_id))
            == "wrong_state"
        )
    assert BidLine.objects.count() == 0
