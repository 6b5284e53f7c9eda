"""A client that others make of the published description walks the whole road, and gets typed answers on it."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import openapi_python_client
import pytest
from django.test import Client
from openapi_python_client.config import Config, ConfigFile, MetaType

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import Role
from tests import corpus
from tests.described import description
from tests.test_main_road import Api
from tests.worlds import World, bid_document, tender_document

pytestmark = pytest.mark.django_db

NAME = "made_of_the_description"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[str]:
    """The name of the package that the generator made, without leaving anything out."""
    source = tmp_path / "openapi.json"
    source.write_text(json.dumps(description()), encoding="utf-8")
    config = Config.from_sources(
        ConfigFile(post_hooks=[], content_type_overrides={WORKBOOK: "application/octet-stream"}),
        MetaType.NONE,
        document_source=source,
        file_encoding="utf-8",
        overwrite=True,
        output_path=tmp_path / NAME,
    )
    assert openapi_python_client.generate(config=config) == []
    sys.path.insert(0, str(tmp_path))
    yield NAME
    sys.path.remove(str(tmp_path))
    for name in [each for each in sys.modules if each.split(".")[0] == NAME]:
        del sys.modules[name]


def through_django(request: httpx.Request) -> httpx.Response:
    """The answer of the house itself to this request, without a socket."""
    answer = Client().generic(
        request.method,
        request.url.raw_path.decode(),
        request.read(),
        content_type=request.headers.get("Content-Type", ""),
        headers={name: value for name, value in request.headers.items() if name != "content-type"},
    )
    return httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.content)


class Walker:
    """One person or system with the generated client; each call gives the typed answer of this status."""

    def __init__(self, made: str, api: Api) -> None:
        self.made = made
        self.headers = api.headers
        package = importlib.import_module(made)
        self.client = package.Client(
            base_url="http://testserver/api/v1",
            headers=api.headers,
            raise_on_unexpected_status=True,
            httpx_args={"transport": httpx.MockTransport(through_django)},
        )

    def ask(self, operation: str, *path: Any, status: int = 200, **asked: Any) -> Any:
        """The answer of `tag.operation`."""
        module = importlib.import_module(f"{self.made}.api.{operation}")
        answer = module.sync_detailed(*path, client=self.client, **asked)
        assert answer.status_code == status, answer.content[:800]
        self.etag = answer.headers.get("ETag", "")
        return answer.parsed

    def act(self, operation: str, body: str, document: Any, *path: Any, status: int, **asked: Any) -> Any:
        """The same for a POST with this document, read by the generated class of its body."""
        models = importlib.import_module(f"{self.made}.models")
        sent = getattr(models, body).from_dict(document)
        return self.ask(operation, *path, body=sent, idempotency_key=corpus.fresh_key(), status=status, **asked)

    def seen(self, tender: UUID) -> str:
        """The ETag of this tender as it is now."""
        self.ask("aanbestedingen.tenders_get", tender)
        return self.etag


def awarded(world: World, officer: Walker, second: Walker, supplier: Walker) -> Any:
    """The contract of one tender, at moments that follow each other."""
    start, place = world.now - timedelta(days=90), "aanbestedingen"
    with clock.set_to(start):
        document = tender_document(world, start)
        tender = officer.act(f"{place}.tenders_create", "TendersCreateBody", document, status=201).id
        seen = officer.seen(tender)
        published = officer.act(
            f"{place}.tenders_publish", "TendersPublishBody", {}, tender, status=200, if_match=seen
        )
        assert published.status == "published"
    with clock.set_to(start + timedelta(days=3)):
        sent = bid_document(str(published.lots[0].id))
        bid = supplier.act("inschrijvingen.bids_submit", "BidsSubmitGebruiksgoed", sent, tender, status=201)
        assert len(bid.receipt.sha256) == 64
    with clock.set_to(start + timedelta(days=31)):
        assert officer.act(f"{place}.tenders_open", "TendersOpenBody", {}, tender, status=202).waiting is True
        opened = second.act(f"{place}.tenders_open", "TendersOpenBody", {}, tender, status=200)
        assert opened.status == "opened"
        compared = officer.ask(f"{place}.tenders_comparison", tender)
        assert compared.bids[0].bid == bid.id
        assert compared.bids[0].demand_impact > 0
        decision = {"bid": str(bid.id), "reason": "Laagste effect voor de vraag."}
        seen = officer.seen(tender)
        award = officer.act(
            f"{place}.tenders_decide", "TendersDecideBody", decision, tender, status=200, if_match=seen
        )
        assert award.standstill_until > start
    with clock.set_to(start + timedelta(days=52)):
        final, seen = {"reference": "C-REST"}, officer.seen(tender)
        return officer.act(
            f"{place}.tenders_finalise", "TendersFinaliseBody", final, tender, status=201, if_match=seen
        )


def records_beside(line: str, today: str) -> list[tuple[str, str, dict[str, Any]]]:
    """(operation, kind of body, document) of one record of each other kind."""
    flow = {"flow": "electricity", "quantity": "12.5", "unit": "kWh", "periodStart": today, "periodEnd": today}
    gone = {"line": line, "date": today, "count": 2, "destination": "recycle"}
    why = {"attr": "date", "code": "implausible", "reason": "Waterschade bij de verhuizing."}
    return [
        ("use_log", "LegVastOfCorrigeer", {"line": line, **flow}),
        ("repairs_log", "LegVastOfCorrigeer", {"line": line, "date": today, "material": "steel", "massKg": "0.4"}),
        ("repair_periods_log", "LegVastOfCorrigeer", {"line": line, "periodStart": today, "periodEnd": today}),
        ("retirements_log", "LegVastOfCorrigeer", gone | {"confirmations": [why]}),
    ]


def test_a_client_made_of_the_description_walks_from_tender_to_report(reference: None, made: str) -> None:
    world = World(corpus.this_moment())
    world.build(["reference"])
    officer = Walker(made, Api(world, "procurement-officer"))
    second = Walker(made, Api(world, "", Role.PROCUREMENT_OFFICER, "inkoper-2"))
    supplier, manager = (Walker(made, Api(world, name)) for name in ("leverancier-a", "contract-manager"))
    contract = awarded(world, officer, second, supplier)
    line, today = str(contract.lines[0].id), world.now.date().isoformat()
    delivered = manager.act(
        "contracten.deliveries_log",
        "DeliveriesLogGebruiksgoedStuksOpEenDag",
        {"line": line, "date": today, "count": 60, "sourceReference": "pakbon 1"},
        contract.id,
        status=201,
    )
    assert (delivered.count, delivered.void) == (60, False)
    for operation, kind, document in records_beside(line, today):
        name = "".join(part.capitalize() for part in operation.split("_"))
        logged = manager.act(f"contracten.{operation}", f"{name}{kind}", document, contract.id, status=201)
        assert logged.void is False
    effects = manager.ask("contracten.contracts_effects", contract.id)
    climate = next(row for row in effects.impacts if row.indicator == "climate")
    assert climate.coverage.delivered == pytest.approx(0.6)
    policy = Walker(made, Api(world, "policy-officer"))
    keys = importlib.import_module(f"{made}.models").ReportsEffectsGroupByItem
    report = policy.ask("rapporten.reports_effects", indicator="climate", group_by=[keys.CONTRACT, keys.YEAR])
    assert [(row.contract, row.estimated) for row in report.results] == [(contract.id, climate.estimated)]
