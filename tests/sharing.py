"""What organisations share with the country in tests."""

from __future__ import annotations

from mvi_dashboard.ground.models import Organisation


def share_contracts() -> None:
    """All share the effects of single contracts, so that one contract alone is told."""
    Organisation.objects.update(national_share=Organisation.NationalShare.CONTRACTS)
