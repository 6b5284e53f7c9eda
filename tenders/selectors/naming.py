"""Which tenders name a row of reference data: counted only, whoever they belong to."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Q

from indicators.groups.proposal_effects import Tenders
from indicators.models import ProposedRow
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.models import TenantQuerySet
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
    lots = lots_naming(row)
    running = _with(lots).filter(status__in=_RUNNING).visible_to(actor).order_by("-published_at", "-pk")
    # The key is in it so that two tenders of one name are both told.
    names = running.values_list("reference", "title", "pk").distinct()[:MOST_NAMED]
    return replace(tenders_with(lots), named=[f"{title} ({reference})" for reference, title, _ in names])


def tenders_with(lots: Q) -> Tenders:
    """How many concepts and running tenders have such a lot, and of how many organisations; two queries."""
    found = _with(lots)
    pairs = list(found.filter(status__in=_RUNNING).values_list("pk", "organisation_id").distinct())
    return Tenders(
        drafts=found.filter(status=Tender.Status.DRAFT).distinct().count(),
        running=len(pairs),
        organisations=len({place for _, place in pairs}),
    )


def _with(lots: Q) -> TenantQuerySet:
    real = Tender.objects.filter(organisation__practice_of=None)
    return real.filter(lots__in=Lot.objects.filter(lots).values("pk"))
