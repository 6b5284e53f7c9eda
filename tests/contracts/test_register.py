"""Contracts that were there already: entered one by one or many at once, and made better step by step."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts import services
from contracts.checks import effect_differences, stock_differences
from contracts.kinds import kind_named
from contracts.models import Contract, ContractEffect, ContractLine, ReplacedLine, StaleScope
from contracts.selectors import promise_counts, promise_sums, with_promise
from contracts.selectors.stated_money import amounts_per_year
from indicators.models import CLIMATE, BaselineProduct
from mvi_dashboard.ground.models import AuditEntry, Message, Role
from mvi_dashboard.ground.problems import Refused
from reporting.checks import cell_differences
from reporting.services import put_right
from tests.worlds import World

pytestmark = pytest.mark.django_db
GROUP = "kantoormeubilair"


def document(world: World, **changes: Any) -> dict[str, Any]:
    """A running contract for office furniture."""
    found = {
        "reference": "C-2023-014",
        "title": "Bureaus stadhuis",
        "supplier": "leverancier-a",
        "productGroup": GROUP,
        "theme": world.names["theme"],
        "start": "2023-07-01",
        "end": "2027-06-30",
        "amountPerYear": "20000",
    }
    return found | changes


@pytest.fixture
def contract(world: World) -> Contract:
    """A contract of which only an amount is known."""
    world.build(["reference"])
    return services.register_contract(world.manager, document=document(world))


@pytest.fixture
def average() -> BaselineProduct:
    """The average product of the group."""
    return BaselineProduct.objects.filter(group__code=GROUP, kind="baseline", successor=None).order_by("pk")[0]


def state(world: World, contract: Contract, kind: str, **changes: Any) -> Contract:
    return services.state_lines(
        world.manager, contract_id=contract.public_id, document={"basisKind": kind, **changes}
    )


def bill(**changes: Any) -> dict[str, Any]:
    line = {
        "reference": "bureau",
        "name": "Bureau",
        "massKg": "40",
        "count": 100,
        "lifetimeYears": "10",
        "circularStrategy": "new",
        "endOfLifePlan": "none",
        "billOfMaterials": [
            {"material": "steel", "share": "0.6", "recycled": "0.3"},
            {"material": "wood", "share": "0.4", "recycled": "0"},
        ],
    }
    return line | changes


def climate(contract: Contract) -> ContractEffect | None:
    return ContractEffect.objects.filter(contract=contract, indicator__code=CLIMATE).first()


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[tuple[str | None, str]]:
    return {(each.attr, each.code) for each in refused.value.problems}


def test_money_alone_has_no_effect_and_falls_in_its_calendar_years(contract: Contract) -> None:
    assert climate(contract) is None
    line = contract.lines.get()
    amounts = amounts_per_year(contract, line)
    assert list(amounts) == [2023, 2024, 2025, 2026, 2027]
    assert amounts[2024] == 20_000
    assert sum(amounts.values()) == pytest.approx(80_000, abs=100)
    assert list(effect_differences()) == list(stock_differences()) == []


def test_better_replaces_worse_and_the_old_stays_readable(
    world: World, contract: Contract, average: BaselineProduct
) -> None:
    money = contract.lines.get()
    state(world, contract, "average", product=average.code, count="100", replaces=str(money.public_id))
    rough = climate(contract)
    assert rough is not None
    line = contract.lines.get()
    assert (line.pk, line.basis_kind, line.product) == (money.pk, "average", average)
    state(world, contract, "bill", lines=[bill()], replaces=str(line.public_id))
    better = climate(contract)
    assert better is not None
    assert better.estimated != rough.estimated
    assert better.avoided_estimated is None  # no market standard was agreed, so nothing is avoided
    kept = ReplacedLine.objects.order_by("pk")
    assert [(row.basis_kind, row.amount_per_year) for row in kept] == [("money", 20_000), ("average", None)]
    assert kept[1].bid_line is not None
    assert list(effect_differences()) == []


def test_what_was_recorded_stays_when_the_product_becomes_better_known(
    world: World, contract: Contract, average: BaselineProduct
) -> None:
    state(world, contract, "average", product=average.code, count="100")
    line = ContractLine.objects.get(basis_kind="average")
    delivery = {"line": str(line.public_id), "date": "2024-02-01", "count": 40}
    kind_named("delivery").log(world.manager, contract_id=contract.public_id, document=delivery)
    found = climate(contract)
    assert found is not None
    assert set(found.quality) <= {"average", "range"}
    state(world, contract, "bill", lines=[bill()], replaces=str(line.public_id))
    again = climate(contract)
    assert again is not None
    assert again.realised_to_date != found.realised_to_date
    assert "average" not in again.quality
    assert ContractLine.objects.get(pk=line.pk).delivered_count == 40
    assert [*effect_differences(), *stock_differences()] == []


def test_an_average_is_the_product_of_the_group_as_many_times(
    world: World, contract: Contract, average: BaselineProduct
) -> None:
    state(world, contract, "average", product=average.code, count="1")
    one = climate(contract)
    line = ContractLine.objects.get(basis_kind="average")
    again = {"replaces": str(line.public_id), "reason": "Opnieuw geteld."}
    state(world, contract, "average", product=average.code, count="3", **again)
    three = climate(contract)
    assert one is not None
    assert three is not None
    assert one.estimated is not None
    assert three.estimated == pytest.approx(3 * one.estimated)


def test_worse_does_not_replace_better(world: World, contract: Contract, average: BaselineProduct) -> None:
    state(world, contract, "bill", lines=[bill()])
    line = ContractLine.objects.get(basis_kind="bill")
    with pytest.raises(Refused) as refused:
        state(world, contract, "average", product=average.code, count="1", replaces=str(line.public_id))
    assert codes(refused) == {("replaces", "worse")}
    with pytest.raises(Refused) as refused:
        state(world, contract, "bill", lines=[bill()], replaces=str(line.public_id))
    assert codes(refused) == {("reason", "required")}
    assert not ReplacedLine.objects.exists()


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"basisKind": "guess"}, {("basisKind", "invalid_choice")}),
        ({"basisKind": "money", "amountPerYear": "0"}, {("amountPerYear", "range")}),
        ({"basisKind": "average", "product": "geen-product", "count": "2"}, {("product", "invalid_choice")}),
        ({"basisKind": "average", "product": "AVERAGE", "count": "2.5"}, {("count", "invalid")}),
        (
            {"basisKind": "bill", "lines": [bill(billOfMaterials=[{"material": "x", "share": 1, "recycled": 0}])]},
            {("lines.0.billOfMaterials.0.material", "unknown_material")},
        ),
    ],
)
def test_every_wrong_line_is_refused_with_its_place(
    world: World, contract: Contract, average: BaselineProduct, sent: dict[str, Any], wrong: set[Any]
) -> None:
    sent = {name: average.code if value == "AVERAGE" else value for name, value in sent.items()}
    with pytest.raises(Refused) as refused:
        services.state_lines(world.manager, contract_id=contract.public_id, document=sent)
    assert codes(refused) == wrong
    assert contract.lines.count() == 1


def test_a_line_that_is_wrong_goes_away_unless_something_is_recorded(
    world: World, contract: Contract, average: BaselineProduct
) -> None:
    state(world, contract, "average", product=average.code, count="5")
    line = ContractLine.objects.get(basis_kind="average")
    gone = {"line": str(line.public_id), "reason": "Hoort bij een ander contract."}
    services.withdraw_line(world.manager, contract_id=contract.public_id, document=gone)
    assert climate(contract) is None
    assert StaleScope.objects.filter(group__code=GROUP).exists()
    assert AuditEntry.objects.get(verb="contract_line.withdraw").reason == gone["reason"]
    assert list(effect_differences()) == []
    state(world, contract, "average", product=average.code, count="5")
    line = ContractLine.objects.get(basis_kind="average", withdrawn_at=None)
    delivery = {"line": str(line.public_id), "date": "2024-02-01", "count": 2}
    kind_named("delivery").log(world.manager, contract_id=contract.public_id, document=delivery)
    with pytest.raises(Refused) as refused:
        services.withdraw_line(
            world.manager, contract_id=contract.public_id, document={**gone, "line": str(line.public_id)}
        )
    assert codes(refused) == {(None, "recorded")}


def test_another_term_takes_the_contract_to_another_year_of_the_totals(
    world: World, contract: Contract, average: BaselineProduct
) -> None:
    state(world, contract, "average", product=average.code, count="5")
    put_right()
    services.change_contract(
        world.manager,
        contract_id=contract.public_id,
        document={"start": "2024-01-01", "theme": "circulair"},
        expected_version=1,
    )
    put_right()
    found = climate(contract)
    assert found is not None
    assert (found.year, found.theme.code) == (2024, "circulair")
    assert ContractEffect.objects.filter(contract=contract).values("year").distinct().count() == 1
    assert list(cell_differences()) == []


def test_nothing_was_promised_so_no_promise_is_kept_or_broken(
    world: World, contract: Contract, average: BaselineProduct
) -> None:
    state(world, contract, "average", product=average.code, count="5")
    line = ContractLine.objects.get(basis_kind="average")
    delivery = {"line": str(line.public_id), "date": "2024-02-01", "count": 5, "massKg": "400"}
    reason = {"confirmations": [{"attr": "massKg", "code": "implausible", "reason": "Gewogen."}]}
    kind_named("delivery").log(world.manager, contract_id=contract.public_id, document=delivery | reason)
    effects = with_promise(ContractEffect.objects.filter(indicator__code=CLIMATE))
    assert promise_counts(effects.aggregate(**promise_sums(Q()))).known == 0


def test_own_data_is_kept_and_an_unknown_name_is_refused(world: World) -> None:
    world.build(["reference"])
    own = {
        "manager": "contractmanager-1", "department": "Facilitair", "value": "80000.50", "noticeMonths": 6,
        "options": "2 keer 1 jaar", "place": "Stadhuis", "category": "Meubels",
    }  # fmt: skip
    made = services.register_contract(world.officer, document=document(world, **own))
    assert made.manager == world.person(Role.CONTRACT_MANAGER, world.city, "contractmanager-1")
    assert (made.department, made.notice_months, made.origin) == ("Facilitair", 6, "register")
    assert Message.objects.filter(kind="contract-assigned").count() == 1
    wrong = document(
        world, reference="C-2", manager="inkoper-1", commissioner="niemand", productGroup="x", theme="y",
        supplier="Onbekend B.V.", end="2020-01-01",
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        services.register_contract(world.officer, document=wrong)
    assert codes(refused) == {
        ("manager", "invalid_choice"),
        ("commissioner", "does_not_exist"),
        ("productGroup", "invalid_choice"),
        ("theme", "invalid_choice"),
        ("supplier", "does_not_exist"),
        ("end", "before_start"),
    }


def test_a_supplier_is_known_by_its_name_without_legal_form(world: World) -> None:
    world.build(["reference"])
    made = services.register_contract(world.manager, document=document(world, supplier="LEVERANCIER-A B.V."))
    assert made.supplier.code == "leverancier-a"


def test_outside_the_product_groups_only_money_can_be_said(world: World) -> None:
    world.build(["reference"])
    made = services.register_contract(world.manager, document=document(world, productGroup=None))
    with pytest.raises(Refused) as refused:
        state(world, made, "bill", lines=[bill()])
    assert codes(refused) == {(None, "no_group")}
    services.change_contract(
        world.manager, contract_id=made.public_id, document={"productGroup": GROUP}, expected_version=1
    )
    state(world, made, "bill", lines=[bill()])
    with pytest.raises(Refused) as refused:
        services.change_contract(
            world.manager, contract_id=made.public_id, document={"productGroup": "drukwerk"}, expected_version=2
        )
    assert codes(refused) == {("productGroup", "fixed")}


def test_what_was_awarded_stays(world: World, average: BaselineProduct) -> None:
    world.build(["contract"])
    awarded = Contract.objects.get()
    with pytest.raises(Refused) as refused:
        state(world, awarded, "average", product=average.code, count="1")
    assert codes(refused) == {(None, "awarded")}
    with pytest.raises(Refused) as refused:
        services.change_contract(
            world.manager, contract_id=awarded.public_id, document={"title": "Iets anders"}, expected_version=1
        )
    assert codes(refused) == {("title", "fixed")}
    services.change_contract(
        world.manager, contract_id=awarded.public_id, document={"department": "Facilitair"}, expected_version=1
    )
    line = awarded.lines.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractLine.objects.filter(pk=line.pk).update(basis_kind="average", product=average)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=awarded.pk).update(title="Iets anders")


# Over REST.
@pytest.fixture
def post(world: World, client: Client) -> Callable[..., Any]:
    """Sends a document: `post("contracts", rows, role="contract-manager")`."""

    def send(path: str, body: Any, *, role: str = "contract-manager", key: str = "een") -> Any:
        headers = {"Authorization": f"Bearer {world.token(role)}", "Idempotency-Key": key}
        return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)

    return send


def test_many_contracts_get_an_answer_per_row_and_the_same_one_again(
    world: World, post: Callable[..., Any]
) -> None:
    world.build(["reference"])
    rows = [document(world, reference=f"C-{number}") for number in range(3)]
    rows.append(document(world, reference="C-0"))
    answer = post("contracts", rows)
    assert (answer.status_code, Contract.objects.count()) == (409, 0), answer.json()
    assert [(each["attr"], each["code"]) for each in answer.json()["errors"]] == [("[3].reference", "duplicate")]
    answer = post("contracts?partial=true", rows, key="twee")
    assert answer.status_code == 201, answer.json()
    body = answer.json()
    assert (body["added"], body["refused"], Contract.objects.count()) == (3, 1, 3)
    assert post("contracts?partial=true", rows, key="twee").json() == body
    assert Contract.objects.count() == 3


def test_a_thousand_contracts_cost_as_many_statements_as_ten(world: World) -> None:
    world.build(["reference"])

    def statements(number: int) -> int:
        rows = [document(world, reference=f"{number}-{each}") for each in range(number)]
        with CaptureQueriesContext(connection) as found:
            services.register_contracts(world.manager, document={"contracts": rows})
        return len(found)

    few, many = statements(10), statements(1_000)
    assert many - few <= 60  # SQLite takes so many rows per statement
    assert Contract.objects.count() == 1_010


@pytest.mark.parametrize("role", ["facility-manager", "auditor", "leverancier-a"])
def test_only_who_may_enters_contracts(world: World, post: Callable[..., Any], role: str) -> None:
    world.build(["reference"])
    assert post("contracts", document(world), role=role).status_code == 403
    assert not Contract.objects.exists()


def test_another_organisation_sees_and_touches_nothing(
    world: World, contract: Contract, post: Callable[..., Any], average: BaselineProduct, client: Client
) -> None:
    stranger = world.actor(Role.CONTRACT_MANAGER, world.water, "contractmanager-9")
    sent = {"basisKind": "average", "product": average.code, "count": "1"}
    with pytest.raises(Refused) as refused:
        services.state_lines(stranger, contract_id=contract.public_id, document=sent)
    assert refused.value.kind.value == 404
    # The supplier did not say any of this, so it is not told.
    headers = {"Authorization": f"Bearer {world.token('leverancier-a')}"}
    assert client.get(f"/api/v1/contracts/{contract.public_id}", headers=headers).status_code == 404
    assert contract.lines.count() == 1


def test_lines_and_effects_over_rest(
    world: World, contract: Contract, post: Callable[..., Any], average: BaselineProduct, client: Client
) -> None:
    place = f"contracts/{contract.public_id}"
    headers = {"Authorization": f"Bearer {world.token('contract-manager')}"}
    assert client.get(f"/api/v1/{place}/effects", headers=headers).status_code == 409
    money = contract.lines.get()
    sent = {"basisKind": "average", "product": average.code, "count": "4", "replaces": str(money.public_id)}
    answer = post(f"{place}/lines", sent)
    assert answer.status_code == 201, answer.json()
    body = answer.json()
    assert (body["origin"], body["promisedEffect"], body["tender"], body["money"]) == ("register", None, None, [])
    (line,) = body["lines"]
    assert (line["basisKind"], line["product"], line["id"]) == ("average", average.code, str(money.public_id))
    effects = client.get(f"/api/v1/{place}/effects", headers=headers).json()
    assert effects["impacts"][0]["reference"] == {"estimated": None, "forecast": None}
    gone = post(f"{place}/_withdraw-line", {"line": line["id"], "reason": "Was verkeerd."}, key="weg")
    assert (gone.status_code, gone.json()["lines"]) == (200, [])
