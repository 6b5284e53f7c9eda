"""One description per operation, which checks the query and is the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from mvi_dashboard.ground.shapes import Leaf, Object
from mvi_dashboard.ground.shapes.leaves import Field

from .parameters import Parameters

Handler = TypeVar("Handler", bound=Callable[..., Any])
Answer = Object | dict[str, Any] | None
Body = Object | Mapping[str, Object]
"""One shape, or several by their title of which a document has one: which one follows from what it is about."""

_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="Een eigen kenmerk per verzoek: opnieuw sturen met hetzelfde kenmerk doet niets dubbel.",
)
_IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="De ETag van de stand die u zag: zo overschrijft u niemand.",
)


def operation(
    summary: str,
    *,
    description: str = "",
    query: Mapping[str, Leaf] | None = None,
    paged: bool = False,
    body: Body | None = None,
    form: Object | None = None,
    answers: Mapping[int, Answer] | None = None,
    once: bool = False,
    if_match: bool = False,
    tags: tuple[str, ...] = (),
    name: str = "",
) -> Callable[[Handler], Handler]:
    """A decorator for `get`, `post`, `put`, `patch` or `delete` of an `Endpoint`.

    `query` is the closed list of query parameters, `paged` adds `limit` and `cursor` and wraps the answer in
    `results` and `next`. `form` has the fields beside a file that may be sent
    instead of the body. `answers` gives a shape or a JSON Schema per status. `once` and `if_match` document
    the headers that `self.once()` and `self.expected_version()` ask for. `name` is the operationId.
    """
    parameters = Parameters(query or {}, paged=paged)

    def decorate(handler: Handler) -> Handler:
        documented = [*parameters.documented(), *([_KEY] if once else []), *([_IF_MATCH] if if_match else [])]
        handler.parameters = parameters  # type: ignore[attr-defined]
        handler.paged = paged  # type: ignore[attr-defined]
        handler.headers = {"once": once, "if_match": if_match}  # type: ignore[attr-defined]
        return extend_schema(
            summary=summary,
            description=description or summary,
            operation_id=name or None,
            tags=list(tags) or None,
            parameters=documented,
            request=_request(body, form),
            responses={
                status: _response(answer, paged=paged and status == 200)
                for status, answer in (answers or {200: {"type": "object"}}).items()
            },
        )(handler)

    return decorate


def _request(body: Body | None, form: Object | None) -> dict[str, Any] | None:
    if body is None:
        return None
    if form is None:
        return {"application/json": _body_schema(body)}
    schema = form.schema()
    properties = {**schema["properties"], "file": {"type": "string", "format": "binary"}}
    with_file = {**schema, "properties": properties, "required": [*schema.get("required", []), "file"]}
    return {"application/json": _body_schema(body), "multipart/form-data": with_file}


def _body_schema(body: Body) -> dict[str, Any]:
    if isinstance(body, Object):
        return body.schema()
    # Not oneOf: a document may fit two of them, as what is needed of one may be left open in the other.
    return {"anyOf": [{**shape.schema(), "title": title} for title, shape in body.items()]}


def _response(answer: Answer, *, paged: bool) -> OpenApiResponse:
    if answer is None:
        return OpenApiResponse(description="Gelukt; er is niets te tonen.")
    schema = open_schema(answer.schema()) if isinstance(answer, Field) else answer
    if paged:
        schema = {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": {"type": "array", "items": schema},
                "next": {"type": ["string", "null"], "format": "uri"},
            },
        }
    return OpenApiResponse(response=schema, description="Gelukt.")


def open_schema(schema: Any) -> Any:
    """The schema of an answer: we may add fields later, so a client must not refuse unknown ones."""
    if isinstance(schema, dict):
        return {key: open_schema(value) for key, value in schema.items() if key != "additionalProperties"}
    return [open_schema(item) for item in schema] if isinstance(schema, list) else schema
