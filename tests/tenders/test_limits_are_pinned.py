"""What a product may weigh and how long it counts lies fast when a tender is published, whatever changes later."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

import contracts.services
import tenders.services
from contracts.models import Contract, ContractEffect
from indicators.groups import proposals
from indicators.models import ProductGroup
from mvi_dashboard.ground import triggers
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Role
from mvi_dashboard.ground.problems import Refused
from tenders.models import Lot, Tender
from tests import standing
from tests.worlds import World, bid_document

pytestmark = pytest.mark.django_db


furnish = standing.states()


def set_cap(years: str, actor_as: Callable[..., Actor], **more: str) -> None:
    """A new cap of the group, by the door of the reference manager."""
    maker, second = actor_as(Role.REFERENCE_MANAGER), actor_as(Role.REFERENCE_MANAGER)
    row = proposals.get_row(maker, "product-groups", "kantoormeubilair")
    made = proposals.change_row(
        maker,
        kind="product-groups",
        code="kantoormeubilair",
        expected_version=row.stamp,
        document={"values": {"lifetimeCapYears": years, **more}},
    )
    proposals.publish_proposal(
        second, made.public_id, expected_version=made.version, document={"reason": "Nieuwe bron."}
    )


def test_bids_on_a_running_tender_count_by_the_cap_of_its_publication(
    world: World, actor_as: Callable[..., Actor]
) -> None:
    world.build(["opened-tender"])
    tender = Tender.objects.get(public_id=world.names["tender"])
    lot = tender.lots.get()
    before = ProductGroup.objects.get(code="kantoormeubilair").lifetime_cap_years
    assert lot.limits[""]["lifetime_cap_years"] == before
    amounts = _amounts(world)
    set_cap("2", actor_as, lifetimeMinYears="1")
    assert ProductGroup.objects.get(code="kantoormeubilair").lifetime_cap_years == 2
    assert _amounts(world) == amounts
    world.names.pop("tender")
    world.names.pop("lot")
    world.build(["open-tender"])
    assert Lot.objects.get(public_id=world.names["lot"]).limits[""]["lifetime_cap_years"] == 2


def _amounts(world: World) -> list[Any]:
    found = tenders.services.compare_tender(world.officer, tender_id=world.names["tender"])
    return [
        (each.assessed.lines.lifetime_years.tolist(), str(each.comparison.demand_impact.tolist()))
        for each in found.bids
    ]


def test_a_bid_comes_in_under_the_limits_that_were_published(world: World, actor_as: Callable[..., Actor]) -> None:
    world.build(["open-tender"])
    set_cap(
        "2",
        actor_as,
        lifetimeMinYears="1",
        lifetimeUsualMinYears="1",
        lifetimeMaxYears="11",
        lifetimeLimitYears="11",
    )
    done = tenders.services.submit_bid(
        world.supplier_actor("leverancier-a"),
        tender_id=world.names["tender"],
        document=bid_document(world.names["lot"]),
    )
    assert done.bid.pk


def test_a_contract_stays_as_it_was_promised(world: World, actor_as: Callable[..., Actor]) -> None:
    world.build(["contract", "delivered"])
    contract = Contract.objects.get(public_id=world.names["contract"])
    before = list(ContractEffect.objects.order_by("pk").values_list("estimated", "forecast"))
    set_cap("2", actor_as, lifetimeMinYears="1")
    contracts.services.reassess(contract.pk)
    assert list(ContractEffect.objects.order_by("pk").values_list("estimated", "forecast")) == before


def test_the_limits_of_a_published_lot_never_change(world: World) -> None:
    world.build(["open-tender"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Lot.objects.update(limits={"": {"lifetime_cap_years": 1}})


def test_what_ended_is_asked_no_more(world: World) -> None:
    world.build(["draft-tender"])
    group = ProductGroup.objects.get(code="kantoormeubilair")
    after = ProductGroup.objects.get(code="ict-hardware")
    ProductGroup.objects.filter(pk=group.pk).update(valid_to="2020-01-01", successor=after)
    tender = Tender.objects.get(public_id=world.names["tender"])
    with pytest.raises(Refused) as refused:
        tenders.services.publish_tender(world.officer, tender_id=tender.public_id, expected_version=tender.version)
    found = {each.attr: each.detail for each in refused.value.problems}
    assert (
        found["lots.0.productGroup"] == "Kantoormeubilair geldt niet meer. Kies ICT-hardware en mobiele apparaten."
    )


def test_an_upgrade_pins_the_bill_beside_limits_that_were_pinned_before(world: World) -> None:
    world.build(["draft-tender"])
    pinned_before = {"": {"lifetime_cap_years": 7}, "bureau": {"mass_min_kg": 5}}
    with triggers.suspended():  # as around every migration
        Lot.objects.update(limits=pinned_before)
        import_module("tenders.migrations.0013_bill_of_the_lot").pin(apps, SimpleNamespace(connection=connection))
    limits = Lot.objects.get(public_id=world.names["lot"]).limits
    group = ProductGroup.objects.get(code="kantoormeubilair")
    assert limits[""] == {"lifetime_cap_years": 7, "bill_unit": group.bill_unit, "bill_kind": group.bill_kind}
    assert limits["bureau"] == {"mass_min_kg": 5}
