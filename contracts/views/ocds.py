"""A contract as a file of OCDS."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from contracts import selectors
from contracts.services.ocds import release_with_contract
from mvi_dashboard.ground.described import as_json
from mvi_dashboard.ground.pages import actor_of, signed_in
from tenders.exchange.ocds_out import package_of
from tenders.views.workbooks import as_file


@require_safe
@signed_in
def ocds(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The contract as OCDS, for who sees it."""
    found = selectors.get_contract(actor_of(request), public_id)
    package = package_of(found.organisation, release_with_contract(found), request.build_absolute_uri())
    content = json.dumps(as_json(package), ensure_ascii=False, indent=2, default=str).encode()
    return as_file(content, f"ocds-{found.reference}.json", "application/json")
