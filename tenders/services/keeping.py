"""Concepts of tenders that nobody works on any more, which an organisation may let go after a while."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from mvi_dashboard.ground.models import Attachment, Change
from mvi_dashboard.ground.organisations import retention
from tenders.models import AwardRule, Tender

_CONCEPTS = "tender_concepts"


def left_alone(organisation_id: int, moment: datetime) -> QuerySet[Tender]:
    """The concepts of this organisation that were not changed since, and on which no file hangs: a file stays."""
    changed = Change.objects.filter(table_name=Tender._meta.db_table, row_id=OuterRef("pk"))
    files = Attachment.objects.filter(object_type="tender", object_id=OuterRef("pk"))
    found: QuerySet[Tender] = Tender.objects.filter(
        ~Exists(changed.filter(changed_at__gte=moment)),
        ~Exists(files),
        organisation=organisation_id,
        status=Tender.Status.DRAFT,
        created_at__lt=moment,
    )
    return found


def remove(concepts: QuerySet[Tender]) -> int:
    """How many were removed, with their lots. One that was published meanwhile is refused by its guards."""
    keys = list(concepts.values_list("pk", flat=True))
    AwardRule.objects.filter(lot__tender__in=keys, locked_at=None).delete()
    Tender.objects.filter(pk__in=keys, status=Tender.Status.DRAFT).delete()
    return len(keys)


def register() -> None:
    """Let organisations choose how long concepts are kept."""
    retention.register(
        retention.Kind(
            code=_CONCEPTS,
            label="Concepten van aanbestedingen",
            words="concept,concepten",
            help="Concepten die nooit zijn gepubliceerd en waar al die tijd niemand iets aan wijzigde.",
            find=left_alone,
            remove=remove,
            terms=(6, 12, 24, retention.NEVER),
            usual=retention.NEVER,
        )
    )
