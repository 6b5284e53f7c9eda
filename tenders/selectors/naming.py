"""Which tenders name a row of reference data: counted only, whoever they belong to."""

from __future__ import annotations

from django.db.models import Q

from indicators.groups.proposal_effects import Tenders
from indicators.models import ProposedRow
from tenders.models import Lot, Tender

_RUNNING = (Tender.Status.PUBLISHED, Tender.Status.OPENED, Tender.Status.DECIDED)


def lots_naming(row: ProposedRow) -> Q:
    """The lots that name the group, the type or the product of this row."""
    if row.kind == ProposedRow.Kind.GROUP:
        return Q(group__code=row.code)
    if row.kind == ProposedRow.Kind.TYPE:
        return Q(items__product_type__code=row.code)
    return Q(items__reference_product__code=row.code) | Q(items__baseline_product__code=row.code)


def tenders_naming(row: ProposedRow) -> Tenders:
    """How many concepts and running tenders name it, and of how many organisations; two queries."""
    return tenders_with(lots_naming(row))


def tenders_with(lots: Q) -> Tenders:
    """How many concepts and running tenders have such a lot, and of how many organisations; two queries."""
    found = Tender.objects.filter(lots__in=Lot.objects.filter(lots).values("pk"))
    running = found.filter(status__in=_RUNNING).values_list("pk", "organisation_id").distinct()
    pairs = list(running)
    return Tenders(
        drafts=found.filter(status=Tender.Status.DRAFT).distinct().count(),
        running=len(pairs),
        organisations=len({place for _, place in pairs}),
    )
