"""A tender as OCDS 1.1: what is asked, by whom, and once decided to whom it went. Prices and bids stay here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import Organisation, Supplier
from mvi_dashboard.ground.time_zone import AMSTERDAM
from tenders import resources
from tenders.models import Award, Lot, LotItem, Tender
from tenders.services.notices import ocid_of

LOTS = "https://raw.githubusercontent.com/open-contracting-extensions/ocds_lots_extension/v1.1.5/extension.json"
_PIECE = {"scheme": "UNCEFACT", "id": "H87", "name": "stuk"}
_STATUS = {
    Tender.Status.DRAFT: "planning",
    Tender.Status.CANCELLED: "cancelled",
    Tender.Status.FINAL: "complete",
}
_LOT_STATUS = {Lot.State.FINAL: "complete"}


def package_of(publisher: Organisation, release: Mapping[str, Any], uri: str) -> resources.OcdsPackage:
    """The package that holds this one release."""
    return resources.OcdsPackage(
        uri=uri,
        version="1.1",
        published_date=clock.now(),
        extensions=[LOTS],
        publisher=resources.OcdsPublisher(name=publisher.name),
        releases=[dict(release)],
    )


def release_of(tender: Tender, awards: Mapping[int, Award], *, own: bool) -> dict[str, Any]:
    """A tender with its lots and demand; `own`: for who leads it, with value and decisions (by id of a lot)."""
    found = awards if own else {}
    firms = {award.bid_version.bid.supplier.pk: award.bid_version.bid.supplier for award in found.values()}
    buyer = {"id": tender.organisation.code, "name": tender.organisation.name}
    release: dict[str, Any] = {
        "ocid": ocid_of(tender.public_id),
        "id": f"{ocid_of(tender.public_id)}-{tender.version}",
        "date": moment_of(tender.opened_at or tender.published_at or tender.created_at),
        "language": "nl",
        "initiationType": "tender",
        "tag": ["tender", *(["award"] if found else [])],
        "parties": [{**buyer, "roles": ["buyer"]}, *(party_of(each) for each in firms.values())],
        "buyer": buyer,
        "tender": _tender(tender, own=own),
    }
    if found:
        release["awards"] = [award_of(award) for award in found.values()]
    return release


def award_of(award: Award) -> dict[str, Any]:
    """A decision, without the price: that belongs to the bid."""
    supplier, lot = award.bid_version.bid.supplier, award.lot
    return _known(
        {
            "id": f"award-{award.pk}",
            "title": lot.title,
            "status": "active",
            "date": moment_of(award.decided_at),
            "suppliers": [{"id": supplier.code, "name": supplier.name}],
            "relatedLots": [str(lot.number)],
            "contractPeriod": period_of(lot.contract_start, lot.contract_end),
        }
    )


def party_of(supplier: Supplier) -> dict[str, Any]:
    """A supplier, with its number where that is known."""
    found: dict[str, Any] = {"id": supplier.code, "name": supplier.name, "roles": ["supplier"]}
    if supplier.country == "NL" and supplier.registration_number:
        identifier = {"scheme": "NL-KVK", "id": supplier.registration_number, "legalName": supplier.name}
        found["identifier"] = identifier
    return found


def period_of(first: date | None, last: date | None) -> dict[str, str] | None:
    """A period of whole days in the Netherlands."""
    found = {}
    if first is not None:
        found["startDate"] = moment_of(datetime.combine(first, time(), AMSTERDAM))
    if last is not None:
        found["endDate"] = moment_of(datetime.combine(last, time(23, 59, 59), AMSTERDAM))
    return found or None


def moment_of(moment: datetime) -> str:
    """A moment as OCDS has it."""
    return moment.isoformat(timespec="seconds")


def _tender(tender: Tender, *, own: bool) -> dict[str, Any]:
    lots = resources.lots_of(tender)
    value = {"amount": float(tender.value), "currency": "EUR"} if own and tender.value is not None else None
    starts = tender.bidding_starts_at or tender.published_at
    period = {"startDate": starts, "endDate": tender.deadline}
    return _known(
        {
            "id": str(tender.public_id),
            "title": tender.title,
            "status": _STATUS.get(Tender.Status(tender.status), "active"),
            "value": value,
            "tenderPeriod": {name: moment_of(each) for name, each in period.items() if each} or None,
            "lots": [_lot(each) for each in lots],
            "items": [_item(lot, item) for lot in lots for item in lot.items.all()],
        }
    )


def _lot(lot: Lot) -> dict[str, Any]:
    return _known(
        {
            "id": str(lot.number),
            "title": lot.title,
            "status": _LOT_STATUS.get(Lot.State(lot.state), "active"),
            "contractPeriod": period_of(lot.contract_start, lot.contract_end),
        }
    )


def _item(lot: Lot, item: LotItem) -> dict[str, Any]:
    kind = item.cpv and {"scheme": "CPV", "id": item.cpv.code, "description": item.cpv.name_nl}
    unit = _PIECE if not lot.group.is_consumed else {"name": f"{lot.group.functional_unit_nl} per jaar".strip()}
    return _known(
        {
            "id": f"{lot.number}.{item.number}",
            "description": item.description,
            "classification": kind,
            "quantity": float(item.needed_count),
            "unit": unit,
            "relatedLot": str(lot.number),
        }
    )


def _known(found: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not known: OCDS leaves that out."""
    return {name: value for name, value in found.items() if value not in (None, [])}
