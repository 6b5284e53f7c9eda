"""What happened before this system: a tender with its bids and decision, entered as a whole, opened at once.

The same validation and the same calculation as for a tender of today; the tender is marked `recorded_afterwards`
and suppliers do not see it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from indicators.selectors import current_basis
from mvi_dashboard.ground import access, vault
from mvi_dashboard.ground.acts import ActDeclaration, Doing, Done
from mvi_dashboard.ground.models import User
from mvi_dashboard.ground.problems import Problem, Refused
from mvi_dashboard.ground.shapes import Integer, ListOf, Moment, Object, Reason, Text, UnknownObject
from tenders.models import Award, Bid, Lot, Tender
from tenders.selectors import bids_of, latest_version

from . import standstill, states
from .checking import Found, check_tender
from .drafting import NewTender, pin_protocols, tender_fields
from .line_making import make_lines
from .publishing import publication_problems
from .received import ReceivedBid, read_received
from .sealing import keep_version
from .shapes import DEFAULT_STANDSTILL_DAYS, TENDER
from .writing import write_parts

_PAST = frozenset({"past"})
HISTORY = Object(
    {
        "tender": TENDER,
        "published_at": Moment(label="Gepubliceerd op"),
        "opened_at": Moment(label="Geopend op"),
        "bids": ListOf(UnknownObject(), min_items=1, max_items=500, label="Inschrijvingen"),
        "award": Object(
            {
                "lot": Integer(min=1, required=False, default=1, label="Nummer van het perceel"),
                "supplier": Text(60, label="Definitief gegund aan"),
                "reason": Reason(5000, multiline=True, label="Reden"),
                "decided_at": Moment(label="Gunning beslist op"),
            },
            required=False,
        ),
    }
)


@partial(
    NewTender,
    ActDeclaration(
        verb="tender.record_history",
        title="Leg een aanbesteding van vroeger vast",
        permission=access.TENDER_EDIT,
        reads=HISTORY,
        person="Geschiedenis vastleggen",
        status=201,
    ),
)
def record_history(doing: Doing[int]) -> Done[Tender]:
    """The tender with its opened bids and, if there was one, its decision. Raises Refused with all problems."""
    data, problems, now = doing.data, doing.problems, doing.now
    problems.refuse()
    found = Found.of(data["tender"])
    problems += [each.under("tender") for each in check_tender(data["tender"], found)]
    problems += _check_order(data, now)
    problems.refuse()
    tender = _make_tender(doing.target, data, found, now)
    bids, wrong = read_received(doing.actor, tender, data["bids"], data["opened_at"])
    wrong.refuse()
    for bid in filter(None, bids):
        make_lines(_store_bid(tender, bid, data["opened_at"]))
    tender.status, tender.opened_at = Tender.Status.OPENED, data["opened_at"]
    tender.save(update_fields=["status", "opened_at"])
    if data["award"] is not None:
        _decide(tender, data["award"], doing.person)
    tender.refresh_from_db()
    return Done(tender, changes={"bids": len(bids)})


def _check_order(data: Mapping[str, Any], now: datetime) -> list[Problem]:
    moments = [("publishedAt", data["published_at"]), ("openedAt", data["opened_at"])]
    if data["award"] is not None:
        moments.append(("award.decidedAt", data["award"]["decided_at"]))
    problems = []
    for (_name, before), (name, after) in itertools.pairwise(moments):
        if after < before:
            problems.append(Problem(tuple(name.split(".")), "before_start", "Dit ligt voor het moment hierboven."))
    for name, moment in moments:
        if moment > now:
            text = "Dit ligt in de toekomst: leg alleen vast wat al is gebeurd."
            problems.append(Problem(tuple(name.split(".")), "future", text))
    return problems


def _make_tender(place: int, data: Mapping[str, Any], found: Found, now: datetime) -> Tender:
    fields = tender_fields(data["tender"])
    fields["deadline"] = fields["deadline"] or data["opened_at"]
    fields["opening_at"] = max(fields["opening_at"] or data["opened_at"], fields["deadline"])
    tender = Tender(
        organisation_id=place,
        created_at=now,
        published_at=data["published_at"],
        recorded_afterwards=True,
        basis=current_basis(),
        **fields,
    )
    if Tender.objects.filter(organisation_id=place, reference=tender.reference).exists():
        text = f"Kenmerk {tender.reference} bestaat al."
        raise Refused([Problem(("tender", "reference"), "duplicate", text)])
    safe = vault.create(tender.organisation)
    vault.mark_opened(safe, data["opened_at"])
    tender.vault = tender.price_vault = safe
    tender.save()
    write_parts(tender, data["tender"], found)
    lots = list(tender.lots.select_related("group").prefetch_related("items"))
    problems = publication_problems(tender, lots, list(tender.themes.all()), now)
    standing = [each.under("tender") for each in problems if each.code not in _PAST]
    if standing:
        raise Refused(standing)
    pin_protocols(lots, now)
    Tender.objects.filter(pk=tender.pk).update(status=Tender.Status.PUBLISHED)
    return tender


def _store_bid(tender: Tender, past: ReceivedBid, moment: datetime) -> Bid:
    """The bid as one that was received elsewhere: sealed and receipted like any other."""
    bid = Bid.objects.create(
        organisation_id=tender.organisation_id,
        lot=past.lot,
        supplier=past.supplier,
        state=Bid.State.SUBMITTED,
        channel=Bid.Channel.OFFICER,
        created_at=moment,
    )
    keep_version(bid, 1, past.sealed, moment)
    return bid


def _decide(tender: Tender, row: Mapping[str, Any], person: User) -> None:
    bid = bids_of(tender).filter(lot__number=row["lot"], supplier__code=row["supplier"]).first()
    if bid is None:
        text = "Deze leverancier heeft op dit perceel niet ingeschreven."
        raise Refused([Problem(("award", "supplier"), "does_not_exist", text)])
    version = latest_version(bid)
    assert version is not None
    assert tender.basis is not None
    Award.objects.create(
        organisation_id=tender.organisation_id,
        lot=bid.lot,
        bid_version=version,
        basis=tender.basis,
        decided_at=row["decided_at"],
        decided_by=person,
        standstill_until=standstill.ends_at(row["decided_at"], DEFAULT_STANDSTILL_DAYS),
        standstill_days=DEFAULT_STANDSTILL_DAYS,
        reason=row["reason"],
    )
    Lot.objects.filter(pk=bid.lot_id).update(state=Lot.State.DECIDED)
    Tender.objects.filter(pk=tender.pk).update(status=states.derived_status(tender))
