"""The whole road over REST, as systems of officers and suppliers walk it: from tender to report, to the digit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from mvi_dashboard.ground import clock, verification
from mvi_dashboard.ground.models import Role
from tests import corpus, standing
from tests.worlds import World, bid_document, tender_document

pytestmark = pytest.mark.django_db


class Api:
    """A client of one person."""

    def __init__(self, world: World, actor: str, role: str = "", username: str = "") -> None:
        if username:
            person = world.person(role, world.city, username)
            token = _token_of(world, role, person)
        else:
            token = world.token(actor)
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **query: str) -> Any:
        """The JSON of an answer that must be 200."""
        answer = Client().get(f"/api/v1{path}", query, headers=self.headers)
        assert answer.status_code == 200, answer.content[:800]
        return answer.json()

    def post(self, path: str, body: dict[str, Any], *, status: int, etag: str = "") -> Any:
        """The JSON of a POST that must answer this status."""
        headers = {**self.headers, "Idempotency-Key": corpus.fresh_key()}
        if etag:
            headers["If-Match"] = etag
        answer = Client().post(f"/api/v1{path}", body, content_type="application/json", headers=headers)
        assert answer.status_code == status, answer.content[:800]
        return answer.json()

    def etag(self, path: str) -> str:
        """The version of what stands there."""
        return Client().get(f"/api/v1{path}", headers=self.headers).headers["ETag"]


def _token_of(world: World, role: str, person: Any) -> str:
    from mvi_dashboard.ground import accounts, audit

    _row, text = accounts.create_api_token(audit.SYSTEM, role=role, user=person, organisation=world.city)
    return text


furnish = standing.states("reference")


def climate(report: dict[str, Any]) -> dict[str, Any]:
    """The row about climate, zero when there is nothing yet."""
    rows = [row for row in report["results"] if row["indicator"] == "climate"]
    return rows[0] if rows else {"estimated": 0.0, "forecast": 0.0, "contracts": 0}


def award_over_rest(
    world: World, officer: Api, second: Api, supplier: Api
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(bid as received, contract): one tender from concept to contract, at moments that follow each other."""
    start = world.now - timedelta(days=90)
    with clock.set_to(start):
        tender = officer.post("/tenders", tender_document(world, start), status=201)
        place = f"/tenders/{tender['id']}"
        tender = officer.post(f"{place}/_publish", {}, status=200, etag=officer.etag(place))
    with clock.set_to(start + timedelta(days=3)):
        bid = supplier.post(f"{place}/bids", bid_document(tender["lots"][0]["id"]), status=201)
    with clock.set_to(start + timedelta(days=31)):
        assert officer.post(f"{place}/_open", {}, status=202)["waiting"] is True
        assert second.post(f"{place}/_open", {}, status=200)["status"] == "opened"
        decision = {"bid": bid["id"], "reason": "Laagste effect voor de vraag."}
        officer.post(f"{place}/_decide", decision, status=200, etag=officer.etag(place))
    with clock.set_to(start + timedelta(days=52)):
        contract = officer.post(
            f"{place}/_finalise", {"reference": "C-REST"}, status=201, etag=officer.etag(place)
        )
    return bid, contract


def test_a_bid_moves_the_report_by_exactly_that_bid(world: World) -> None:
    officer = Api(world, "procurement-officer")
    second = Api(world, "", Role.PROCUREMENT_OFFICER, "inkoper-2")
    manager, policy = Api(world, "contract-manager"), Api(world, "policy-officer")
    before = climate(policy.get("/reports/effects", indicator="climate"))
    bid, contract = award_over_rest(world, officer, second, Api(world, "leverancier-a"))
    after = climate(policy.get("/reports/effects", indicator="climate"))
    offered = next(row for row in bid["impacts"] if row["indicator"] == "climate")["lifetimeImpact"]
    assert after["contracts"] == before["contracts"] + 1
    assert after["estimated"] - before["estimated"] == pytest.approx(offered, rel=1e-12)
    assert after["forecast"] == pytest.approx(offered, rel=1e-12), "nothing happened yet"
    line = contract["lines"][0]["id"]
    delivery = {"line": line, "date": world.now.date().isoformat(), "count": 60, "sourceReference": "pakbon 1"}
    manager.post(f"/contracts/{contract['id']}/deliveries", delivery, status=201)
    found = next(
        row
        for row in manager.get(f"/contracts/{contract['id']}/effects")["impacts"]
        if row["indicator"] == "climate"
    )
    moved = climate(policy.get("/reports/effects", indicator="climate"))
    for name in ("estimated", "realisedToDate", "forecast"):
        assert moved[name] == pytest.approx(found[name], rel=1e-9)
    assert found["coverage"]["delivered"] == pytest.approx(0.6)
    assert sum(part["value"] for part in found["deviation"]) == pytest.approx(
        found["forecast"] - found["estimated"], abs=1e-9
    )
    assert list(verification.differences()) == []


def test_a_total_is_the_sum_of_its_lines_in_every_grouping_and_year_view(world: World) -> None:
    world.build(["contract", "delivered", "foreign-contract"])
    policy = Api(world, "policy-officer")
    contract = world.names["contract"]
    lines = policy.get(f"/contracts/{contract}/effects")["lines"]
    own = sum(row["estimated"] for line in lines for row in line["impacts"] if row["indicator"] == "climate")
    for view in ("purchase", "spread", "realised"):
        for keys in ("", "productGroup", "year,theme", "contract", "supplier,year", "organisation,cluster"):
            asked = {"indicator": "climate", "yearBasis": view} | ({"groupBy": keys} if keys else {})
            rows = policy.get("/reports/effects", **asked)["results"]
            assert sum(row["estimated"] for row in rows) == pytest.approx(own, abs=1e-9), (view, keys)
            if "year" not in keys:
                assert sum(row["contracts"] for row in rows) == 1, (view, keys)


def test_a_report_shows_only_the_own_organisation_and_refuses_another(world: World) -> None:
    world.build(["contract", "foreign-contract"])
    policy = Api(world, "policy-officer")
    rows = policy.get("/reports/effects", groupBy="organisation", indicator="climate")["results"]
    assert [row["organisation"] for row in rows] == ["voorbeeldstad"]
    answer = Client().get("/api/v1/reports/effects?organisation=waterschap-voorbeeld", headers=policy.headers)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "does_not_exist"


def test_the_national_viewer_gets_nothing_of_organisations_with_few_contracts(world: World) -> None:
    world.build(["contract", "foreign-contract"])
    country = Api(world, "national-viewer")
    for asked in ({}, {"groupBy": "productGroup"}, {"groupBy": "contract"}, {"yearBasis": "spread"}):
        answer = country.get("/reports/effects", indicator="climate", **asked)
        assert answer["results"] == []
        assert answer["leftOut"] == {"contracts": 2, "organisations": 2}


def test_the_same_rows_come_as_csv_without_formulas(world: World) -> None:
    world.build(["contract"])
    policy = Api(world, "policy-officer")
    headers = {**policy.headers, "Accept": "text/csv"}
    text = (
        Client()
        .get("/api/v1/reports/effects?groupBy=contract&indicator=climate", headers=headers)
        .content.decode()
    )
    header, row = text.splitlines()
    assert header.startswith("contract,indicator,unit,estimated")
    assert world.names["contract"] in row


def test_the_same_request_twice_is_carried_out_once(world: World) -> None:
    world.build(["open-tender"])
    headers = {"Authorization": f"Bearer {world.token('leverancier-a')}", "Idempotency-Key": corpus.fresh_key()}
    path = f"/api/v1/tenders/{world.names['tender']}/bids"
    body = bid_document(world.names["lot"])
    answers = [Client().post(path, body, content_type="application/json", headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.content for answer in answers}) == 1
