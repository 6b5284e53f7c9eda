"""How often the questions of a protocol were answered in bids that are open, and the tenders on its groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q

from indicators.groups.proposal_effects import Tenders
from indicators.models import ProtocolVersion
from indicators.protocols.protocol_effects import Answered
from indicators.selectors import AskedField, protocol_of
from indicators.selectors.protocols import LEVELS
from mvi_dashboard.ground import clock
from tenders.models import Bid, BidLine, BidVersion

from .naming import tenders_with

_PERIOD = timedelta(days=365)
_COLUMNS = {
    "massKg": "mass_kg",
    "warrantyYears": "warranty_years",
    "plannedDelivery": "planned_delivery",
    "productType": "product_type",
}
"""What a product may leave open that the calculation knows, and where it stands"""


def tenders_of_groups(codes: Collection[str]) -> Tenders:
    """How many concepts and running tenders have a lot of these groups; two queries."""
    return tenders_with(Q(group__code__in=codes))


def answers_in(versions: Sequence[ProtocolVersion]) -> Mapping[str, Answered]:
    """Of the bids that were opened in the last year, those on which a question was asked and that answered it.

    A bid answers when all its main products do. Bids that are sealed count nowhere; one query.
    """
    asked: dict[str, Q] = {}
    blank: dict[str, Q] = {}
    for version in versions:
        protocol = protocol_of(version)
        for field in protocol.fields if protocol is not None else ():
            empty = _empty(field)
            if empty is not None:
                key = field.code if field.place == "answers" else f"{field.place}.{field.code}"
                levels = [level for level in LEVELS if field.asked_at(level)]
                here = Q(item__lot__protocol=version, item__lot__request_level__in=levels)
                here &= Q(item__lot__group__kind__in=field.applies_to)
                asked[key], blank[key] = asked.get(key, Q()) | here, empty
    keys = list(asked)
    counts: dict[str, Any] = {}
    for number, key in enumerate(keys):
        bids = "bid_version__bid"
        counts[f"asked_{number}"] = Count(bids, distinct=True, filter=asked[key])
        counts[f"blank_{number}"] = Count(bids, distinct=True, filter=asked[key] & blank[key])
    if not counts:
        return {}
    found = _lines(versions).aggregate(**counts)
    told = {}
    for number, key in enumerate(keys):
        total = found[f"asked_{number}"]
        if total:
            told[key] = Answered(total, total - found[f"blank_{number}"])
    return told


def _lines(versions: Sequence[ProtocolVersion]) -> Any:
    since = clock.now() - _PERIOD
    # What is practised counts nowhere.
    return BidLine.objects.filter(
        item__lot__tender__organisation__practice_of=None,
        item__lot__protocol__in=versions,
        item__lot__tender__opened_at__gte=since,
        role=BidLine.Role.MAIN,
        bid_version__kind=BidVersion.Kind.BID,
        bid_version__bid__opened=True,
        bid_version__bid__state=Bid.State.SUBMITTED,
    )


def _empty(field: AskedField) -> Q | None:
    """When a line leaves this open; None for what cannot be open, or does not stand on a line."""
    if field.place == "answers":
        return Q(**{f"answers__{field.code}__isnull": True})
    if field.place != "line" or field.always_required or field.code not in _COLUMNS:
        return None
    return Q(**{f"{_COLUMNS[field.code]}__isnull": True})
