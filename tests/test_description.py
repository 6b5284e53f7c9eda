"""The published description as a whole: valid, complete, and as the NL API Design Rules want it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import validate

from tests.described import Schema, closed, description

_WRITES = {"post", "put", "patch", "delete"}
# Words of JSON Schema itself, in the one answer that is such a document.
_NOT_OURS = {"$schema", "$defs"}


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of all."""
    return [
        (path, method, operation)
        for path, item in description()["paths"].items()
        for method, operation in item.items()
    ]


def answered() -> Iterator[tuple[str, Schema]]:
    """(operation, schema) of every answer in JSON that succeeds."""
    for path, method, operation in operations():
        for status, response in operation["responses"].items():
            if status.startswith("2") and "application/json" in response.get("content", {}):
                yield f"{method} {path} {status}", closed(response["content"]["application/json"]["schema"])


def names_in(schema: Any) -> Iterator[str]:
    """The names of all fields in a schema."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {}) if isinstance(schema.get("properties"), dict) else ()
        for part in schema.values():
            yield from names_in(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from names_in(part)


def test_the_description_is_a_valid_openapi_document() -> None:
    validate(description())
    assert description()["openapi"] == "3.1.0"


def test_no_operation_answers_an_object_of_which_nothing_is_told() -> None:
    found = dict(answered())
    assert len(found) > 60
    bare = [
        name
        for name, schema in found.items()
        for each in schema.get("anyOf", [schema])
        if not each.get("properties") or each.get("additionalProperties") is not False
    ]
    assert bare == []


def test_every_operation_has_its_own_name_a_summary_and_tags_that_are_defined() -> None:
    defined = {tag["name"] for tag in description()["tags"]}
    assert all(tag["description"] for tag in description()["tags"])
    assert all(re.fullmatch(r"[a-z-]+", name) for name in defined)
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)
    for _, _, operation in operations():
        assert operation["summary"]
        assert operation["tags"]
        assert set(operation["tags"]) <= defined
    assert {tag for _, _, operation in operations() for tag in operation["tags"]} == defined


def test_paths_are_kebab_case_also_behind_an_underscore() -> None:
    part = re.compile(r"_?[a-z0-9]+(-[a-z0-9]+)*|\{[a-z][a-zA-Z0-9]*\}")
    wrong = [path for path, _, _ in operations() if not all(part.fullmatch(each) for each in path[1:].split("/"))]
    assert wrong == []


def test_every_name_in_a_body_an_answer_or_a_query_is_camel_case() -> None:
    ours = re.compile(r"[a-z][a-zA-Z0-9]*|x(-[a-z]+)+")
    asked = {
        parameter["name"]
        for _, _, operation in operations()
        for parameter in operation.get("parameters", ())
        if parameter["in"] != "header"
    }
    found = set(names_in(description())) | asked
    assert len(found) > 200
    assert {name for name in found - _NOT_OURS if not ours.fullmatch(name)} == set()


def test_a_query_parameter_has_a_default_of_its_own_type() -> None:
    kinds: dict[str, Any] = {"array": list, "boolean": bool, "integer": int, "string": str, "number": (int, float)}
    with_default = 0
    for path, method, operation in operations():
        for parameter in operation.get("parameters", ()):
            schema = parameter["schema"]
            assert set(schema.get("enum", ())) != {"true", "false"}, (path, parameter["name"])
            if "default" in schema:
                with_default += 1
                assert isinstance(schema["default"], kinds[schema["type"]]), (path, method, parameter["name"])
    assert with_default > 20
    group_by = next(
        parameter
        for parameter in description()["paths"]["/reports/effects"]["get"]["parameters"]
        if parameter["name"] == "groupBy"
    )
    assert (group_by["schema"]["type"], group_by["schema"]["default"]) == ("array", [])
    assert group_by["explode"] is False


def test_every_operation_tells_what_goes_wrong_and_what_writing_asks() -> None:
    for path, method, operation in operations():
        statuses = operation["responses"].keys()
        assert {"400", "401", "403", "404", "409", "429", "500", "503"} <= statuses
        assert "422" not in statuses
        assert (method in _WRITES) == ("412" in statuses), (path, method)


@pytest.mark.django_db
@pytest.mark.parametrize("accept", ["application/json", "text/html", "application/yaml", "image/png", "*/*", ""])
def test_the_description_answers_whatever_is_accepted(accept: str, client: Client) -> None:
    answer = client.get("/api/v1/openapi.json", headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.json()["openapi"] == "3.1.0"


def test_what_is_open_to_all_says_so() -> None:
    listed = {path for path, method, operation in operations() if {} in operation.get("security", ())}
    assert {"/indicators", "/materials", "/bases", "/factor-sets/{code}/factors", "/receipt-keys"} <= listed
    assert not any(path.startswith(("/tenders", "/contracts", "/bids", "/audit", "/jobs")) for path in listed)
    assert "security" not in description()["paths"]["/factor-sets/{code}/versions"]["post"]
