"""An endpoint from end to end: who comes in, pages, once-only writes, versions, and the OpenAPI document."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from rest_framework.request import Request

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.described import Described, Page
from mvi_dashboard.ground.idempotency import Once, first_time
from mvi_dashboard.ground.models import ApiToken, IdempotencyRecord, Supplier
from mvi_dashboard.ground.problems import Problem, Refused, conflict, not_found, stale
from mvi_dashboard.ground.rest.answers import problem_404, problem_500
from mvi_dashboard.ground.rest.endpoint import Endpoint
from mvi_dashboard.ground.rest.openapi import OpenApiDocument
from mvi_dashboard.ground.rest.operations import operation
from mvi_dashboard.ground.shapes import Choice, Object, Text, read

SUPPLIER = Object({"code": Text(60), "name": Text(100, label="Naam")})
SEEN_VERSION = 3


def create_supplier(*, document: dict[str, Any], once: Once) -> Supplier:
    """A service in small: shape, meaning, row, once."""
    data, problems = read(SUPPLIER, document)
    if problems:
        raise Refused(problems)
    first_time(once)
    with transaction.atomic():
        if Supplier.objects.filter(code=data["code"]).exists():
            raise conflict("duplicate", "Deze code bestaat al.", "code")
        supplier = Supplier.objects.create(**data)
        once.remember(201, supplier)
    return supplier


class Asked(Described):
    """What the endpoints of this file answer."""

    code: str
    name: str


def row(supplier: Supplier) -> Asked:
    return Asked(code=supplier.code, name=supplier.name)


class Suppliers(Endpoint):
    """All suppliers."""

    @operation(
        "Leveranciers",
        query={"kind": Choice(("a", "b"), required=False)},
        paged=True,
        answers={200: Asked},
    )
    def get(self, request: Request) -> HttpResponse:
        return self.page(Supplier.objects.all(), order=("-name", "id"), row=row)

    @operation("Maak een leverancier", body=SUPPLIER, answers={201: Asked}, once=True)
    def post(self, request: Request) -> HttpResponse:
        return self.once(lambda once: create_supplier(document=self.body, once=once), answer=row)


class SupplierDetail(Endpoint):
    """One supplier."""

    @operation("Leverancier", answers={200: Asked})
    def get(self, request: Request, supplier: uuid.UUID) -> HttpResponse:
        raise not_found()

    @operation("Wijzig", body=SUPPLIER.as_partial(), answers={200: Asked}, if_match=True)
    def patch(self, request: Request, supplier: uuid.UUID) -> HttpResponse:
        if self.expected_version() != SEEN_VERSION:
            raise stale()
        changed = {"code": "a", "name": "A"} | self.document(SUPPLIER.as_partial())
        return self.answer(Asked(**changed), version=SEEN_VERSION + 1)


class PublishSupplier(Endpoint):
    """An act."""

    @operation("Publiceer", answers={200: Asked}, if_match=True, once=True)
    def post(self, request: Request, supplier: uuid.UUID) -> HttpResponse:
        raise ValueError("geheim")


class Indicators(Endpoint):
    """Open to everybody."""

    open_to_all = True

    @operation("Indicatoren", answers={200: Page})
    def get(self, request: Request) -> HttpResponse:
        return self.answer(Page(results=[], next=None))


api = [
    path("openapi.json", OpenApiDocument.as_view()),
    path("suppliers", Suppliers.as_view()),
    path("suppliers/<uuid:supplier>", SupplierDetail.as_view()),
    path("suppliers/<uuid:supplier>/_publish", PublishSupplier.as_view()),
    path("indicators", Indicators.as_view()),
]
urlpatterns = [path("api/v1/", include(api))]


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_404(request, exception)


def handler500(request: HttpRequest) -> HttpResponse:
    return problem_500(request)


pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
SUPPLIERS = "/api/v1/suppliers"
ONE = f"{SUPPLIERS}/b587a407-c89b-4645-b970-93ce28cb445f"


def a_token(text: str = "geheim-token", **changes: Any) -> dict[str, str]:
    """The header of a supplier's token."""
    supplier = Supplier.objects.get_or_create(code="aanvrager", defaults={"name": "Aanvrager"})[0]
    values: dict[str, Any] = {
        "expires_at": clock.now() + timedelta(days=1),
        "role": "supplier",
        "supplier": supplier,
    }
    ApiToken.objects.create(
        created_at=clock.now(), sha256=hashlib.sha256(text.encode()).hexdigest(), **{**values, **changes}
    )
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.defaults["HTTP_AUTHORIZATION"] = a_token()["Authorization"]
    return client


def send(client: Client, body: Any, *, key: str | None = "sleutel-1", to: str = SUPPLIERS) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(to, json.dumps(body), content_type="application/json", headers=headers)


def errors(answer: Any) -> tuple[int, list[tuple[str | None, str]]]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, [(error["attr"], error["code"]) for error in answer.json()["errors"]]


def test_without_a_token_nobody_comes_in_except_where_it_is_open(client: Client) -> None:
    answer = client.get(SUPPLIERS)
    assert errors(answer) == (401, [(None, "not_authenticated")])
    assert answer["WWW-Authenticate"] == "Bearer"
    assert client.get("/api/v1/indicators").json() == {"results": [], "next": None}
    assert client.get("/api/v1/indicators").json() == {"results": [], "next": None}


@pytest.mark.parametrize("changes", [{"expires_at": "past"}, {"revoked_at": "past"}])
def test_an_expired_or_revoked_token_answers_like_an_unknown_one(client: Client, changes: dict[str, Any]) -> None:
    past = {name: clock.now() - timedelta(seconds=1) for name in changes}
    answers = [
        client.get(SUPPLIERS, headers=a_token(**past)),
        client.get(SUPPLIERS, headers={"Authorization": "Bearer x"}),
    ]
    assert errors(answers[0]) == (401, [(None, "not_authenticated")])
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("header", ["Bearer", "Basic abc", "Bearer " + "x" * 5000, "bearer \u00e9"])
def test_an_odd_authorization_header_is_a_401(client: Client, header: str) -> None:
    assert errors(client.get(SUPPLIERS, headers={"Authorization": header}))[0] == 401


def test_a_session_may_read_and_writes_only_with_its_csrf_token() -> None:
    person = get_user_model().objects.create_user("inkoper-1", "inkoper-1@example.org", "wachtwoord-lang-genoeg")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    assert browser.get(SUPPLIERS).status_code == 200
    assert errors(send(browser, {"code": "a", "name": "A"})) == (403, [(None, "csrf_failed")])


def test_pages_follow_each_other_without_gaps_or_doubles(signed_in: Client) -> None:
    Supplier.objects.bulk_create(Supplier(code=f"s-{n}", name=f"Naam {n % 4}") for n in range(11))
    seen: list[str] = []
    address: str | None = f"{SUPPLIERS}?limit=3&kind=a"
    while address:
        page = signed_in.get(address).json()
        assert len(page["results"]) <= 3
        seen += [item["code"] for item in page["results"]]
        address = page["next"]
        assert address is None or address.startswith("http://testserver/api/v1/suppliers?")
    expected = Supplier.objects.order_by("-name", "id").values_list("code", flat=True)
    assert seen == list(expected)


@pytest.mark.parametrize(
    ("query", "attr", "code"),
    [
        ("cursor=kapot", "cursor", "invalid_cursor"),
        ("limit=501", "limit", "max_value"),
        ("ordering=name", "ordering", "unknown_parameter"),
    ],
)
def test_a_list_refuses_what_it_does_not_know(signed_in: Client, query: str, attr: str, code: str) -> None:
    assert errors(signed_in.get(f"{SUPPLIERS}?{query}")) == (400, [(attr, code)])


def test_an_operation_without_parameters_takes_none(signed_in: Client) -> None:
    assert errors(signed_in.get("/api/v1/indicators?x=1")) == (400, [("x", "unknown_parameter")])


def test_the_same_request_twice_makes_one_row_and_gets_one_answer(signed_in: Client) -> None:
    first = send(signed_in, {"code": "nieuw", "name": "Nieuw"})
    again = send(signed_in, {"name": "Nieuw", "code": "nieuw"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert Supplier.objects.filter(code="nieuw").count() == 1


def test_the_same_key_with_another_body_is_refused(signed_in: Client) -> None:
    send(signed_in, {"code": "nieuw", "name": "Nieuw"})
    answer = send(signed_in, {"code": "nieuw", "name": "Ander"})
    assert errors(answer) == (409, [(None, "idempotency_mismatch")])


def test_without_a_key_nothing_is_made(signed_in: Client) -> None:
    answer = send(signed_in, {"code": "nieuw", "name": "Nieuw"}, key=None)
    assert errors(answer) == (400, [(None, "idempotency_required")])
    assert not Supplier.objects.filter(code="nieuw").exists()


def test_a_refused_request_may_come_again_with_the_same_key(signed_in: Client) -> None:
    assert errors(send(signed_in, {"code": "nieuw"})) == (400, [("name", "required")])
    assert send(signed_in, {"code": "nieuw", "name": "Nieuw"}).status_code == 201


def test_two_people_may_use_the_same_key(signed_in: Client) -> None:
    assert send(signed_in, {"code": "een", "name": "Een"}).status_code == 201
    other = Supplier.objects.create(code="ander", name="Ander")
    signed_in.defaults["HTTP_AUTHORIZATION"] = a_token("tweede", supplier=other)["Authorization"]
    assert send(signed_in, {"code": "twee", "name": "Twee"}).status_code == 201


def test_who_loses_the_race_gets_the_answer_of_the_winner(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The winner finishes between the look-up of the loser and its work."""
    document = {"code": "nieuw", "name": "Nieuw"}
    recall, looked = Once.recall, []

    def recall_before_the_winner_is_done(once: Once) -> bool:
        looked.append(once.key)
        if len(looked) > 1:
            return recall(once)
        found = recall(once)
        create_supplier(document=document, once=Once(once.actor_key, once.key, once.body_hmac))
        return found

    monkeypatch.setattr(Once, "recall", recall_before_the_winner_is_done)
    assert send(signed_in, document).status_code == 201
    assert Supplier.objects.filter(code="nieuw").count() == IdempotencyRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_equal_requests_at_once_make_one_row() -> None:
    header = a_token()
    found: list[Any] = []

    def post() -> None:
        client = Client(headers=header)
        found.append(send(client, {"code": "nieuw", "name": "Nieuw"}))
        connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(answer.status_code, answer.content) for answer in found} == {(201, found[0].content)}
    assert Supplier.objects.filter(code="nieuw").count() == 1


def test_all_problems_of_a_body_come_at_once(signed_in: Client) -> None:
    answer = send(signed_in, {"code": 1, "tender": "x"})
    assert errors(answer)[0] == 400
    assert set(errors(answer)[1]) == {("code", "invalid"), ("name", "required"), ("tender", "unknown_field")}


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 428), ({"If-Match": '"2"'}, 412), ({"If-Match": "kapot"}, 412), ({"If-Match": '"3"'}, 200)],
)
def test_a_change_names_the_version_that_was_seen(signed_in: Client, headers: dict[str, str], status: int) -> None:
    answer = signed_in.patch(ONE, '{"name": "Nieuw"}', content_type="application/json", headers=headers)
    assert answer.status_code == status
    assert status != 200 or answer["ETag"] == '"4"'


def test_wrong_media_type_and_size_have_their_own_status(signed_in: Client) -> None:
    form = signed_in.post(
        SUPPLIERS, "a=1", content_type="application/x-www-form-urlencoded", headers={"Idempotency-Key": "k"}
    )
    assert errors(form) == (415, [(None, "unsupported_media_type")])
    assert errors(send(signed_in, {"name": "x" * 3_000_000})) == (413, [(None, "too_large")])


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/nergens",
        "/api/v1/suppliers/",
        "/api/v1/suppliers/99999999999999999999999",
        ONE,
        "/api/v2/suppliers",
    ],
)
def test_what_is_not_there_is_one_and_the_same_404(signed_in: Client, address: str) -> None:
    answer = signed_in.get(address)
    assert errors(answer) == (404, [(None, "not_found")])
    assert {**answer.json(), "instance": ""} == {**signed_in.get(ONE).json(), "instance": ""}


@pytest.mark.parametrize("method", ["put", "delete", "options", "trace"])
def test_a_method_that_does_not_exist_is_a_405(signed_in: Client, method: str) -> None:
    answer = getattr(signed_in, method)(SUPPLIERS)
    assert errors(answer) == (405, [(None, "method_not_allowed")])


def test_an_error_of_ours_shows_a_reference_only(signed_in: Client) -> None:
    answer = send(signed_in, {}, to=f"{ONE}/_publish")
    assert errors(answer) == (500, [(None, "error")])
    assert b"geheim" not in answer.content


def test_an_accept_header_that_we_do_not_know_still_gets_json(signed_in: Client) -> None:
    answer = signed_in.get("/api/v1/indicators", headers={"Accept": "text/html"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


# The NL API Design Rules, as plain asserts over the generated document.


@pytest.fixture
def description(client: Client) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    return answer.json()  # type: ignore[no-any-return]


def operations(description: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for item in description["paths"].values() for operation in item.values()]


def test_the_description_is_openapi_3_with_contact_and_semantic_version(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.")
    assert {"name", "url", "email"} <= description["info"]["contact"].keys()
    assert re.fullmatch(r"\d+\.\d+\.\d+", description["info"]["version"])
    assert "OCDS" in description["info"]["description"]
    assert description["servers"][0]["url"].endswith("/v1")


def test_paths_are_kebab_case_plural_and_without_trailing_slash(description: dict[str, Any]) -> None:
    assert set(description["paths"]) == {
        "/suppliers",
        "/suppliers/{supplier}",
        "/suppliers/{supplier}/_publish",
        "/indicators",
    }
    for address in description["paths"]:
        parts = address.strip("/").split("/")
        assert not address.endswith("/")
        assert all(re.fullmatch(r"_?[a-z0-9-]+|\{[a-zA-Z]+\}", part) for part in parts)


def test_query_keys_are_camel_case_and_pages_have_results_and_next(description: dict[str, Any]) -> None:
    listed = description["paths"]["/suppliers"]["get"]
    keys = [item["name"] for item in listed["parameters"] if item["in"] == "query"]
    assert keys == ["kind", "changedSince", "limit", "cursor"]
    assert all(re.fullmatch(r"[a-z][a-zA-Z0-9]*", key) for key in keys)
    page = listed["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert set(description["components"]["schemas"][page]["properties"]) == {"results", "next"}


def test_every_operation_names_problems_version_header_and_summary(description: dict[str, Any]) -> None:
    for described in operations(description):
        assert described["summary"]
        assert {"400", "401", "403", "404"} <= described["responses"].keys()
        assert "422" not in described["responses"]
        for response in described["responses"].values():
            assert "$ref" in response or "API-Version" in response["headers"]
    for problem in description["components"]["responses"].values():
        assert "application/problem+json" in problem["content"]
        assert "API-Version" in problem["headers"]


def test_writes_name_their_body_headers_and_conflicts(description: dict[str, Any]) -> None:
    post = description["paths"]["/suppliers"]["post"]
    assert post["requestBody"]["content"]["application/json"]["schema"]["required"] == ["code", "name"]
    assert {"409", "412", "413", "415", "428"} <= post["responses"].keys()
    assert "Idempotency-Key" in {item["name"] for item in post["parameters"]}
    patch = description["paths"]["/suppliers/{supplier}"]["patch"]
    assert "If-Match" in {item["name"] for item in patch["parameters"]}


def test_every_reference_in_the_description_leads_somewhere(description: dict[str, Any]) -> None:
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(description)):
        node = description
        for part in reference.split("/"):
            node = node[part]
        assert node


def test_a_confirmable_problem_alone_is_a_conflict() -> None:
    refused = Refused([Problem(("lines", 0, "massKg"), "plausibility", "Zeker?", confirmable=True)])
    assert refused.kind.value == 409
