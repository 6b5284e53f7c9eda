"""What a client gets back: JSON, and application/problem+json (RFC 9457) for everything that went wrong."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

from mvi_dashboard.ground import formats
from mvi_dashboard.ground.described import LEFT_OUT, LeftOut, as_json
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problem_answers import ProblemDocument, remarks_of
from mvi_dashboard.ground.problems import Kind, More, Problem, Refused, forbidden, not_found, refuse
from mvi_dashboard.ground.races import overtaken

logger = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_SECONDS = "5"
_TITLES = {
    400: "De gegevens kloppen niet",
    401: "Niet ingelogd",
    403: "Niet toegestaan",
    404: "Niet gevonden",
    405: "Deze handeling bestaat hier niet",
    409: "Dit kan nu niet",
    412: "Intussen gewijzigd",
    413: "Te groot",
    415: "Dit soort gegevens lezen wij niet",
    428: "Versie ontbreekt",
    429: "Te veel verzoeken",
    500: "Er ging iets mis",
    503: "Even niet beschikbaar",
}


class UtcEncoder(JSONEncoder):
    """JSON with moments in UTC; Decimals are numbers."""

    def default(self, obj: Any) -> Any:
        """The JSON value of one object."""
        if isinstance(obj, datetime) and obj.tzinfo is not None:
            return obj.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return super().default(obj)


class JsonAnswer(JSONRenderer):
    """The only renderer of the API; NaN and infinity are errors of ours and never leave the house."""

    encoder_class = UtcEncoder
    charset = None


def problem_answer(
    request: HttpRequest,
    status: int,
    problems: Iterable[Problem] = (),
    *,
    headers: Mapping[str, str] | None = None,
    detail: str = "",
    reference: str | LeftOut = LEFT_OUT,
) -> HttpResponse:
    """The problem document for these problems, ready to send."""
    listed = list(problems)
    title = worded(_TITLES.get(status, "Er ging iets mis"))
    if not detail:
        many = sum(item.count if isinstance(item, More) else 1 for item in listed)
        said = formats.counted(many, "punt klopt", "punten kloppen")
        detail = listed[0].detail if len(listed) == 1 else worded("{said} niet: zie errors.", said=said)
    body = ProblemDocument(
        type="about:blank",
        title=title,
        status=status,
        detail=detail,
        instance=iri_to_uri(request.path) or "",
        reference=reference,
        errors=remarks_of(listed),
    )
    # ASCII only: a lone surrogate that somebody sent cannot be written as UTF-8.
    return HttpResponse(json.dumps(as_json(body)), status=status, content_type=PROBLEM_JSON, headers=headers)


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """The answer to anything that an endpoint raises; never None, so nothing becomes an HTML page."""
    request = context["request"]
    http_request: HttpRequest = getattr(request, "_request", request)
    return answer_to(error, http_request)


def answer_to(error: Exception, request: HttpRequest) -> HttpResponse:
    """The problem document for this exception: expected ones by kind, others as 500 without details."""
    refused, headers = _as_refusal(error)
    if refused:
        return problem_answer(request, refused.kind.value, refused.problems, headers=headers)
    if isinstance(error, exceptions.APIException):
        return _as_drf_says(error, request)
    return unexpected(request, error)


def unexpected(request: HttpRequest, error: Exception | None = None) -> HttpResponse:
    """A 500 that tells the client only a reference, under which the log has the rest."""
    reference = uuid.uuid4().hex[:12]
    logger.error("unexpected error %s on %s %s", reference, request.method, request.path, exc_info=error)
    problem = Problem(
        (),
        "error",
        worded("Er ging iets mis bij ons. Noem bij een vraag dit nummer: {reference}.", reference=reference),
    )
    return problem_answer(request, 500, [problem], reference=reference)


def problem_404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The 404 for every path under /api that leads nowhere, also one that ends in a slash."""
    return answer_to(not_found(), request)


def problem_500(request: HttpRequest, error: BaseException | None = None) -> HttpResponse:
    """The answer to what went wrong outside an endpoint: 503 for a lost database, else 500."""
    return answer_to(error, request) if isinstance(error, Exception) else unexpected(request)


def _as_refusal(error: Exception) -> tuple[Refused | None, dict[str, str]]:
    """The refusal behind an exception that we know, with the headers that belong to it."""
    if isinstance(error, Refused):
        headers = {"WWW-Authenticate": "Bearer"} if error.kind is Kind.NOT_AUTHENTICATED else {}
        if error.retry_after is not None:
            headers["Retry-After"] = str(error.retry_after)
        return error, headers
    if isinstance(error, Http404 | exceptions.NotFound):
        return not_found(), {}
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return forbidden(), {}
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return not_signed_in(), {"WWW-Authenticate": "Bearer"}
    if isinstance(error, RequestDataTooBig):
        return refuse("too_large", "Dit is te groot: stuur hoogstens 2 MB.", kind=Kind.TOO_LARGE), {}
    if isinstance(error, IntegrityError):
        return overtaken(error), {}
    if isinstance(error, DataError):
        logger.warning("the database refused a value that a service let through", exc_info=error)
        return refuse("invalid", "Een waarde past niet in de database. Controleer de getallen."), {}
    if isinstance(error, OperationalError | InterfaceError):
        logger.error("the database does not answer", exc_info=error)
        detail = "De database antwoordt even niet. Probeer het over enkele seconden opnieuw."
        return refuse("unavailable", detail, kind=Kind.UNAVAILABLE), {"Retry-After": RETRY_AFTER_SECONDS}
    return None, {}


def not_signed_in() -> Refused:
    """The 401: no token, no session, or one that no longer holds."""
    detail = "U bent niet ingelogd: stuur een geldige sleutel mee (Authorization: Bearer ...)."
    return refuse("not_authenticated", detail, kind=Kind.NOT_AUTHENTICATED)


def _as_drf_says(error: exceptions.APIException, request: HttpRequest) -> HttpResponse:
    """What DRF itself refuses, in Dutch: method, media type."""
    detail = str(error.detail)
    if isinstance(error, exceptions.MethodNotAllowed):
        detail = worded("{method} kan hier niet.", method=request.method)
    elif isinstance(error, exceptions.UnsupportedMediaType):
        detail = "Stuur application/json in UTF-8."
    code = str(getattr(error, "default_code", "error"))
    return problem_answer(request, error.status_code, [Problem((), code, detail)])
