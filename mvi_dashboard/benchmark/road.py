"""Submitting and opening bids beside the least that a database can do: one row in, committed."""

from __future__ import annotations

import itertools
import time
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

import contracts.services
import tenders.services
from contracts.models import Contract
from indicators.selectors import get_group
from mvi_dashboard.ground import access, accounts, audit, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import Organisation, Role
from tenders.models import Bid, Lot, Tender

from .measuring import Engine, medians

LINES, OPENED_BIDS, OPENED_LINES = 20, 20, 50
MATERIALS = ("steel", "plastic", "wood", "textile", "foam", "rubber", "other-metals")
ROUNDS = 40
_NAMES = itertools.count(1)
_GROUP, _CHAIR = "kantoormeubilair", "bureaustoel"
"""what is asked, with its product type where the release that is loaded has types"""


def engines() -> list[Engine]:
    """Submission of a bid of 20 lines and the opening of 20 bids of 50 lines, beside a one-row insert."""
    stage = Stage()
    stage.submit(LINES)  # the factors of a basis are read once per process
    tender = stage.tender()
    bidders = iter([stage.bidder() for _ in range(ROUNDS)])
    document = stage.bid(tender, LINES)

    def submit() -> None:
        tenders.services.submit_bid(next(bidders), tender_id=tender.public_id, document=document)

    taken = medians({"insert": _insert_one, "submit": submit}, ROUNDS)
    opening = stage.time_opening()
    insert = taken["insert"]
    statements = {number: stage.statements(number) for number in (1, 20, 500)}
    said = ", ".join(f"{count} for {number} lines" for number, count in statements.items())
    return [
        Engine("insert of one row with commit", insert, 1.0),
        Engine(f"submit a bid of {LINES} lines (statements: {said})", taken["submit"], taken["submit"] / insert),
        Engine(
            f"open {OPENED_BIDS} bids of {OPENED_LINES} lines x {len(MATERIALS)} materials",
            opening,
            opening / insert,
        ),
    ]


def _insert_one() -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(
            "INSERT INTO ground_supplier (code, name, registration_number) VALUES (%s, %s, %s)",
            [f"rij-{next(_NAMES)}", "Een rij", ""],
        )


class Stage:
    """A made-up organisation with two officers, and as many bidders as are asked."""

    def __init__(self, code: str = "meting") -> None:
        place = accounts.create_organisation(audit.SYSTEM, code=code, name="Meting")
        self.officers = [self._actor(Role.PROCUREMENT_OFFICER, organisation=place) for _ in range(2)]
        self.place: Organisation = place

    def _actor(self, role: str, **where: Any) -> Actor:
        user = accounts.create_user(audit.SYSTEM, username=f"meting-{next(_NAMES)}")
        accounts.add_membership(audit.SYSTEM, user=user, role=role, **where)
        return access.actor_of_user(user)

    def bidder(self) -> Actor:
        """A supplier of its own."""
        firm = accounts.create_supplier(audit.SYSTEM, code=f"meting-{next(_NAMES)}")
        return self._actor(Role.SUPPLIER, supplier=firm)

    def tender(self) -> Tender:
        """A published tender for one hundred pieces of furniture."""
        now = clock.now()
        term = {"contractStart": "2027-01-01", "contractEnd": "2040-12-31"}
        item = {"number": 1, "description": "Stoel", "neededCount": 100, "neededYears": "10"}
        if _CHAIR in get_group(_GROUP).types_by_code:
            item["productType"] = _CHAIR
        lot = {"number": 1, "title": "Stoelen", "productGroup": _GROUP, "items": [item], **term}
        document = {
            "reference": f"meting {next(_NAMES)}",
            "title": "Meting",
            "deadline": (now + timedelta(days=1)).isoformat(),
            "openingAt": (now + timedelta(days=1)).isoformat(),
            "lots": [lot],
            "ambitions": [{"theme": "klimaat", "level": 1, "motivation": "Meting", "main": True}],
        }
        officer = self.officers[0]
        made = tenders.services.create_tender(officer, document=document)
        return tenders.services.publish_tender(officer, tender_id=made.public_id, expected_version=made.version)

    def bid(self, tender: Tender, lines: int) -> dict[str, Any]:
        """A bid of so many lines of seven materials."""
        lot = Lot.objects.get(tender=tender)
        share = ["0.40", "0.20", "0.15", "0.10", "0.05", "0.05", "0.05"]
        bill = [
            {"material": code, "share": part, "recycled": "0.1"}
            for code, part in zip(MATERIALS, share, strict=True)
        ]
        use = [{"flow": "electricity", "quantity": "5", "unit": "kWh", "basis": "item-year"}]
        line = {"name": "Stoel", "item": 1, "massKg": "12.5", "count": 100, "lifetimeYears": "8"}
        line |= {"circularStrategy": "new", "endOfLifePlan": "none", "billOfMaterials": bill, "use": use}
        rows = [line | {"reference": f"stoel {number}"} for number in range(lines)]
        return {"lot": str(lot.public_id), "price": "25000.00", "lines": rows}

    def submit(self, lines: int) -> None:
        """One bid on a tender of its own."""
        tender = self.tender()
        tenders.services.submit_bid(self.bidder(), tender_id=tender.public_id, document=self.bid(tender, lines))

    def statements(self, lines: int) -> int:
        """How many statements a submission takes, BEGIN and COMMIT apart."""
        tender, bidder = self.tender(), self.bidder()
        document = self.bid(tender, lines)
        with CaptureQueriesContext(connection) as captured:
            tenders.services.submit_bid(bidder, tender_id=tender.public_id, document=document)
        apart = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        return sum(not query["sql"].startswith(apart) for query in captured.captured_queries)

    def contract(self) -> Contract:
        """A contract for a hundred pieces, of which nothing came in yet; in force from 2027."""
        tender, (first, second) = self.tender(), self.officers
        tenders.services.submit_bid(self.bidder(), tender_id=tender.public_id, document=self.bid(tender, 1))
        with clock.set_to(clock.now() + timedelta(days=2)):
            for officer in (first, second):
                tender = tenders.services.open_tender(officer, tender_id=tender.public_id)
            decision = {
                "bid": str(Bid.objects.get(lot__tender=tender).public_id),
                "reason": "De beste inschrijving.",
            }
            tenders.services.decide_award(
                first, tender_id=tender.public_id, document=decision, expected_version=tender.version
            )
        tender.refresh_from_db()
        with clock.set_to(clock.now() + timedelta(days=40)):
            document = {"reference": f"meting {next(_NAMES)}"}
            return contracts.services.finalise(
                first, tender_id=tender.public_id, document=document, expected_version=tender.version
            )

    def time_opening(self) -> float:
        """Seconds from the second person to the last result."""
        tender = self.tender()
        document = self.bid(tender, OPENED_LINES)
        for _ in range(OPENED_BIDS):
            tenders.services.submit_bid(self.bidder(), tender_id=tender.public_id, document=document)
        with clock.set_to(clock.now() + timedelta(days=2)):
            tenders.services.open_tender(self.officers[0], tender_id=tender.public_id)
            start = time.perf_counter()
            tenders.services.open_tender(self.officers[1], tender_id=tender.public_id)
            return time.perf_counter() - start
