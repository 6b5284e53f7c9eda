"""Totals by the categories of an organisation itself, as far as one category claims a product group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from indicators.models import CategoryScheme

from .summing import Frame, Row

OWN = "ownCategory"
NOT_MAPPED = ("", "Niet ingedeeld")
_OR = " of "


def by_own_category(frame: Frame, scheme: CategoryScheme) -> list[Row]:
    """The rows summed per category of this scheme; they add up to the same total.

    Where several categories point at one group nothing says which contract belongs to which: they stand together
    as one. What no category claims stands apart.
    """
    told = frame.told(["productGroup"])
    return told.renamed("productGroup", OWN, _names_of(scheme), NOT_MAPPED).by([OWN])


def _names_of(scheme: CategoryScheme) -> Mapping[str, tuple[str, str]]:
    """Per product group the category, or the categories together, that claim it."""
    claims: dict[str, list[str]] = defaultdict(list)
    for category in scheme.categories.all():
        if category.group is not None:
            claims[category.group.code].append(f"{category.code} {category.name}")
    return {group: (_OR.join(names), _OR.join(names)) for group, names in claims.items()}
