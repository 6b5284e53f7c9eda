"""Every answer of the API held against its own description, in which no field may be left out."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import jsonschema
from django.http import HttpRequest, HttpResponse
from drf_spectacular.generators import SchemaGenerator

_ROOT = "api/v1"
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
Schema = dict[str, Any]


@cache
def description() -> Schema:
    """The OpenAPI document, made once."""
    found: Schema = SchemaGenerator().get_schema(request=None, public=True)
    return found


def differences(request: HttpRequest, answer: HttpResponse) -> list[str]:
    """What in this answer is not as the description says; nothing for what is no answer of an operation."""
    match = request.resolver_match
    if match is None or not match.route.startswith(_ROOT):
        return []
    path = _PARAMETER.sub(r"{\1}", match.route.removeprefix(_ROOT)).replace("{public_id}", "{id}")
    if path == "/openapi.json":
        return []
    if answer.status_code == 204:
        return _of_nothing(path, request.method or "", answer)
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    found = _validator(path, request.method or "", answer.status_code, kind)
    if isinstance(found, str):
        return [found]
    if not kind.endswith("json"):
        return []
    return [f"{error.json_path}: {error.message}" for error in found.iter_errors(json.loads(answer.content))]


def _of_nothing(path: str, method: str, answer: HttpResponse) -> list[str]:
    described = description()["paths"][path][method.lower()]["responses"].get("204")
    return [] if described and "content" not in described and not answer.content else ["204 is not described"]


@cache
def _validator(path: str, method: str, status: int, kind: str) -> jsonschema.Draft202012Validator | str:
    """What judges an answer of this operation, or which part of it has no description."""
    document = description()
    operation = document["paths"].get(path, {}).get(method.lower())
    if operation is None and status < 400:
        return "this operation has no description"
    # Who asks for what there is not is refused in the same words everywhere.
    refused = document["components"]["responses"].get(f"Problem{status}")
    response = _whole(operation["responses"].get(str(status))) if operation else refused
    if response is None:
        return f"status {status} has no description"
    content = response.get("content", {}).get(kind)
    if content is None:
        return f"{kind} has no description"
    return jsonschema.Draft202012Validator(closed(content["schema"]))


def closed(schema: Any) -> Any:
    """The schema with every reference filled in, in which an object has no other fields than it names."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return closed(_whole(schema))
    found = {
        name: {each: closed(inner) for each, inner in part.items()} if name == "properties" else closed(part)
        for name, part in schema.items()
    }
    return {"additionalProperties": False, **found} if "object" in found.get("type", ()) else found


def _whole(part: Any) -> Any:
    """This part of the document, or what it refers to."""
    if not part or "$ref" not in part:
        return part
    found: Any = description()
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found
