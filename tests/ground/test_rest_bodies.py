"""What is sent to the API is read strictly; whatever is wrong becomes one problem document."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from mvi_dashboard.ground import problems
from mvi_dashboard.ground.problems import Kind, Problem, Refused
from mvi_dashboard.ground.rest import answers, bodies, versions
from mvi_dashboard.ground.rest.middleware import API_VERSION, ApiMiddleware
from mvi_dashboard.ground.rest.parameters import CommaList, Parameters
from mvi_dashboard.ground.shapes import Boolean, Year

FACTORY = RequestFactory()


def sent(body: bytes | str, content_type: str = "application/json", **extra: Any) -> Any:
    return FACTORY.post("/api/v1/tenders", data=body, content_type=content_type, **extra)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str | None, str]]:
    return [(problem.attr, problem.code) for problem in refused.value.problems]


def test_numbers_keep_the_digits_that_were_sent() -> None:
    document = bodies.read_body(sent('{"share": 0.10, "count": 100, "many": ' + "9" * 5000 + ', "tiny": 1e-3}'))
    assert str(document["share"]) == "0.10"
    assert document["count"] == 100
    assert document["many"] == Decimal("9" * 5000)
    assert document["tiny"] == "1e-3"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"null", "invalid"),
        (b"[]", "invalid"),
        (b'"x"', "invalid"),
        (b'{"a":1}{"b":2}', "parse_error"),
        (b'{"massKg":NaN}', "parse_error"),
        (b'{"massKg":-Infinity}', "parse_error"),
        (b'{"count":1,"count":100}', "duplicate_key"),
        (b'{"a":{"count":1,"count":1}}', "duplicate_key"),
        (b'\xef\xbb\xbf{"a":1}', "parse_error"),
        ('{"a":1}'.encode("utf-16"), "parse_error"),
        (b'{"a":"\xff"}', "parse_error"),
        (b"[" * 50000 + b"]" * 50000, "parse_error"),
        (b'{"a":' + b"[" * 20 + b"]" * 20 + b"}", "parse_error"),
        (b"{'a': 1}", "parse_error"),
        (b'{"a":"\n"}', "parse_error"),
        (b" ", "parse_error"),
    ],
)
def test_a_body_that_is_not_one_plain_object_is_refused_as_a_whole(raw: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        bodies.read_body(sent(raw))
    assert codes(refused) == [(None, code)]
    assert refused.value.kind is Kind.INVALID


def test_twenty_levels_are_still_read() -> None:
    assert bodies.read_body(sent(b'{"a":' + b"[" * 19 + b"]" * 19 + b"}"))


def test_nothing_sent_is_an_empty_document() -> None:
    assert bodies.read_body(sent(b"", content_type="")) == {}


@pytest.mark.parametrize(
    "request_",
    [
        sent(b"a=1&b=2", "application/x-www-form-urlencoded"),
        sent(b"{}", "text/plain"),
        sent(b"{}", "application/json; charset=latin-1"),
        sent(gzip.compress(b"{}"), HTTP_CONTENT_ENCODING="gzip"),
    ],
)
def test_other_kinds_of_data_are_not_read(request_: Any) -> None:
    with pytest.raises(Refused) as refused:
        bodies.read_body(request_)
    assert codes(refused) == [(None, "unsupported_media_type")]
    assert refused.value.kind is Kind.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.parametrize("size", [bodies.LARGEST_BODY + 1, 6 * 1024 * 1024])
def test_a_body_above_two_megabytes_is_too_large(size: int) -> None:
    with pytest.raises(Refused) as refused:
        bodies.read_body(sent(b'{"a":"' + b"x" * size + b'"}'))
    assert (codes(refused), refused.value.kind) == ([(None, "too_large")], Kind.TOO_LARGE)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        outcome: object = bodies.parse(raw)
    except Refused as refused:
        outcome = refused.problems[0].code
    assert outcome is None or isinstance(outcome, str | dict | list | int | Decimal | bool)


def told(error: Exception) -> tuple[int, dict[str, Any], HttpResponse]:
    answer = answers.answer_to(error, FACTORY.get("/api/v1/tenders"))
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, json.loads(answer.content), answer


def test_a_refusal_becomes_a_problem_document_with_every_problem() -> None:
    status, body, _ = told(
        Refused([Problem(("lines", 0, "massKg"), "range", "Groter dan 0."), Problem((), "invalid", "Nee.")])
    )
    assert status == body["status"] == 400
    assert body["errors"][0] == {
        "attr": "lines.0.massKg",
        "code": "range",
        "detail": "Groter dan 0.",
        "confirmable": False,
    }
    assert body["errors"][1]["attr"] is None
    assert body["instance"] == "/api/v1/tenders"
    assert {"type", "title", "detail"} <= body.keys()


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Refused([Problem((), "plausibility", "Zeker?", confirmable=True)]), 409, "plausibility"),
        (problems.not_found(), 404, "not_found"),
        (Http404(), 404, "not_found"),
        (problems.forbidden(), 403, "permission_denied"),
        (problems.stale(), 412, "precondition_failed"),
        (IntegrityError(), 409, "conflict"),
        (DataError(), 400, "invalid"),
        (OperationalError(), 503, "unavailable"),
        (answers.not_signed_in(), 401, "not_authenticated"),
    ],
)
def test_each_kind_of_no_has_its_own_status(error: Exception, status: int, code: str) -> None:
    found, body, _ = told(error)
    assert (found, body["errors"][0]["code"]) == (status, code)


def test_a_lost_database_says_when_to_come_back_and_a_missing_token_how_to_sign_in() -> None:
    assert told(OperationalError())[2]["Retry-After"]
    assert told(answers.not_signed_in())[2]["WWW-Authenticate"] == "Bearer"


def test_an_unexpected_error_shows_a_reference_and_no_details(caplog: pytest.LogCaptureFixture) -> None:
    status, body, _ = told(ValueError("geheim"))
    assert status == 500
    assert "geheim" not in json.dumps(body)
    assert body["reference"] in caplog.text


def test_a_lone_surrogate_in_a_problem_can_still_be_sent() -> None:
    assert told(Refused([Problem(("\ud800",), "x", "\ud800")]))[0] == 400


def through(path: str, answer: HttpResponse) -> HttpResponse:
    return ApiMiddleware(lambda request: answer)(FACTORY.get(path))


def test_every_answer_under_api_carries_the_version_and_stays_in_no_cache() -> None:
    answer = through("/api/v1/tenders", HttpResponse("{}"))
    assert answer["API-Version"] == API_VERSION
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"]
    assert "Access-Control-Allow-Origin" not in answer


def test_only_the_openapi_document_may_be_read_from_other_sites() -> None:
    assert through("/api/v1/openapi.json", HttpResponse("{}"))["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("status", "code"), [(404, "not_found"), (500, "error"), (400, "invalid"), (413, "too_large")]
)
def test_a_page_for_people_never_leaves_the_api(status: int, code: str) -> None:
    answer = through("/api/v1/x/", HttpResponse("<html>geheim</html>", status=status))
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.status_code, json.loads(answer.content)["errors"][0]["code"]) == (status, code)
    assert b"geheim" not in answer.content


def test_pages_outside_the_api_are_left_alone() -> None:
    answer = through("/aanbestedingen/", HttpResponse("<html>", status=404))
    assert answer.content == b"<html>"
    assert "API-Version" not in answer


@pytest.mark.parametrize(("header", "version"), [('"3"', 3), ('W/"3"', 3)])
def test_the_etag_of_a_version_is_read_back(header: str, version: int) -> None:
    assert versions.required_version(FACTORY.put("/", HTTP_IF_MATCH=header)) == version
    assert versions.etag_of(version) == f'"{version}"'


@pytest.mark.parametrize(
    ("headers", "kind", "code"),
    [
        ({}, Kind.PRECONDITION_REQUIRED, "precondition_required"),
        ({"HTTP_IF_MATCH": "*"}, Kind.STALE, "precondition_failed"),
        ({"HTTP_IF_MATCH": '"1", "2"'}, Kind.STALE, "precondition_failed"),
    ],
)
def test_without_the_version_that_was_seen_nothing_is_changed(headers: Any, kind: Kind, code: str) -> None:
    with pytest.raises(Refused) as refused:
        versions.required_version(FACTORY.put("/", **headers))
    assert (refused.value.kind, codes(refused)) == (kind, [(None, code)])


QUERY = Parameters(
    {
        "year": Year(required=False),
        "group_by": CommaList(("organisation", "year"), required=False),
        "uncertainty": Boolean(required=False, default=False),
    },
    paged=True,
)


def test_query_parameters_have_defaults_and_types() -> None:
    asked = FACTORY.get(
        "/", {"year": "2026", "groupBy": "year,organisation,year", "uncertainty": "true", "cursor": ""}
    )
    assert QUERY.read(asked) == {
        "year": 2026,
        "group_by": ("year", "organisation"),
        "uncertainty": True,
        "changed_since": None,
        "limit": 50,
        "cursor": None,
    }


@pytest.mark.parametrize(
    ("query", "attr", "code"),
    [
        ("ordering=supplier__user__password", "ordering", "unknown_parameter"),
        ("group_by=year", "group_by", "unknown_parameter"),
        ("limit=NaN", "limit", "invalid_integer"),
        ("limit=1000000", "limit", "max_value"),
        ("limit=0", "limit", "range"),
        ("year=20x6", "year", "invalid"),
        ("groupBy=supplier__user", "groupBy", "invalid_choice"),
        ("uncertainty=maybe", "uncertainty", "invalid"),
        ("year=2025&year=2026", "year", "duplicate_parameter"),
        ("%00=1", "?", "unknown_parameter"),
    ],
)
def test_the_list_of_query_parameters_is_closed(query: str, attr: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        QUERY.read(FACTORY.get(f"/?{query}"))
    assert codes(refused) == [(attr, code)]
