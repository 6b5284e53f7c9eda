"""How tenders and bids are called in the trail, and on which page they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.urls import reverse

from mvi_dashboard.ground.trail import objects
from mvi_dashboard.ground.trail.objects import Named
from tenders.models import Bid, Tender


def _tenders(keys: Iterable[str]) -> Mapping[str, Named]:
    found = Tender.objects.filter(public_id__in=list(keys)).values_list("public_id", "title")
    return {str(key): Named(title, reverse("tenders:tender", args=[key])) for key, title in found}


def _bids(keys: Iterable[str]) -> Mapping[str, Named]:
    """By the tender alone: who bid is told on its own page, to who may know."""
    found = Bid.objects.filter(public_id__in=list(keys)).values_list("public_id", "lot__tender__title")
    return {
        str(key): Named(f"Inschrijving op {title}", reverse("tenders:bid", args=[key])) for key, title in found
    }


def register() -> None:
    """Have them named."""
    objects.register("tenders.tender", _tenders)
    objects.register("tenders.bid", _bids)
