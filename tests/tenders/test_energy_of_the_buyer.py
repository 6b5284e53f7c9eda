"""The buyer says which energy counts in use: for every bid, for the reference, and for what a contract records."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook  # type: ignore[import-untyped]

import tenders.services
from contracts.kinds import kind_named
from contracts.models import Contract
from contracts.services.core_lines import core_contract
from contracts.services.energy import use_on_both
from indicators import services as framework
from indicators.lines.energy_in_use import use_that_counts
from indicators.models import BaselineProduct
from indicators.selectors import basis_arrays, current_basis
from mvi_dashboard.ground import triggers
from mvi_dashboard.ground.problems import Refused
from tenders.exchange import bid_workbook, layout_of
from tenders.models import LotItem, Tender
from tenders.selectors import document_of_tender, get_tender
from tenders.services import reference_units
from tests import worlds
from tests.pages import Page
from tests.worlds import World, bid_document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference"), pytest.mark.any_database]
WIND, MIX = "electricity-green-wind", "electricity"
ITEM = {
    "number": 1, "description": "Laptop", "neededCount": 100, "neededYears": "4",
    "referenceProduct": "laptop-referentie",
}  # fmt: skip
BILL = [{"material": "aluminium", "share": "1", "recycled": "0"}]


def laptop(flow: str, quantity: str = "20.01") -> dict[str, Any]:
    use = [{"flow": flow, "quantity": quantity, "unit": "kWh", "basis": "item-year"}]
    line = {
        "reference": "laptop",
        "name": "Laptop",
        "item": 1,
        "massKg": "1.5",
        "count": 100,
        "lifetimeYears": "4",
    }
    return line | {"circularStrategy": "new", "endOfLifePlan": "none", "billOfMaterials": BILL, "use": use}


def tender_for(world: World, energy: dict[str, str] | None, *, publish: bool = True) -> Tender:
    item = ITEM if energy is None else ITEM | {"useEnergy": energy}
    tender = worlds._make_tender(world, world.now, productGroup="ict-hardware", items=[item])
    if publish:
        tender = worlds._publish(world, tender, world.now)
    worlds._name_tender(world, tender)
    found: Tender = get_tender(world.officer, tender.public_id)
    return found


def item_of(tender: Tender) -> LotItem:
    return LotItem.objects.select_related("reference_product", "baseline_product").get(lot__tender=tender)


def send(world: World, flow: str) -> list[tuple[str, str, tuple[str, ...]]]:
    document = bid_document(world.names["lot"], lines=[laptop(flow)])
    try:
        tenders.services.submit_bid(
            world.supplier_actor("leverancier-a"), tender_id=world.names["tender"], document=document
        )
    except Refused as refused:
        return [(each.attr or "", each.code, each.choices) for each in refused.problems]
    return []


def climate_of(flow: str) -> float:
    arrays = basis_arrays(current_basis())
    return float(arrays.factors.primary[arrays.item_index[flow], arrays.position("climate")])


def reference_per_year(item: LotItem) -> float:
    arrays = basis_arrays(current_basis())
    unit = reference_units([item], arrays, item.lot.group)[item.pk]
    assert unit is not None
    return float(unit.per_year[0, arrays.position("climate")])


def wind_contract(world: World) -> Contract:
    items = [ITEM | {"useEnergy": {"electricity": WIND}}]
    world.names["bidDocument"] = bid_document("", lines=[laptop(WIND, "15")])
    contract: Contract = worlds._contract_from(world, "C-2024-W", productGroup="ict-hardware", items=items)
    world.names |= {"contract": str(contract.public_id), "line": str(contract.lines.get().public_id)}
    kind_named("delivery").log(
        world.manager,
        contract_id=contract.public_id,
        document={"line": world.names["line"], "date": "2024-02-01", "count": 100},
    )
    return contract


def log_use(world: World, flow: str, **changes: Any) -> list[tuple[str, tuple[str, ...]]]:
    document = {"line": world.names["line"], "flow": flow, "quantity": "1200", "unit": "kWh"}
    document |= {"periodStart": "2025-01-01", "periodEnd": "2025-12-31"} | changes
    try:
        kind_named("use").log(world.manager, contract_id=world.names["contract"], document=document)
    except Refused as refused:
        return [(each.code, each.choices) for each in refused.problems]
    return []


@pytest.mark.parametrize(
    ("energy", "counts", "refused"),
    [
        (None, MIX, WIND),
        ({"electricity": MIX}, MIX, WIND),
        ({"electricity": WIND}, WIND, MIX),
        ({"electricity": WIND}, WIND, "electricity-green-solar"),
        ({"heat": "residual-heat"}, MIX, WIND),
    ],
)
def test_every_bid_counts_with_the_energy_of_the_buyer(
    world: World, energy: dict[str, str] | None, counts: str, refused: str
) -> None:
    tender_for(world, energy)
    assert send(world, refused) == [("lines.0.use.0.flow", "energy_of_buyer", (counts,))]
    assert send(world, counts) == []


def test_the_reference_uses_what_the_bids_use(world: World) -> None:
    usual, wind = item_of(tender_for(world, None)), item_of(tender_for(world, {"electricity": WIND}))
    product = usual.reference_product
    assert product is not None
    quantity = float(product.use.get().quantity)
    expected = quantity * (climate_of(MIX) - climate_of(WIND))
    assert expected > 0
    assert reference_per_year(usual) - reference_per_year(wind) == pytest.approx(expected)


def test_two_items_with_one_reference_and_other_energy_are_told_apart(world: World) -> None:
    wind = ITEM | {"number": 2, "useEnergy": {"electricity": WIND}}
    tender = worlds._make_tender(world, world.now, productGroup="ict-hardware", items=[ITEM, wind])
    items = list(LotItem.objects.filter(lot__tender=tender).select_related("reference_product").order_by("number"))
    arrays = basis_arrays(current_basis())
    units = reference_units(items, arrays, items[0].lot.group)
    first, second = (units[item.pk].per_year[0, arrays.position("climate")] for item in items)  # type: ignore[union-attr]
    assert first > second


def test_a_tender_of_before_keeps_its_numbers(world: World) -> None:
    """Without a choice the reference counts as its product names it, and a bid by the usual flow."""
    item = item_of(tender_for(world, {"electricity": WIND}))
    with triggers.suspended():
        LotItem.objects.filter(pk=item.pk).update(use_energy=None)
    item.use_energy = None
    product = item.reference_product
    assert product is not None
    arrays = basis_arrays(current_basis())
    plain = framework.assess_lines(arrays, item.lot.group, [framework.product_line(product)])
    assert reference_per_year(item) == plain.results.per_year[0, arrays.position("climate")]
    tender = get_tender(world.officer, world.names["tender"])
    assert document_of_tender(tender)["lots"][0]["items"][0]["useEnergy"] is None
    assert send(world, WIND) == [("lines.0.use.0.flow", "energy_of_buyer", (MIX,))]


def test_as_much_energy_of_another_fuel_is_another_amount(reference: None) -> None:
    lorry = BaselineProduct.objects.get(code="vrachtauto-referentie")
    line = framework.product_line(lorry)
    (diesel,) = (row for row in line.use if row.flow == "diesel")
    energy = framework.energy_of_demand({"diesel": "hvo100"})
    (counted,) = (row for row in use_that_counts(line.use, energy) if row.flow == "hvo100")
    assert counted.quantity == diesel.quantity * framework.amount_of("diesel", "hvo100")
    assert counted.quantity > diesel.quantity
    back = use_that_counts([counted], framework.energy_of_demand(None))
    assert back[0].flow == "diesel"
    assert back[0].quantity == pytest.approx(diesel.quantity, abs=Decimal("0.000002"))


def test_only_energy_of_that_purpose_can_be_chosen(world: World) -> None:
    with pytest.raises(Refused) as refused:
        tender_for(world, {"electricity": "natural-gas"})
    assert [(each.attr, each.code) for each in refused.value.problems] == [
        ("lots.0.items.0.useEnergy.electricity", "invalid_choice")
    ]


def test_it_lies_fast_from_the_publication(world: World) -> None:
    item = item_of(tender_for(world, None))
    assert item.use_energy == framework.energy_of_demand(None)
    with pytest.raises(DatabaseError), transaction.atomic():
        LotItem.objects.filter(pk=item.pk).update(use_energy={"electricity": WIND})


def test_a_concept_of_before_gets_the_usual_energy_when_it_is_published(world: World) -> None:
    tender = tender_for(world, {"electricity": WIND}, publish=False)
    LotItem.objects.filter(lot__tender=tender).update(use_energy=None)
    tenders.services.publish_tender(world.officer, tender_id=tender.public_id, expected_version=tender.version)
    assert item_of(tender).use_energy == framework.energy_of_demand(None)


def test_saying_what_is_usual_changes_nothing(world: World) -> None:
    tender = tender_for(world, None, publish=False)
    items = document_of_tender(tender)["lots"][0]["items"]
    assert items[0]["useEnergy"]["electricity"] == MIX
    lots = [worlds.tender_document(world, world.now, productGroup="ict-hardware", items=[ITEM])["lots"][0]]
    for energy in (None, {}, {"electricity": MIX}, {"electricity": None}):
        lots[0]["items"] = [ITEM | {"useEnergy": energy}]
        changed = tenders.services.change_tender(
            world.officer, tender_id=tender.public_id, document={"lots": lots}, expected_version=tender.version
        )
        assert changed.version == tender.version, energy


def test_what_a_contract_records_is_of_the_energy_of_the_tender(world: World) -> None:
    wind_contract(world)
    assert log_use(world, MIX) == [("energy_of_buyer", (WIND,))]
    assert log_use(world, MIX, line=None) == [("energy_of_buyer", (WIND,))]
    assert log_use(world, WIND) == []


def test_the_use_of_a_contract_is_told_on_both_footings(world: World) -> None:
    contract = wind_contract(world)
    log_use(world, WIND)
    arrays = basis_arrays(current_basis())
    place = arrays.position("climate")
    found = use_on_both(core_contract(contract, arrays), date(2025, 12, 31))
    assert found is not None
    promised = 100 * 4 * 15
    for side, flow in ((found.chosen, WIND), (found.usual, MIX)):
        assert side["estimated"][place] == pytest.approx(promised * climate_of(flow))
        assert side["realised_to_date"][place] == pytest.approx(1200 * climate_of(flow))
    assert found.usual["forecast"][place] > found.chosen["forecast"][place]


def test_a_contract_on_the_usual_energy_has_one_footing(world: World) -> None:
    world.build(["delivered"])
    contract = Contract.objects.get(public_id=world.names["contract"])
    core = core_contract(contract, basis_arrays(current_basis()))
    assert use_on_both(core, date(2025, 12, 31)) is None


def test_pages_and_files_name_the_energy(world: World, browser: Callable[[str], Client]) -> None:
    tender = tender_for(world, {"electricity": WIND})
    world.supplier_actor("leverancier-a")
    said = "Stroom: elektriciteit, groen (wind)"
    assert said in Page(browser("inkoper-1").get(reverse("tenders:tender", args=[tender.public_id]))).text
    form = browser("leverancier-a-1").get(reverse("tenders:bid_form", args=[tender.public_id]))
    assert said in Page(form).text
    offered = [flow for flow, _unit in form.context["line_form"]["flows"]]
    assert "elektriciteit, groen (wind)" in offered
    assert "elektriciteit (Nederlandse mix)" not in offered
    lot = tender.lots.get()
    layout = layout_of(lot.group, None, "light")
    items = list(lot.items.all())
    actor = world.supplier_actor("leverancier-a")
    book = load_workbook(io.BytesIO(bid_workbook(layout, actor, lot=lot, items=items)))
    assert "stroom: elektriciteit, groen (wind)" in [cell.value for row in book["De vraag"] for cell in row]
    flows = [cell.value for row in book["Keuzelijsten"] for cell in row]
    assert "elektriciteit, groen (wind)" in flows
    assert "elektriciteit (Nederlandse mix)" not in flows


def test_the_form_proposes_what_is_usual_and_keeps_what_is_chosen(
    world: World, browser: Callable[[str], Client]
) -> None:
    tender = tender_for(world, {"electricity": WIND}, publish=False)
    page = browser("inkoper-1").get(reverse("tenders:edit", args=[tender.public_id]))
    (item,) = page.context["lot_rows"][0]["items"]
    chosen = {field["name"].rsplit(".", 1)[1]: field["value"] for field in item["energy"]}
    assert chosen["electricity"] == WIND
    assert chosen["heat"] == "district-heat"
    assert item["more"]


def test_the_contract_page_shows_both(world: World, browser: Callable[[str], Client]) -> None:
    contract = wind_contract(world)
    log_use(world, WIND)
    text = Page(browser("contractmanager-1").get(reverse("contracts:contract", args=[contract.public_id]))).text
    assert "Gebruik, op twee manieren geteld" in text
    assert "Met de gewone energie van net en pomp" in text
