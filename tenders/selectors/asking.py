"""What can be asked of the list of tenders, declared once for page, REST and rows."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import QuerySet

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.filters import Filter, Filters
from mvi_dashboard.ground.ordering import Order, Orders
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

_NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
TENDERS_ORDER = Orders(
    "-gemaakt",
    title=Order("titel", "Aanbesteding", "title"),
    reference=Order("kenmerk", "Kenmerk", "reference"),
    organisation=Order("organisatie", "Organisatie", "organisation__name"),
    deadline=Order("inschrijven-tot", "Inschrijven kan tot", "deadline", _NO_MOMENT),
    created=Order("gemaakt", "Gemaakt op", "created_at", parameter="createdAt"),
)
BY_DEADLINE = TENDERS_ORDER.asked("-inschrijven-tot")
"""What a supplier sees first"""
OWN_BIDS_ORDER = Orders(
    "-gemaakt",
    title=Order("titel", "Aanbesteding", "lot__tender__title"),
    organisation=Order("organisatie", "Organisatie", "organisation__name"),
    deadline=Order("inschrijven-tot", "Inschrijven kan tot", "lot__tender__deadline", _NO_MOMENT),
    created=Order("gemaakt", "Gemaakt op", "created_at"),
)
