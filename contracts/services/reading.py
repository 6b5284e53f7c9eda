"""Who looked: a contract shows the price and the products of a bid, so reading it stands in the audit trail."""

from __future__ import annotations

from django.db import transaction

from contracts.models import Contract
from mvi_dashboard.ground import audit
from mvi_dashboard.ground.access import Actor
from tenders.services.reading import is_own


@transaction.atomic
def note_read(actor: Actor, contract: Contract) -> None:
    """The trace of one contract, unless it is the supplier's own; the last statement of a request."""
    if not is_own(actor, contract.supplier_id):
        audit.record(actor, "contract.read", contract, organisation=contract.organisation_id)
