"""Where the rows of reference data stand in the addresses of pages."""

from __future__ import annotations

from django.urls import reverse

from indicators.models import Proposal, ProposedRow

_K = ProposedRow.Kind
PLACES: dict[str, str] = {
    "productgroepen": _K.GROUP,
    "soorten": _K.TYPE,
    "producten": _K.PRODUCT,
    "cpv": _K.PREFIX,
    "materialen": _K.MATERIAL,
}
ABOVE = ("Wijzigingsvoorstellen", "indicators:proposals")


def address_of(row: ProposedRow) -> str:
    """The form of this row."""
    place = next(each for each, code in PLACES.items() if code == row.kind)
    return reverse("indicators:reference_row", args=[place, row.code])


def proposal_url(proposal: Proposal) -> str:
    """The page of a proposal."""
    return reverse("indicators:proposal", args=[proposal.public_id])
