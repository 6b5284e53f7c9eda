"""One bid that cannot be opened is set aside with its reason: it never holds up the others, and can be retried."""

from __future__ import annotations

import logging
import uuid

from django.core.exceptions import ImproperlyConfigured
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError, transaction

from mvi_dashboard.ground import audit, clock
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.vault import Unopenable
from tenders.models import Bid, Tender

from . import telling
from .line_making import make_lines

# The machine, not the bid: whoever runs this tries again.
_ELSEWHERE = (OperationalError, InterfaceError, InternalError, MemoryError, ImproperlyConfigured)
_MOST_NAMED = 5
logger = logging.getLogger(__name__)


def open_bid(bid: Bid) -> bool:
    """Whether the bid has its lines now, or needed none; else it is set aside, in the same transaction if any."""
    try:
        make_lines(bid)
    except _ELSEWHERE:
        raise
    except Exception as error:
        set_aside(bid, error)
        return False
    return True


@transaction.atomic
def set_aside(bid: Bid, error: Exception) -> None:
    """Keep why this bid could not be opened, where officers, its supplier and auditors read it."""
    reason = _said(bid, error)
    waiting = Bid.objects.filter(
        pk=bid.pk,
        opened=False,
        state=Bid.State.SUBMITTED,
        lot__tender__status__in=(Tender.Status.PUBLISHED, Tender.Status.OPENED),
    )
    now = clock.now()
    if waiting.update(set_aside_at=now, set_aside_reason=reason):
        telling.bid_set_aside(bid, now)
        audit.record(None, "bid.set_aside", bid, organisation=bid.organisation_id, reason=reason)


def _said(bid: Bid, error: Exception) -> str:
    """The reason in words for people; what they cannot know stands in the log under a number."""
    reference = uuid.uuid4().hex[:12]
    logger.error("bid %s is set aside (%s)", bid.public_id, reference, exc_info=error)
    asked = f"Noem bij een vraag dit nummer: {reference}."
    if isinstance(error, Unopenable):
        return f"Het zegel gaat niet open: de sleutel van de kluis ontbreekt, of de inhoud is veranderd. {asked}"
    if isinstance(error, Refused):
        named = [f"{each.attr or 'alles'}: {each.detail}" for each in error.problems[:_MOST_NAMED]]
        more = " En meer." if len(error.problems) > _MOST_NAMED else ""
        return f"De inhoud past niet bij wat is gevraagd. {' '.join(named)}{more} {asked}"
    if isinstance(error, IntegrityError | DataError):
        return f"De database neemt een waarde niet aan. {asked}"
    return f"Er ging iets mis bij ons. {asked}"
