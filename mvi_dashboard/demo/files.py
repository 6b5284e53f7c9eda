"""The demo data as it stands in the files: products by code, tenders that are history, tenders of today."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.conf import settings

from indicators.models import BaselineProduct
from mvi_dashboard.ground.sent_files import Upload

FOLDER = settings.BASE_DIR / "fixtures" / "demo-2026.1"


@cache
def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def evidence(name: str) -> Upload:
    """A made-up file, as somebody would send it."""
    return Upload(name, (FOLDER / "files" / name).read_bytes())


def history() -> list[dict[str, Any]]:
    """Tenders that ended in a contract, with what was recorded since; dates are fixed."""
    return list(_read("tenders.json")["history"])


def category_schemes() -> list[dict[str, Any]]:
    """Own categories of organisations, with who brings them in under `by`."""
    return list(_read("category_schemes.json"))


def current() -> list[dict[str, Any]]:
    """Tenders that are under way, with moments relative to the day of loading."""
    return list(_read("tenders.json")["current"])


def tender_document(row: dict[str, Any], *, moments: dict[str, str], start: str, end: str) -> dict[str, Any]:
    """The document of a tender with one lot and one item, as REST takes it."""
    item = {"number": 1} | {key: value for key, value in row["item"].items() if value is not None}
    lot = {
        "number": 1,
        "title": row["title"],
        "productGroup": row["productGroup"],
        "contractStart": start,
        "contractEnd": end,
        "items": [item],
    }
    offered = _offered(item.get("referenceProduct"))
    if offered is not None:
        item["referenceProduct"], lot["productGroup"] = offered.code, offered.group.code
        item |= {"productType": offered.product_type.code} if offered.product_type else {}
    ambition = {"theme": row["theme"], "level": 2, "motivation": "Past bij het inkoopbeleid.", "main": True}
    return {
        "reference": row["reference"],
        "title": row["title"],
        "lots": [lot],
        "ambitions": [ambition],
    } | moments


def _offered(code: str | None) -> BaselineProduct | None:
    """The product that is offered now in place of this one: it may have a type, or another group."""
    found = BaselineProduct.objects.select_related("group", "product_type")
    product = found.filter(code=code).first()
    while product is not None and product.successor_id is not None:
        product = found.get(pk=product.successor_id)
    return product


def history_document(row: dict[str, Any]) -> dict[str, Any]:
    """A tender of the past as a whole, as record_history takes it."""
    contract = row["contract"]
    moments = {"deadline": _moment(row["deadline"])}
    tender = tender_document(row, moments=moments, start=contract["start"], end=contract["end"])
    return {
        "tender": tender,
        "publishedAt": _moment(row["published"]),
        "openedAt": _moment(row["deadline"]),
        "bids": [{"supplier": bid["supplier"]} | bid_document(bid) for bid in row["bids"]],
        "award": {
            "supplier": row["award"],
            "reason": row["awardReason"],
            "decidedAt": _moment(row["decided"]),
        },
    }


def _moment(day: str) -> str:
    return f"{day}T12:00:00+01:00"


def bid_document(row: dict[str, Any]) -> dict[str, Any]:
    """The document of a bid with one line, as REST takes it; what is consumed lasts as long as the contract."""
    product = _read("products.json")[row["product"]]
    line = {
        "reference": row["product"],
        "item": 1,
        "count": row["count"],
    } | product
    return {
        "clientReference": f"OFF-{row['supplier'][-1].upper()}-{row['product'].upper()}",
        "price": row["price"],
        "currency": "EUR",
        "lines": [line],
        "declaredResults": [{"line": row["product"]} | each for each in row.get("declaredResults", ())],
    }
