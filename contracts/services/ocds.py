"""A contract in OCDS 1.1, with what it does beside the standard (docs/rest.md, OCDS)."""

from __future__ import annotations

from typing import Any

from contracts.models import Contract, ContractEffect
from indicators.selectors import current_basis
from mvi_dashboard.ground import clock
from tenders.exchange.ocds_out import award_of, moment_of, party_of, period_of, release_of
from tenders.models import Award
from tenders.services.notices import ocid_of

_AMOUNTS = ("estimated", "estimated_to_date", "realised_to_date", "forecast")
_NAMES = ("estimated", "estimatedToDate", "realisedToDate", "forecast")


def release_with_contract(contract: Contract) -> dict[str, Any]:
    """This contract, with its tender and the decision when it was born of them. What is not known is not there."""
    award = contract.award
    release, given = _without_tender(contract) if award is None else _of_tender(award)
    release["id"] = f"{release['id']}-contract-{contract.public_id}-{contract.version}"
    release["date"] = moment_of(contract.created_at)
    release["parties"] = [*release["parties"], party_of(contract.supplier)]
    release["awards"] = [given]
    release["contracts"] = [
        {
            "id": str(contract.public_id),
            "awardID": given["id"],
            "title": contract.title or contract.reference,
            "status": "terminated" if contract.end < clock.today() else "active",
            "period": period_of(contract.start, contract.end),
            "effects": _effects(contract),
        }
    ]
    return release


def _of_tender(award: Award) -> tuple[dict[str, Any], dict[str, Any]]:
    release = release_of(award.lot.tender, {}, own=False)
    return {**release, "tag": ["tender", "award", "contract"]}, award_of(award)


def _without_tender(contract: Contract) -> tuple[dict[str, Any], dict[str, Any]]:
    """A contract that was there already: OCDS hangs it on an award, of which only the supplier is known."""
    buyer = {"id": contract.organisation.code, "name": contract.organisation.name}
    supplier = {"id": contract.supplier.code, "name": contract.supplier.name}
    ocid = ocid_of(contract.public_id)
    release = {
        "ocid": ocid,
        "id": ocid,
        "language": "nl",
        "initiationType": "tender",
        "tag": ["award", "contract"],
        "parties": [{**buyer, "roles": ["buyer"]}],
        "buyer": buyer,
    }
    return release, {"id": f"register-{contract.public_id}", "status": "active", "suppliers": [supplier]}


def _effects(contract: Contract) -> list[dict[str, Any]]:
    """Per indicator of the current basis what was promised, came about and is expected; unknown is left out."""
    found = ContractEffect.objects.filter(contract=contract, basis=current_basis()).select_related("indicator")
    rows = []
    for effect in found.order_by("indicator__position", "pk"):
        amounts = {name: getattr(effect, column) for name, column in zip(_NAMES, _AMOUNTS, strict=True)}
        known = {name: value for name, value in amounts.items() if value is not None}
        rows.append({"indicator": effect.indicator.code, "unit": effect.indicator.unit, **known})
    return rows
