"""Which contracts rest on a row of reference data, and what they do with that row as it would become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Q, QuerySet

from contracts.models import Contract
from indicators.groups.proposal_effects import Contracts
from indicators.models import ProductGroup, ProposedRow
from indicators.selectors import basis_arrays, current_basis
from tenders.models import Lot
from tenders.selectors.naming import lots_naming

from .trial import estimate_of


def contracts_naming(row: ProposedRow) -> int:
    """How many contracts name it, whoever they belong to."""
    return _real().filter(_naming(row)).distinct().count()


def totals_naming(rows: Sequence[ProposedRow], groups: Mapping[str, ProductGroup]) -> Contracts:
    """How many contracts name any of these rows, and their totals now and with these groups.

    Contracts keep the limits that were pinned when their tender was published, so most stay what they are. Nothing
    is stored.
    """
    arrays = basis_arrays(current_basis())
    known = _real().filter(effects__basis_id=arrays.id)
    ids: set[int] = set()
    for row in rows:
        ids |= set(known.filter(_naming(row)).values_list("pk", flat=True))
    totals, untold = estimate_of(ids, arrays, groups)
    return Contracts(count=len(ids), untold=untold, totals=totals)


def _naming(row: ProposedRow) -> Q:
    """By its tender, or by itself where it was born of none."""
    own = {
        ProposedRow.Kind.GROUP: Q(group__code=row.code),
        ProposedRow.Kind.TYPE: Q(lines__bid_line__product_type__code=row.code),
    }.get(ProposedRow.Kind(row.kind), Q(lines__product__code=row.code))
    lots = Lot.objects.filter(lots_naming(row)).values("pk")
    return Q(award__lot__in=lots) | Q(own, origin=Contract.Origin.REGISTER)


def _real() -> QuerySet[Contract]:
    """Contracts that were not made to practise with."""
    return Contract.objects.filter(organisation__practice_of=None)
