"""The OpenAPI document: what every operation has in common is added here, once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.renderers import JSONOpenAPIRenderer
from rest_framework.request import Request

from mvi_dashboard.ground.throttling import take_place_of_address

from .answers import handle
from .middleware import API_VERSION

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["attr", "code", "detail", "confirmable"],
                "properties": {
                    "attr": {"type": ["string", "null"]},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "confirmable": {"type": "boolean"},
                    "suggestions": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}
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
    "503": "Even niet beschikbaar: probeer het opnieuw na Retry-After.",
}
_ON_WRITES = {"409", "412", "413", "415", "428"}
_VERSION_HEADER = {
    "description": "De versie van de API die antwoordt.",
    "schema": {"type": "string"},
}


class OpenApiDocument(SpectacularJSONAPIView):
    """`/api/v1/openapi.json`, for everybody."""

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = [JSONOpenAPIRenderer]

    def check_throttles(self, request: Request) -> None:
        """A place in the bucket of the address; raises Refused 429."""
        take_place_of_address(request._request)

    def get_exception_handler(self) -> Any:
        """As everywhere under /api."""
        return handle


def add_what_all_share(result: dict[str, Any], generator: Any, request: HttpRequest | None, public: bool) -> Any:
    """The document with problem answers, the API-Version header and the server on every operation."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["headers"] = {"ApiVersion": _VERSION_HEADER}
    components["responses"] = {f"Problem{status}": _problem(text) for status, text in _STATUSES.items()}
    for path in result["paths"].values():
        for method, operation in path.items():
            if isinstance(operation, dict) and "responses" in operation:
                _complete(operation, writes=method != "get")
    result["info"]["version"] = API_VERSION
    return result


def _problem(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "headers": {"API-Version": {"$ref": "#/components/headers/ApiVersion"}},
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _complete(operation: dict[str, Any], *, writes: bool) -> None:
    for response in operation["responses"].values():
        if "$ref" not in response:
            response.setdefault("headers", {})["API-Version"] = {"$ref": "#/components/headers/ApiVersion"}
    for status in _STATUSES:
        if writes or status not in _ON_WRITES:
            operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
