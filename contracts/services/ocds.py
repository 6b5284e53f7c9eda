"""A contract in OCDS 1.1, with what it does beside the standard (docs/rest.md, OCDS)."""

from __future__ import annotations

from typing import Any

from contracts.models import Contract, ContractEffect
from indicators.selectors import current_basis
from mvi_dashboard.ground import clock
from tenders.exchange.ocds_out import award_of, moment_of, party_of, period_of, release_of

_AMOUNTS = ("estimated", "estimated_to_date", "realised_to_date", "forecast")
_NAMES = ("estimated", "estimatedToDate", "realisedToDate", "forecast")


def release_with_contract(contract: Contract) -> dict[str, Any]:
    """The release of its tender with the decision and this contract. What is not known is not there."""
    award, tender = contract.award, contract.award.lot.tender
    release = release_of(tender, {}, own=False)
    release["id"] = f"{release['id']}-contract-{contract.public_id}-{contract.version}"
    release["date"] = moment_of(contract.created_at)
    release["tag"] = ["tender", "award", "contract"]
    release["parties"] = [*release["parties"], party_of(contract.supplier)]
    release["awards"] = [award_of(award)]
    release["contracts"] = [
        {
            "id": str(contract.public_id),
            "awardID": f"award-{award.pk}",
            "title": contract.reference,
            "status": "terminated" if contract.end < clock.today() else "active",
            "period": period_of(contract.start, contract.end),
            "effects": _effects(contract),
        }
    ]
    return release


def _effects(contract: Contract) -> list[dict[str, Any]]:
    """Per indicator of the current basis what was promised, came about and is expected; unknown is left out."""
    found = ContractEffect.objects.filter(contract=contract, basis=current_basis()).select_related("indicator")
    rows = []
    for effect in found.order_by("indicator__position", "pk"):
        amounts = {name: getattr(effect, column) for name, column in zip(_NAMES, _AMOUNTS, strict=True)}
        known = {name: value for name, value in amounts.items() if value is not None}
        rows.append({"indicator": effect.indicator.code, "unit": effect.indicator.unit, **known})
    return rows
