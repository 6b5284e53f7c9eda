"""What can be asked of the list of tenders, declared once for page, REST and rows."""

from __future__ import annotations

from django.db.models import QuerySet

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.filters import Filter, Filters
from mvi_dashboard.ground.shapes import Text
from tenders.models import Tender

from .tenders import in_state

STATES = {str(code): str(label) for code, label in Tender.Status.choices}


def _in_state(found: QuerySet[Tender], state: str) -> QuerySet[Tender]:
    return in_state(found, state, clock.now())


TENDERS = Filters(
    status=Filter("status", "Stand", _in_state, choices=STATES),
    organisation=Filter("", "Organisatie", "organisation__code", Text(60, required=False)),
)
