"""One description per operation, which checks the query and is the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from mvi_dashboard.ground.acts import Act
from mvi_dashboard.ground.described import Described, page_of
from mvi_dashboard.ground.ordering import Orders
from mvi_dashboard.ground.shapes import Object, Scalar

from .files import FILES
from .parameters import Parameters

Handler = TypeVar("Handler", bound=Callable[..., Any])
Answer = type[Described] | UnionType | None
Shapes = Object | Mapping[str, Object]
"""One shape, or several by their title of which a document has one: which one follows from what it is about."""


@dataclass(frozen=True)
class OneOrMany:
    """A document of these shapes, or an array of so many at most."""

    one: Shapes
    most: int


Body = Shapes | OneOrMany
JSON = "application/json"
_FILE = {"type": "string", "format": "binary"}

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
    answers: Mapping[int, Answer],
    description: str = "",
    query: Mapping[str, Scalar] | None = None,
    paged: bool = False,
    orders: Orders | None = None,
    body: Body | None = None,
    form: Object | None = None,
    files: tuple[str, ...] = (),
    once: bool = False,
    if_match: bool = False,
    tags: tuple[str, ...] = (),
    name: str = "",
) -> Callable[[Handler], Handler]:
    """A decorator for `get`, `post`, `put`, `patch` or `delete` of an `Endpoint`.

    `query` is the closed list of query parameters, `paged` adds `limit`, `cursor` and `changedSince`, wraps the
    answer in `results` and `next` and gives it as a file too; `orders` is what `sort` may be. `form` has the
    fields beside a file that may be sent instead of the body. `answers` gives per status the resource that is
    answered, one of several (`A | B`), or None for nothing; `files` are the media types of files that a 200 may be
    instead. `once` and `if_match` document the headers that `self.once()` and `self.expected_version()` ask for.
    `name` is the operationId.
    """
    sort = {} if orders is None else {"sort": orders.parameter}
    parameters = Parameters({**(query or {}), **sort}, paged=paged)
    row = answers.get(200)
    if paged and isinstance(row, type):
        files = (*files, *(kind for kind in FILES if kind not in files))

    def decorate(handler: Handler) -> Handler:
        documented = [*parameters.documented(), *([_KEY] if once else []), *([_IF_MATCH] if if_match else [])]
        handler.parameters = parameters  # type: ignore[attr-defined]
        handler.paged = paged  # type: ignore[attr-defined]
        handler.orders = orders  # type: ignore[attr-defined]
        handler.row = row  # type: ignore[attr-defined]
        handler.operation_name = name  # type: ignore[attr-defined]
        handler.headers = {"once": once, "if_match": if_match}  # type: ignore[attr-defined]
        return extend_schema(
            summary=summary,
            description=description or summary,
            operation_id=name or None,
            tags=list(tags) or None,
            parameters=documented,
            request=_request(body, form),
            responses=_responses(answers, files, paged=paged),
        )(handler)

    return decorate


def acting(
    act: Act[Any, Any],
    *,
    answers: Mapping[int, Answer],
    name: str,
    tags: tuple[str, ...],
    body: Body | None = None,
    query: Mapping[str, Scalar] | None = None,
    description: str = "",
) -> Callable[[Handler], Handler]:
    """A decorator for the `post` or `patch` by which an act is done: `operation` from what the act declares.

    `body` only for an act of which the document differs per target.
    """
    said = act.declaration
    reads = body or (said.reads.as_partial() if said.reads and said.whole else said.reads)

    def decorate(handler: Handler) -> Handler:
        described = operation(
            said.title,
            description=description,
            query=query,
            body=reads,
            answers=answers,
            once=handler.__name__ == "post",
            if_match=said.version,
            tags=tags,
            name=name,
        )
        return described(handler)

    return decorate


def _request(body: Body | None, form: Object | None) -> dict[str, Any] | None:
    found = {} if body is None else {JSON: _body_schema(body)}
    if form is not None:
        schema = form.schema()
        properties = {**schema["properties"], "file": _FILE}
        required = [*schema.get("required", []), "file"]
        found["multipart/form-data"] = {**schema, "properties": properties, "required": required}
    return found or None


def _body_schema(body: Body) -> dict[str, Any]:
    if isinstance(body, OneOrMany):
        one = _body_schema(body.one)
        parts = one.get("anyOf", [one])
        # Generators of clients make a class of each title: those of a list are named apart.
        each = {"anyOf": [{**part, "title": f"{part.get('title', 'Een')} van veel"} for part in parts]}
        many = {"type": "array", "items": each, "minItems": 1, "maxItems": body.most, "title": "Veel tegelijk"}
        return {"anyOf": [*parts, many]}
    if isinstance(body, Object):
        return body.schema()
    # Not oneOf: a document may fit two of them, as what is needed of one may be left open in the other.
    return {"anyOf": [{**shape.schema(), "title": title} for title, shape in body.items()]}


def _responses(answers: Mapping[int, Answer], files: tuple[str, ...], *, paged: bool) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for status, answer in answers.items():
        if answer is None:
            found[status] = OpenApiResponse(description="Gelukt; er is niets te tonen.")
            continue
        page: Any = page_of
        resource = page(answer) if paged and status == 200 and isinstance(answer, type) else answer
        found[status, JSON] = OpenApiResponse(response=resource, description="Gelukt.")
    return found | {(200, kind): OpenApiResponse(response=_FILE, description="Gelukt.") for kind in files}
