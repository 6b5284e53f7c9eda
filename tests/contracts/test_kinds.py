"""A kind of record is said once: every door is made from its declaration, and names none of them itself."""

from __future__ import annotations

import ast

import pytest
from django.contrib import admin
from django.urls import reverse

from contracts.kinds import KINDS, RecordKind, kind_named
from contracts.models.records import Record
from mvi_dashboard.ground import access, acts, column_rules
from mvi_dashboard.ground.shapes import camel
from tests.described import description
from tests.test_architecture import modules

DOORS = ("contracts.api", "contracts.views", "contracts.admin", "contracts.guarding", "contracts.urls")
DOORS += ("contracts.services.recording", "mvi_dashboard.demo")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_declared_kind_has_every_door(kind: RecordKind) -> None:
    operations = description()["paths"][f"/contracts/{{id}}/{kind.path}"]
    assert [operations[each]["operationId"] for each in ("get", "post")] == [
        f"{kind.operations}_list",
        f"{kind.operations}_log",
    ]
    place = reverse(f"contracts:{kind.form.page}", args=["7e9a6fd6-6d1c-4b0c-8f0e-3c9d6c1f2a10"])
    assert place.endswith(f"/{kind.form.address}/")
    assert kind.model in column_rules.declared()
    assert admin.site.is_registered(kind.model)
    act = next(each for each in acts.declared() if each.verb == f"{kind.name}.log")
    assert (act.permission, act.status) == (access.CONTRACT_LOG, 201)
    assert kind_named(kind.name) is kind


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_form_draws_only_inputs_of_its_document(kind: RecordKind) -> None:
    pairs = [(kind.form.rows, kind.log.shape)]
    pairs += [(kind.form.consumed_rows, kind.log.consumed_shape)] if kind.form.consumed_rows else []
    for rows, shape in pairs:
        asked = {camel(name): field.required for name, field in shape.fields.items()}
        drawn = {name for row in rows for name in row}
        assert drawn <= asked.keys()
        assert {name for name, required in asked.items() if required} <= drawn
    assert kind.form.button or kind.form.link


def test_every_kind_of_record_is_declared_in_its_own_place() -> None:
    assert {kind.model for kind in KINDS} == set(Record.__subclasses__())
    for each in ("rank", "path", "operations", "name", "model"):
        assert len({getattr(kind, each) for kind in KINDS}) == len(KINDS), each
    assert len({kind.form.page for kind in KINDS}) == len({kind.form.address for kind in KINDS}) == len(KINDS)


def _name_of(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def test_no_door_names_a_kind() -> None:
    named = {kind.model.__name__ for kind in KINDS}
    doors = [name for name in modules() if name.startswith(DOORS)]
    wrong = [
        f"{name}: {_name_of(node)}"
        for name in doors
        for node in ast.walk(ast.parse(modules()[name].read_text(encoding="utf-8")))
        if (isinstance(node, ast.Name | ast.Attribute) and _name_of(node) in named)
    ]
    assert len(doors) > 20
    assert wrong == []
