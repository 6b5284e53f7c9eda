"""What every answer under /api has: the version, no cache, and problem+json instead of HTML."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from mvi_dashboard.ground.problems import Problem

from .answers import PROBLEM_JSON, problem_404, problem_answer, unexpected

API_VERSION = "1.0.0"
API_ROOT = "/api/"
OPENAPI_PATH = "/api/v1/openapi.json"
_HEADERS = {
    "API-Version": API_VERSION,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
_KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


class ApiMiddleware:
    """Stands before the rest, so that it also sees what other middleware and the URL conf answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with the headers of the API when the path is one of its own."""
        answer = self.get_response(request)
        if not request.path.startswith(API_ROOT):
            return answer
        if answer.status_code >= 400 and not answer.headers.get("Content-Type", "").startswith(PROBLEM_JSON):
            answer = _as_problem(request, answer)
        for name, value in _HEADERS.items():
            answer.headers[name] = value
        if request.path == OPENAPI_PATH:
            answer.headers["Access-Control-Allow-Origin"] = "*"
            answer.headers["Access-Control-Expose-Headers"] = "API-Version"
        return answer


def _as_problem(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The same refusal as a problem document: Django wrote a page for a person."""
    if answer.status_code == 404:
        return problem_404(request)
    if answer.status_code >= 500:
        return unexpected(request)
    code = "too_large" if answer.status_code == 413 else "invalid"
    kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
    problem = Problem((), code, "Dit verzoek kunnen wij niet lezen.")
    return problem_answer(request, answer.status_code, [problem], headers=kept)
