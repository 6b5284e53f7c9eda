"""Null in a document says what leaving a field out says: generated from the shapes of all doors."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

import tenders.services
from contracts.kinds import KINDS, kind_named
from contracts.services.shapes import CONTRACT
from indicators.factors.factor_drafts import DRAFT
from indicators.groups.category_schemes import SCHEME
from indicators.methods.method_drafts import METHOD_DRAFT
from indicators.models import ProtocolVersion
from indicators.selectors import LEVELS, protocol_of
from indicators.services import assessment_shape, line_shape
from mvi_dashboard.ground import terms
from mvi_dashboard.ground.problems import Problem
from mvi_dashboard.ground.shapes import Field, ListOf, Object, camel, read
from tenders.models import Bid, Lot, Tender
from tenders.services.history import HISTORY
from tenders.services.shapes import DECISION, DEFAULT_STANDSTILL_DAYS, TENDER, bid_shape

from . import corpus
from .worlds import World

pytestmark = pytest.mark.any_database

HOUSE = ("mvi_dashboard.", "indicators.", "tenders.", "contracts.", "reporting.")


def below(name: str, field: Field) -> Iterator[tuple[str, Object]]:
    """The objects in a field, with a name that says where they stand."""
    if isinstance(field, ListOf):
        yield from below(f"{name}[]", field.item)
    elif isinstance(field, Object):
        yield name, field
        for key, part in field.fields.items():
            yield from below(f"{name}.{camel(key)}", part)


def written_down() -> dict[str, Object]:
    """Every shape that a module of the house names, and those that a function makes."""
    found: dict[str, Object] = {}
    named: dict[str, Any] = {
        f"{module.__name__}.{name}": value
        for module in list(sys.modules.values())
        if getattr(module, "__name__", "").startswith(HOUSE)
        for name, value in vars(module).items()
        if isinstance(value, Object | ListOf)
    }
    for consumed in (True, False):
        named |= {
            f"bid({consumed})": bid_shape(consumed=consumed),
            f"line({consumed})": line_shape(consumed=consumed),
            f"assessment({consumed})": assessment_shape(consumed=consumed),
        }
    seen: set[int] = set()
    for name, field in named.items():
        if id(field) not in seen:
            seen.add(id(field))
            found |= dict(below(name, field))
    return found


SHAPES = written_down()


def taken(shape: Object, document: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """What was read by name, also where that becomes a line or a row."""
    data, problems = read(shape, document)
    if not isinstance(data, dict):
        data = {name: getattr(data, name) for name in shape.fields if data.has(name)}
    return data, problems


def check_nulls(shape: Object) -> None:
    """Each field sent as null, in a document that has nothing else."""
    absent, _problems = taken(shape, {})
    for name, field in shape.fields.items():
        data, problems = taken(shape, {camel(name): None})
        about_it = [problem.code for problem in problems if problem.attr == camel(name)]
        if field.required:
            assert (about_it, name in data) == (["required"], False), name
            continue
        assert about_it == [], name
        assert data[name] == field.default, name
        if not shape.partial:
            assert data[name] == absent[name], name


@pytest.mark.parametrize("name", SHAPES)
def test_null_in_an_optional_field_is_left_out_and_in_a_required_one_is_missed(name: str) -> None:
    check_nulls(SHAPES[name])
    check_nulls(SHAPES[name].as_partial())


def test_the_shapes_of_all_doors_were_found() -> None:
    known = set(map(id, SHAPES.values()))
    records = [kind.log.shape for kind in KINDS]
    assert {id(each) for each in (TENDER, DECISION, CONTRACT, *records, HISTORY, METHOD_DRAFT, SCHEME)} <= known
    assert len(SHAPES) > 60


def test_an_empty_text_says_the_same_as_null() -> None:
    for name, shape in SHAPES.items():
        texts = [key for key, field in shape.fields.items() if type(field).__name__ == "Text"]
        for key in texts:
            field = shape.fields[key]
            data, problems = taken(shape, {camel(key): ""})
            if field.required:
                assert "required" in [each.code for each in problems if each.attr == camel(key)], f"{name}.{key}"
            else:
                assert data[key] == field.default, f"{name}.{key}"


@pytest.mark.django_db
def test_null_is_left_out_of_what_every_protocol_asks(reference: None) -> None:
    protocols = [protocol_of(row) for row in ProtocolVersion.objects.all()]
    assert protocols
    for protocol in protocols:
        for consumed in (True, False):
            for level in LEVELS:
                shape = bid_shape(consumed=consumed, protocol=protocol, level=level)
                for _name, part in below("bid", shape):
                    check_nulls(part)


def with_nulls(shape: Field, document: Any) -> Any:
    """The same document with null in every optional field that it leaves out, however deep."""
    if isinstance(shape, ListOf) and isinstance(document, list):
        return [with_nulls(shape.item, item) for item in document]
    if not isinstance(shape, Object) or not isinstance(document, dict):
        return document
    by_name = {camel(name): field for name, field in shape.fields.items()}
    nulls = {name: None for name, field in by_name.items() if not field.required and name not in document}
    return {name: with_nulls(by_name[name], value) for name, value in document.items()} | nulls


BODIES: dict[str, Object] = {
    "BASE-tender": TENDER,
    "BASE-bid": bid_shape(consumed=False),
    "BASE-contract": CONTRACT.as_partial(),
    "BASE-delivery": kind_named("delivery").log.shape,
    "BASE-use": kind_named("use").log.shape,
    "BASE-retirement": kind_named("retirement").log.shape,
    "BASE-factor": DRAFT,
}


def sent(row: dict[str, Any], world: World, document: Any) -> Any:
    """The answer to this document where the row of the corpus sends its own."""
    headers = {"Authorization": f"Bearer {world.token(row['actor'])}", "Idempotency-Key": corpus.fresh_key()}
    path, client = corpus.filled(row["path"], world.names, world.now), Client()
    if row["method"] == "PATCH":
        del headers["Idempotency-Key"]
        headers["If-Match"] = client.get(f"/api/v1{path}", headers=headers).headers["ETag"]
    return corpus.send(client, row["method"], path, json.dumps(document).encode(), headers)


@pytest.mark.django_db
@pytest.mark.parametrize("name", BODIES)
def test_over_rest_null_stores_what_leaving_out_stores(reference: None, name: str) -> None:
    row = corpus.all_rows()[name]
    world = World(corpus.this_moment())
    world.build(row["needs"])
    plain = corpus.filled(row["payload"], world.names, world.now)
    nulled = with_nulls(BODIES[name], plain)
    assert nulled != plain or name == "BASE-contract"
    if name != "BASE-contract":  # of what is changed in part null empties, and leaving out leaves it
        assert read(BODIES[name], nulled) == read(BODIES[name], plain)
    assert sent(row, world, nulled).status_code == row["expected"]["status"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", BODIES)
def test_over_rest_null_in_what_is_required_is_400(reference: None, name: str) -> None:
    row = corpus.all_rows()[name]
    world = World(corpus.this_moment())
    world.build(row["needs"])
    fields = BODIES[name].fields
    before = corpus.digest()
    answer = sent(row, world, {camel(key): None for key in fields})
    missed = {each["attr"] for each in answer.json()["errors"] if each["code"] == "required"}
    assert (answer.status_code, before) == (400, corpus.digest())
    assert {camel(key) for key, field in fields.items() if field.required} <= missed


@pytest.mark.django_db
@pytest.mark.parametrize(
    "nulls", [{"lots": None}, {"ambitions": None}, {"lots.0.items": None}, {"lots.0.requestLevel": None}]
)
def test_a_concept_is_patched_with_null_to_its_default(reference: None, nulls: dict[str, Any]) -> None:
    world = World(corpus.this_moment())
    world.build(["reference", "draft-tender"])
    row = corpus.all_rows()["BASE-tender"]
    document = corpus.filled(row["payload"], world.names, world.now)
    ((path, value),) = nulls.items()
    whole = path.split(".")[0]
    target = document
    *parents, last = path.split(".")
    for part in parents:
        target = target[int(part)] if part.isdecimal() else target[part]
    target[last] = value
    patch = row | {"method": "PATCH", "path": "/tenders/{tender}"}
    answer = sent(patch, world, {whole: document[whole]})
    assert answer.status_code == 200, answer.content
    lots = list(Lot.objects.filter(tender__public_id=world.names["tender"]))
    assert [lot.request_level for lot in lots] == ([] if path == "lots" else ["standard"])


@pytest.mark.django_db
def test_a_decision_with_null_for_the_days_has_the_usual_standstill(reference: None) -> None:
    world = World(corpus.this_moment())
    world.build(["reference", "opened-tender"])
    tender = Tender.objects.get(public_id=world.names["tender"])
    bid = Bid.objects.filter(lot__tender=tender).first()
    assert bid is not None
    document = with_nulls(DECISION, {"bid": str(bid.public_id), "reason": "De laagste."})
    assert document["standstillDays"] is None
    award = tenders.services.decide_award(
        world.officer, tender_id=tender.public_id, document=document, expected_version=tender.version
    )
    assert award.standstill_until == terms.term_after(award.decided_at, DEFAULT_STANDSTILL_DAYS).ends_at
