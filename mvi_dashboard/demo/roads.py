"""Made-up tenders and contracts, led along the same road as real ones, at the moments that their rows name.

The demo does so with its own people; a practice organisation with whoever asked for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import contracts.services
import tenders.services
from contracts.kinds import KINDS
from mvi_dashboard.ground import access, clock
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.files.attaching import add_file
from mvi_dashboard.ground.models import User
from mvi_dashboard.ground.time_zone import AMSTERDAM
from tenders.models import Bid, Tender

from . import files

# Who acts for each organisation: two officers open together, a neighbour co-signs for who is alone.
OFFICERS = {
    "voorbeeldstad": ("inkoper-1", "inkoper-2"),
    "voorbeeldprovincie": ("inkoper-3", "inkoper-1"),
    "omgevingsdienst-voorbeeld": ("inkoper-5", "inkoper-3"),
    "waterschap-voorbeeld": ("inkoper-4", "inkoper-1"),
}
MANAGERS = {
    "voorbeeldstad": "contractmanager-1",
    "voorbeeldprovincie": "contractmanager-2",
    "omgevingsdienst-voorbeeld": "contractmanager-3",
    "waterschap-voorbeeld": "contractmanager-4",
}


def actor(username: str) -> Actor:
    """The actor of a demo person."""
    return access.actor_of_user(User.objects.get(username=username))


@dataclass(frozen=True)
class Cast:
    """Who does what for one organisation; the second officer opens along."""

    officers: tuple[Actor, ...]
    manager: Actor
    supplier: Callable[[str], Actor]


def demo_cast(row: dict[str, Any]) -> Cast:
    """The people of the demo for the organisation of this row."""
    place = row["organisation"]
    officers = tuple(actor(name) for name in OFFICERS[place])
    return Cast(officers, actor(MANAGERS[place]), lambda code: actor(f"{code}-1"))


def lead_history(row: dict[str, Any], cast: Cast) -> None:
    """One tender of the past with its contract, and everything that was recorded since."""
    with clock.set_to(_at(row["final"])):
        made = contracts.services.record_history(
            cast.officers[0], document=files.history_document(row), reference=row["contract"]["reference"]
        )
        _attach(cast.manager, "contract", made, row["contract"])
    for entry in row["log"]:
        _log(cast.manager, made, dict(entry))


def lead_current(row: dict[str, Any], cast: Cast) -> None:
    """One tender of today, as far as its row says: draft, published, closed, opened or decided."""
    today = clock.today()
    published = _at((today - timedelta(days=row["publishedDaysAgo"])).isoformat(), 9)
    deadline = _at((today + timedelta(days=row["deadlineInDays"])).isoformat(), 12)
    start = today + timedelta(days=row["startInDays"])
    end = start.replace(year=start.year + row["years"], day=min(start.day, 28)) - timedelta(days=1)
    if row["state"] == "draft":
        _create(row, cast, published, deadline, start.isoformat(), end.isoformat())
        return
    tender = _publish(row, cast, published, deadline, start.isoformat(), end.isoformat())
    until = min(deadline, clock.now())
    _bid(row, cast, tender, _between(published, until))
    if row["state"] in ("opened", "decided"):
        _open(cast, tender, deadline + timedelta(days=1))
    if row["state"] == "decided":
        _decide(row, cast, tender, clock.now() - timedelta(days=4))


def _at(day: str, hour: int = 10) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), AMSTERDAM)


def _between(first: datetime, last: datetime) -> datetime:
    return first + (last - first) / 2


def _create(
    row: dict[str, Any], cast: Cast, published: datetime, deadline: datetime, start: str, end: str
) -> Tender:
    moments = {
        "biddingStartsAt": published.isoformat(),
        "deadline": deadline.isoformat(),
        "openingAt": (deadline + timedelta(hours=1)).isoformat(),
    }
    document = files.tender_document(row, moments=moments, start=start, end=end)
    with clock.set_to(published):
        return tenders.services.create_tender(cast.officers[0], document=document)


def _publish(
    row: dict[str, Any], cast: Cast, published: datetime, deadline: datetime, start: str, end: str
) -> Tender:
    tender = _create(row, cast, published, deadline, start, end)
    with clock.set_to(published + timedelta(minutes=5)):
        return tenders.services.publish_tender(
            cast.officers[0], tender_id=tender.public_id, expected_version=tender.version
        )


def _bid(row: dict[str, Any], cast: Cast, tender: Tender, moment: datetime) -> None:
    lot = str(tender.lots.get().public_id)
    for bid in row["bids"]:
        document = {"lot": lot} | files.bid_document(bid)
        actor = cast.supplier(bid["supplier"])
        with clock.set_to(moment):
            made = tenders.services.submit_bid(actor, tender_id=tender.public_id, document=document).bid
        if "evidence" in bid:
            # What is added counts from the next version on.
            with clock.set_to(moment + timedelta(minutes=5)):
                _attach(actor, "bid", made, bid)
                tenders.services.replace_bid(
                    actor, bid_id=made.public_id, expected_version=made.version, document=document
                )


def _attach(actor: Actor, kind: str, to: Any, row: dict[str, Any]) -> None:
    """The evidence of this row, if it has any."""
    said = dict(row.get("evidence", {}))
    if said:
        add_file(
            actor,
            object_type=kind,
            key=str(to.public_id),
            upload=files.evidence(said.pop("file")),
            document=said,
        )


def _open(cast: Cast, tender: Tender, moment: datetime) -> None:
    for number, officer in enumerate(cast.officers):
        with clock.set_to(moment + timedelta(minutes=2 * number)):
            tenders.services.open_tender(officer, tender_id=tender.public_id)


def _decide(row: dict[str, Any], cast: Cast, tender: Tender, moment: datetime) -> None:
    tender.refresh_from_db()
    bid = Bid.objects.get(lot__tender=tender, supplier__code=row["award"])
    with clock.set_to(moment):
        tenders.services.decide_award(
            cast.officers[0],
            tender_id=tender.public_id,
            document={"bid": str(bid.public_id), "reason": row["awardReason"]},
            expected_version=tender.version,
        )


def _log(manager: Actor, contract: Any, entry: dict[str, Any]) -> None:
    kind = next(kind for kind in KINDS if kind.path == entry["record"])
    evidence = {"evidence": entry.pop("evidence", {})}
    del entry["record"]
    if kind.log.shape.fields["line"].required:
        entry["line"] = str(contract.lines.get().public_id)
    recorded = str(entry.get("periodEnd") or entry["date"])
    with clock.set_to(min(_at(recorded, 16) + timedelta(days=3), clock.now())):
        record = kind.log(manager, contract_id=contract.public_id, document=entry)
        _attach(manager, kind.name, record, evidence)
