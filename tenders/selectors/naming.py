"""Which tenders name a row of reference data: counted only, whoever they belong to."""

from __future__ import annotations

from django.db.models import Q

from indicators.groups.proposal_effects import Tenders
from indicators.models import ProposedRow
from mvi_dashboard.ground.access import Actor
from tenders.models import Lot, Tender

MOST_NAMED = 20
_RUNNING = (Tender.Status.PUBLISHED, Tender.Status.OPENED, Tender.Status.DECIDED)


def lots_naming(row: ProposedRow) -> Q:
    """The lots that name the group, the type or the product of this row."""
    if row.kind == ProposedRow.Kind.GROUP:
        return Q(group__code=row.code)
    if row.kind == ProposedRow.Kind.TYPE:
        return Q(items__product_type__code=row.code)
    return Q(items__reference_product__code=row.code) | Q(items__baseline_product__code=row.code)


def tenders_naming(actor: Actor, row: ProposedRow) -> Tenders:
    """How many concepts and running tenders name it, and of how many organisations; three queries.

    Of the running ones those are named that this person may see.
    """
    found = Tender.objects.filter(lots__in=Lot.objects.filter(lots_naming(row)).values("pk"))
    running = found.filter(status__in=_RUNNING)
    pairs = list(running.values_list("pk", "organisation_id").distinct())
    seen = (
        running.visible_to(actor)
        .order_by("-published_at", "-pk")
        .values_list("reference", "title", "pk")
        .distinct()
    )
    names = seen.values_list("reference", "title")[:MOST_NAMED]
    return Tenders(
        drafts=found.filter(status=Tender.Status.DRAFT).distinct().count(),
        running=len(pairs),
        organisations=len({place for _, place in pairs}),
        named=[f"{title} ({reference})" for reference, title in names],
    )
