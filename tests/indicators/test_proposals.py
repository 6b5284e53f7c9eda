"""Doors for the reference manager: a row is changed in a concept, and a second person puts it in force."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from indicators import selectors
from indicators.factors import bases
from indicators.groups import proposals
from indicators.groups.proposal_effects import effects_of
from indicators.groups.reference_rows import KINDS
from indicators.models import (
    BaselineProduct,
    GroupCpv,
    Material,
    ProductGroup,
    ProductType,
    Proposal,
    ProposedRow,
)
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import AuditEntry, Role
from mvi_dashboard.ground.problems import Refused
from tests import corpus

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_releases")]
WHY = {"reason": "Nieuwe bron gevonden."}


@pytest.fixture
def maker(actor_as: Callable[..., Actor]) -> Actor:
    return actor_as(Role.REFERENCE_MANAGER)


@pytest.fixture
def second(actor_as: Callable[..., Actor]) -> Actor:
    return actor_as(Role.REFERENCE_MANAGER)


@pytest.fixture
def chair() -> ProductType:
    group = ProductGroup.objects.get(code="kantoormeubilair")
    return ProductType.objects.create(
        code="proef-stoel", name_nl="Proefstoel", group=group, mass_min_kg=5, mass_max_kg=40, lifetime_cap_years=7
    )


def change(actor: Actor, kind: str, code: str, values: dict[str, Any], **more: Any) -> Proposal:
    row = proposals.get_row(actor, kind, code)
    document = {"values": values, **more}
    return proposals.change_row(actor, kind=kind, code=code, expected_version=row.stamp, document=document)


def add(actor: Actor, kind: str, code: str, values: dict[str, Any], **more: Any) -> Proposal:
    return proposals.add_row(actor, kind=kind, document={"code": code, "values": values, **more})


def publish(actor: Actor, proposal: Proposal) -> Proposal:
    return proposals.publish_proposal(actor, proposal.public_id, expected_version=proposal.version, document=WHY)


def problems_of(act: Callable[[], Any]) -> set[tuple[str | None, str]]:
    """(attr, code) of all that it is refused for; nothing was stored."""
    before = list(ProposedRow.objects.values_list("kind", "code", "after"))
    with pytest.raises(Refused) as refused:
        act()
    assert list(ProposedRow.objects.values_list("kind", "code", "after")) == before
    return {(each.attr, each.code) for each in refused.value.problems}


def test_every_row_that_ships_is_right_by_the_rules_of_its_door() -> None:
    wrong = []
    for kind in KINDS.values():
        rows = {
            "product-groups": ProductGroup.objects.values_list("code", flat=True),
            "product-types": ProductType.objects.values_list("code", flat=True),
            "cpv-prefixes": GroupCpv.objects.values_list("prefix", flat=True)[:5],
            "products": BaselineProduct.objects.filter(successor=None).values_list("code", flat=True),
            "materials": Material.objects.values_list("code", flat=True)[:5],
        }[kind.code]
        for code in rows:
            document = kind.document(code)
            assert document is not None
            _, problems = proposals.check_row(kind, code, document, [], before=document)
            wrong += [(kind.code, code, each.attr, each.code) for each in problems if not each.confirmable]
    assert wrong == []


def test_a_change_holds_when_a_second_person_publishes_it(maker: Actor, second: Actor, chair: ProductType) -> None:
    proposal = change(maker, "product-types", "proef-stoel", {"massMaxKg": "30"})
    chair.refresh_from_db()
    assert chair.mass_max_kg == 40
    with pytest.raises(Refused, match="second_officer"):
        publish(maker, proposal)
    publish(second, proposal)
    chair.refresh_from_db()
    assert (chair.mass_min_kg, chair.mass_max_kg, chair.lifetime_cap_years) == (5, 30, 7)
    entry = AuditEntry.objects.get(verb="proposal.publish")
    assert (entry.reason, entry.changes) == (WHY["reason"], {"rows": ["product-types/proef-stoel"]})
    with pytest.raises(Refused, match="wrong_state"):
        publish(second, Proposal.objects.get())


BAD_TYPES = [
    ({"massMinKg": "50"}, ("values.massMaxKg", "order")),
    ({"massMaxKg": "-1"}, ("values.massMaxKg", "range")),
    ({"lifetimeMaxYears": "5", "lifetimeMinYears": "9"}, ("values.lifetimeMaxYears", "order")),
    ({"lifetimeCapYears": "20", "lifetimeLimitYears": "19"}, ("values.lifetimeLimitYears", "order")),
    ({"lifetimeCapYears": "101"}, ("values.lifetimeCapYears", "order")),  # the group refuses above 100
    ({"massMaxKg": "4000"}, ("values.massMaxKg", "plausibility")),
    ({"group": "ict-hardware"}, ("values.group", "frozen")),
    ({"group": "meubels"}, ("values.group", "invalid_choice")),
    ({"successor": "proef-stoel"}, ("values.successor", "circular")),
    ({"successor": "zetel"}, ("values.successor", "invalid_choice")),
    ({"successor": "laptop", "validTo": "2027-01-01"}, ("values.successor", "other_group")),
    ({"validFrom": "2027-01-02", "validTo": "2027-01-01"}, ("values.validTo", "order")),
    ({"massMaxKg": "veel"}, ("values.massMaxKg", "invalid_number")),
    ({"weight": 1}, ("values.weight", "unknown_field")),
    ({}, (None, "nothing_changed")),
]


@pytest.mark.parametrize(("values", "wrong"), BAD_TYPES, ids=[str(each) for each, _ in BAD_TYPES])
def test_a_type_that_cannot_be_is_refused(
    values: dict[str, Any], wrong: tuple[str | None, str], maker: Actor, chair: ProductType
) -> None:
    assert wrong in problems_of(lambda: change(maker, "product-types", "proef-stoel", values))


def test_a_limit_that_becomes_ten_times_larger_is_kept_with_its_reason(maker: Actor, chair: ProductType) -> None:
    reason = {"attr": "values.massMaxKg", "code": "plausibility", "reason": "Ook zitmeubels voor een wachtruimte."}
    proposal = change(maker, "product-types", "proef-stoel", {"massMaxKg": "4000"}, confirmations=[reason])
    assert proposal.rows.get().confirmed == [reason]
    assert proposals.problems_of(proposal) == []


def test_a_group_keeps_the_order_with_its_types(maker: Actor, chair: ProductType) -> None:
    ProductType.objects.filter(pk=chair.pk).update(mass_min_kg=60, mass_max_kg=None)
    wrong = problems_of(lambda: change(maker, "product-groups", "kantoormeubilair", {"massMaxKg": "50"}))
    assert ("values.massMaxKg", "order") in wrong
    new = {"nameNl": "Keuken", "cluster": "kantoorfaciliteiten", "kind": "durable", "amountUnit": "item"}
    assert add(maker, "product-groups", "keuken", new).rows.count() == 1
    wrong = problems_of(lambda: add(maker, "product-groups", "kantoormeubilair", new))
    assert ("code", "already_exists") in wrong
    wrong = problems_of(lambda: change(maker, "product-groups", "kantoormeubilair", {"lifetimeCapYears": None}))
    assert ("values.lifetimeCapYears", "required") in wrong
    wrong = problems_of(lambda: change(maker, "product-groups", "elektriciteit", {"kind": "durable"}))
    assert ("values.kind", "frozen") in wrong


def test_a_prefix_stands_once_and_begins_a_code(maker: Actor, chair: ProductType) -> None:
    values = {"group": "kantoormeubilair", "productType": "proef-stoel"}
    taken = GroupCpv.objects.first()
    assert taken is not None
    for code, wrong in (
        (taken.prefix, ("code", "already_exists")),
        ("39112a", ("code", "invalid")),
        ("999", ("code", "does_not_exist")),
    ):
        assert wrong in problems_of(lambda code=code: add(maker, "cpv-prefixes", code, values))  # type: ignore[misc]
    proposal = add(maker, "cpv-prefixes", "391134", values)
    assert ("code", "already_exists") in problems_of(lambda: add(maker, "cpv-prefixes", "391134", values))
    wrong = problems_of(lambda: add(maker, "cpv-prefixes", "30213", values | {"group": "ict-hardware"}))
    assert ("values.productType", "invalid_choice") in wrong
    assert proposal.rows.count() == 1


def product(**changes: Any) -> dict[str, Any]:
    document = KINDS["products"].document("bureaustoel-referentie-2")
    assert document is not None
    return document | changes


def bill(*rows: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "billOfMaterials": [
            {"material": material, "share": share, "recycled": recycled} for material, share, recycled in rows
        ]
    }


BAD_PRODUCTS = [
    ({"massKg": "0"}, ("values.massKg", "range")),
    ({"lifetimeYears": "0"}, ("values.lifetimeYears", "range")),
    ({"lifetimeYears": "101"}, ("values.lifetimeYears", "max_value")),
    (bill(("steel", "0.5", "0"), ("wood", "0.4", "0")), ("values.billOfMaterials", "shares_sum")),
    (bill(("staaal", "1", "0")), ("values.billOfMaterials.0.material", "unknown_material")),
    (bill(("electricity", "1", "0")), ("values.billOfMaterials.0.material", "unit_mismatch")),
    (bill(("steel", "0.5", "0"), ("steel", "0.5", "0")), ("values.billOfMaterials.1.material", "duplicate_line")),
    ({"billOfMaterials": []}, ("values.billOfMaterials", "required")),
    (
        {"use": [{"flow": "electricity", "quantity": "-1", "basis": "item-year"}]},
        ("values.use.0.quantity", "range"),
    ),
    (
        {"use": [{"flow": "electricity", "quantity": "1", "unit": "MJ", "basis": "item-year"}]},
        ("values.use.0.unit", "unit_mismatch"),
    ),
    ({"use": [{"flow": "steel", "quantity": "1", "basis": "item-year"}]}, ("values.use.0.flow", "unknown_flow")),
    ({"productType": "proef-stoel", "group": "ict-hardware"}, ("values.group", "frozen")),
    ({"productType": "laptop"}, ("values.productType", "invalid_choice")),
    ({"circularStrategy": "nieuw"}, ("values.circularStrategy", "invalid_choice")),
    ({"endOfLifePlan": "weg"}, ("values.endOfLifePlan", "invalid_choice")),
    ({"source": "ergens"}, ("values.source", "invalid_choice")),
    ({"newCode": "bankstel-basis"}, ("values.newCode", "already_exists")),
    ({"massKg": "1000000"}, ("values.massKg", "plausibility")),
]


@pytest.mark.parametrize(("values", "wrong"), BAD_PRODUCTS, ids=[str(each)[:60] for each, _ in BAD_PRODUCTS])
def test_a_product_that_cannot_be_is_refused(
    values: dict[str, Any], wrong: tuple[str, str], maker: Actor, chair: ProductType
) -> None:
    assert wrong in problems_of(lambda: change(maker, "products", "bureaustoel-referentie-2", values))


def test_a_kilowatt_hour_is_one_kilowatt_hour_and_a_flow_is_not_recycled(maker: Actor) -> None:
    code = BaselineProduct.objects.filter(group__code="elektriciteit").values_list("code", flat=True)[0]
    assert ("values.massKg", "range") in problems_of(lambda: change(maker, "products", code, {"massKg": "0.5"}))
    wrong = problems_of(lambda: change(maker, "products", code, bill(("electricity", "1", "0.5"))))
    assert ("values.billOfMaterials.0.recycled", "not_applicable") in wrong


def test_a_changed_product_is_a_new_one_and_the_old_stays_as_it_was(maker: Actor, second: Actor) -> None:
    before = KINDS["products"].document("bureaustoel-referentie-2")
    proposal = change(
        maker,
        "products",
        "bureaustoel-referentie-2",
        {"massKg": "20", **bill(("steel", "0.4", "0.59"), ("wood", "0.6", "0"))},
    )
    publish(second, proposal)
    assert KINDS["products"].document("bureaustoel-referentie-2") == before
    old = BaselineProduct.objects.get(code="bureaustoel-referentie-2")
    assert old.successor is not None
    assert (old.successor.code, str(old.successor.mass_kg)) == ("bureaustoel-referentie-3", "20.000000")
    assert [(row.material.code, float(row.share)) for row in old.successor.materials.order_by("id")] == [
        ("steel", 0.4),
        ("wood", 0.6),
    ]
    assert (None, "frozen") in {
        (attr and None, code)
        for attr, code in problems_of(lambda: change(maker, "products", old.code, {"massKg": "21"}))
    }


def test_a_material_gets_a_dutch_name_and_is_found_by_it(maker: Actor, second: Actor) -> None:
    names = [{"language": "de", "name": "Baustahl"}, {"language": "nl", "name": "baumetaal"}]
    proposal = change(maker, "materials", "steel", {"nameNl": "staal, gewoon", "names": names})
    publish(second, proposal)
    steel = Material.objects.get(code="steel", owner_supplier=None, owner_organisation=None)
    assert steel.name_nl == "staal, gewoon"
    assert sorted(steel.names.values_list("language", "name")) == [("de", "Baustahl"), ("nl", "baumetaal")]
    assert selectors.codes_by_name()["baustahl"] == "steel"
    twice = [*names, {"language": "de", "name": "baustahl"}]
    wrong = problems_of(lambda: change(maker, "materials", "steel", {"names": twice}))
    assert ("values.names.2.name", "duplicate_line") in wrong
    wrong = problems_of(
        lambda: change(maker, "materials", "wood", {"names": [{"language": "nl", "name": "Baustahl"}]})
    )
    assert ("values.names.0.name", "plausibility") in wrong
    wrong = problems_of(lambda: change(maker, "materials", "wood", {"nameNl": "Baustahl"}))
    assert ("values.nameNl", "duplicate") in wrong
    assert ("code", "not_applicable") in problems_of(lambda: add(maker, "materials", "goud", {"nameNl": "goud"}))


def test_a_row_that_was_changed_meanwhile_is_not_overwritten(
    maker: Actor, second: Actor, chair: ProductType
) -> None:
    seen = proposals.get_row(maker, "product-types", "proef-stoel").stamp
    mine = change(maker, "product-types", "proef-stoel", {"massMaxKg": "30"})
    theirs = change(second, "product-types", "proef-stoel", {"massMaxKg": "35"})
    publish(maker, theirs)
    with pytest.raises(Refused, match="outdated") as refused:
        publish(second, mine)
    assert refused.value.kind.value == 409
    chair.refresh_from_db()
    assert chair.mass_max_kg == 35
    with pytest.raises(Refused, match="precondition_failed"):
        proposals.change_row(
            maker, kind="product-types", code="proef-stoel", expected_version=seen, document={"values": {}}
        )
    with pytest.raises(Refused, match="precondition_failed"):
        proposals.publish_proposal(second, mine.public_id, expected_version=mine.version + 1, document=WHY)


def test_what_is_back_as_it_was_leaves_the_proposal(maker: Actor, second: Actor, chair: ProductType) -> None:
    change(maker, "product-types", "proef-stoel", {"massMaxKg": "30"})
    proposal = change(maker, "product-types", "proef-stoel", {"massMaxKg": "40"})
    assert proposal.rows.count() == 0
    with pytest.raises(Refused, match="empty"):
        publish(second, proposal)


def test_over_rest_a_token_of_nobody_writes_and_a_person_publishes(
    client: Client, bearer: Callable[..., dict[str, str]], new_person: Callable[..., Any], chair: ProductType
) -> None:
    machine, person = (
        bearer(Role.REFERENCE_MANAGER),
        bearer(Role.REFERENCE_MANAGER, user=new_person(Role.REFERENCE_MANAGER)),
    )
    place = "/api/v1/reference-rows/product-types/proef-stoel"

    def send(
        method: str, path: str, document: dict[str, Any] | None, token: dict[str, str], **headers: str
    ) -> Any:
        given = {**token, **{name.replace("_", "-"): value for name, value in headers.items()}}
        given["Idempotency-Key"] = corpus.fresh_key()
        call = getattr(client, method)
        return call(path, json.dumps(document), content_type="application/json", headers=given)

    row = client.get(place, headers=machine)
    assert row.json()["values"]["massMaxKg"] == "40"
    body = {"values": {"massMaxKg": "30"}}
    assert send("patch", place, body, machine).status_code == 428
    made = send("patch", place, body, machine, If_Match=row["ETag"])
    assert (made.status_code, made.json()["rows"][0]["after"]["massMaxKg"]) == (200, "30")
    stale = send("patch", place, body, machine, If_Match=row["ETag"])
    assert stale.status_code == 412
    listed = client.get("/api/v1/reference-rows/product-types?search=proef-stoel", headers=machine).json()[
        "results"
    ]
    assert [each["code"] for each in listed] == ["proef-stoel"]
    at = made["Location"]
    told = client.get(f"{at}/consequences", headers=person).json()
    assert (told["rows"][0]["runningTenders"], told["inTheWay"]) == (0, [])
    assert send("post", f"{at}/_publish", WHY, machine, If_Match=made["ETag"]).status_code == 403
    done = send("post", f"{at}/_publish", WHY, person, If_Match=made["ETag"])
    assert (done.status_code, done.json()["state"]) == (200, "published")
    added = send(
        "post",
        "/api/v1/reference-rows/product-types",
        {"code": "proef-bureau", "values": {"nameNl": "Bureau", "group": "kantoormeubilair"}},
        person,
    )
    assert (added.status_code, added.json()["own"]) == (201, True)
    out = send(
        "delete",
        "/api/v1/proposals/own/rows/product-types/proef-bureau",
        None,
        person,
        If_Match=client.get("/api/v1/reference-rows/product-types/proef-bureau", headers=person)["ETag"],
    )
    assert (out.status_code, out.json()["rows"]) == (200, [])
    ended = send("delete", place, None, person, If_Match=client.get(place, headers=person)["ETag"])
    assert (ended.status_code, ended.json()["errors"][0]["code"]) == (409, "not_applicable")
    gone = send("post", f"{added['Location']}/_discard", WHY, machine, If_Match=out["ETag"])
    assert (gone.status_code, gone.json()["state"]) == (200, "discarded")


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.REFERENCE_MANAGER])
def test_nobody_else_reads_or_writes(
    role: str,
    client: Client,
    bearer: Callable[..., dict[str, str]],
    organisation: Any,
    supplier: Any,
    maker: Actor,
    chair: ProductType,
) -> None:
    proposal = change(maker, "product-types", "proef-stoel", {"massMaxKg": "30"})
    place = {Role.SUPPLIER: supplier, Role.NATIONAL_VIEWER: None}.get(Role(role), organisation)
    token = bearer(role, place)
    own = f"/api/v1/proposals/{proposal.public_id}"
    for path in (
        "/api/v1/proposals",
        "/api/v1/reference-rows/product-types/proef-stoel",
        "/api/v1/reference-rows/materials",
    ):
        assert client.get(path, headers=token).status_code == 403
    assert client.get(own, headers=token).status_code == 404
    headers = {**token, "Idempotency-Key": corpus.fresh_key(), "If-Match": f'"{proposal.version}"'}
    sent = client.post(f"{own}/_publish", json.dumps(WHY), content_type="application/json", headers=headers)
    assert sent.status_code == 403
    assert client.get("/api/v1/proposals").status_code == 401


def test_what_it_does_is_known_before_it_is_published(maker: Actor, chair: ProductType) -> None:
    bases.make_current(bases.build_towards("nl-open-2026-2"))
    code = "bureaustoel-referentie-2"
    document = KINDS["products"].document(code)
    assert document is not None
    proposal = change(maker, "products", code, {"lifetimeYears": str(float(document["lifetimeYears"]) * 2)})
    (effect,) = effects_of(maker, proposal)
    known = [each for each in effect.per_item if each.before.value is not None]
    assert known
    halved = [(each.before.value or 0) / 2 for each in known]
    assert [each.after.value for each in known] == pytest.approx(halved)
    ranged = [each for each in known if each.before.low is not None and each.before.high is not None]
    assert ranged, "what rests on ranges is told with its bounds"
    assert all(each.before.low < each.before.value < each.before.high for each in ranged)  # type: ignore[operator]
    assert BaselineProduct.objects.filter(code=code, successor=None).exists()
    proposal = change(maker, "product-types", "bureaustoel", {"massMaxKg": "12", "massMinKg": "4"})
    effect = next(each for each in effects_of(maker, proposal) if each.row.kind == "product-types")
    assert effect.tenders is not None
    assert effect.contracts is not None
    offered = BaselineProduct.objects.filter(product_type__code="bureaustoel", successor=None, mass_kg__gt=12)
    assert sorted(effect.outside) == sorted(offered.values_list("name_nl", flat=True)) != []
    proposal = add(maker, "cpv-prefixes", "391134", {"group": "kantoormeubilair"})
    effect = next(each for each in effects_of(maker, proposal) if each.row.kind == "cpv-prefixes")
    assert (effect.tenders, effect.contracts, effect.codes) == (None, None, 1)
