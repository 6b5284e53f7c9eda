"""What can be asked of the trail, declared once for its page, its files and REST."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from mvi_dashboard.ground import audit, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.filters import Filter, Filters
from mvi_dashboard.ground.models import AuditEntry
from mvi_dashboard.ground.shapes import Date, Moment, Text
from mvi_dashboard.ground.time_zone import AMSTERDAM

from .words import said

ORDER = ("-moment", "hash")
"""The newest on top. The numbering of the chain is not shown: gaps would tell how much is still sealed"""


def _from(rows: QuerySet[AuditEntry], day: Any) -> QuerySet[AuditEntry]:
    return rows.filter(moment__gte=datetime.combine(day, time(), AMSTERDAM))


def _to(rows: QuerySet[AuditEntry], day: Any) -> QuerySet[AuditEntry]:
    return rows.filter(moment__lt=datetime.combine(day + timedelta(days=1), time(), AMSTERDAM))


TRAIL = Filters(
    organisation=Filter("", "Organisatie", "organisation__code", Text(60, required=False)),
    actor=Filter("persoon", "Persoon", "actor_key", Text(64, required=False)),
    verb=Filter("handeling", "Handeling", "verb", Text(60, required=False), said=said),
    object=Filter("object", "Object", "object_id", Text(64, required=False), said=lambda _id: "Eén object"),
    object_type=Filter("", "Soort", "object_type", Text(60, required=False)),
    since=Filter("", where="moment__gte", shape=Moment(required=False)),
    until=Filter("", where="moment__lt", shape=Moment(required=False)),
    first_day=Filter(
        "van", "Van", _from, Date(required=False), parameter="", typed=True, hint="1-12-2026",
        said=lambda day: f"Van {formats.day(day)}",
    ),
    last_day=Filter(
        "tot", "Tot en met", _to, Date(required=False), parameter="", typed=True, hint="31-12-2026",
        said=lambda day: f"Tot en met {formats.day(day)}",
    ),
)  # fmt: skip


def entries(actor: Actor, asked: dict[str, Any]) -> QuerySet[AuditEntry]:
    """The entries that were asked, as far as this actor may read them."""
    return TRAIL.narrowed(audit.entries_visible_to(actor).select_related("organisation"), asked)
