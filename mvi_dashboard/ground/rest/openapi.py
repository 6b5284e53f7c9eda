"""The OpenAPI document: what every operation has in common is added here, once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.renderers import JSONOpenAPIRenderer
from rest_framework.request import Request

from mvi_dashboard.ground.described import Described, Schema, fields_schema
from mvi_dashboard.ground.problem_answers import ProblemDocument, Remark
from mvi_dashboard.ground.throttling import take_place_of_address

from .answers import handle
from .middleware import API_VERSION
from .negotiation import AnyAcceptable

_STATUSES = {
    "400": "De gegevens kloppen niet; alle problemen staan in `errors`.",
    "401": "Niet ingelogd.",
    "403": "U mag dit niet doen met uw rol.",
    "404": "Dit bestaat niet, of u mag het niet zien.",
    "405": "Deze handeling bestaat hier niet.",
    "409": "De stand van zaken laat dit niet toe, of u moet iets bevestigen (`confirmable`).",
    "412": "Intussen gewijzigd: haal de nieuwe stand op.",
    "413": "Te groot.",
    "415": "Stuur application/json in UTF-8.",
    "428": "Stuur If-Match mee.",
    "429": "Te veel verzoeken: probeer het opnieuw na Retry-After.",
    "500": "Er ging iets mis bij ons; noem bij een vraag het nummer in `reference`.",
    "503": "Even niet beschikbaar: probeer het opnieuw na Retry-After.",
}
_ON_WRITES = {"412", "413", "415", "428"}
# Inside the house a row has two ids; whoever asks knows one.
_KEY, _ID = "{public_id}", "{id}"
_VERSION_HEADER = {
    "description": "De versie van de API die antwoordt.",
    "schema": {"type": "string"},
}


class OpenApiDocument(SpectacularJSONAPIView):
    """`/api/v1/openapi.json`, for everybody."""

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = [JSONOpenAPIRenderer]
    content_negotiation_class = AnyAcceptable

    def check_throttles(self, request: Request) -> None:
        """A place in the bucket of the address; raises Refused 429."""
        take_place_of_address(request._request)

    def get_exception_handler(self) -> Any:
        """As everywhere under /api."""
        return handle


def add_what_all_share(result: dict[str, Any], generator: Any, request: HttpRequest | None, public: bool) -> Any:
    """The document with problem answers, the API-Version header and the server on every operation."""
    components = result.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for resource in (ProblemDocument, Remark):
        schemas[resource.__name__] = fields_schema(resource, ref=_place_of)
    components["headers"] = {"ApiVersion": _VERSION_HEADER}
    components["responses"] = {f"Problem{status}": _problem(text) for status, text in _STATUSES.items()}
    result["paths"] = {address.replace(_KEY, _ID): item for address, item in result["paths"].items()}
    for path in result["paths"].values():
        for method, operation in path.items():
            if isinstance(operation, dict) and "responses" in operation:
                _complete(operation, writes=method != "get")
    result["info"]["version"] = API_VERSION
    return result


def _place_of(resource: type[Described]) -> Schema:
    return {"$ref": f"#/components/schemas/{resource.__name__}"}


def _problem(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "headers": {"API-Version": {"$ref": "#/components/headers/ApiVersion"}},
        "content": {"application/problem+json": {"schema": _place_of(ProblemDocument)}},
    }


def _complete(operation: dict[str, Any], *, writes: bool) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path" and parameter["name"] == _KEY[1:-1]:
            parameter["name"] = _ID[1:-1]
    if sent := operation.get("requestBody"):
        sent["required"] = any("required" in content["schema"] for content in sent["content"].values())
    for response in operation["responses"].values():
        if "$ref" not in response:
            response.setdefault("headers", {})["API-Version"] = {"$ref": "#/components/headers/ApiVersion"}
    for status in _STATUSES:
        if writes or status not in _ON_WRITES:
            operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
