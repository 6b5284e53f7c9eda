"""Loading a release of reference data: checked as a whole, all or nothing, and a second time changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from indicators.models import Basis
from mvi_dashboard.ground.acts import ActDeclaration, by_command
from mvi_dashboard.ground.problems import Refused

from . import framework, holidays, lists, methods, versions, weighting
from .files import Release

_STEPS = {
    "bronnen": framework.load_sources,
    "feestdagen": holidays.load_holidays,
    "indicatoren": framework.load_indicators,
    "productgroepen": framework.load_groups,
    "thema's": framework.load_themes,
    "CPV": framework.load_cpv,
    "materialen": framework.load_materials,
    "lijsten": lists.load_lists,
    "factoren": versions.load_factor_sets,
    "methode": methods.load_method,
    "weegsets": weighting.load_weighting_sets,
    "rekenbases": versions.load_bases,
    "producten": versions.load_products,
    "protocollen": versions.load_protocols,
}


RELEASES = "reference-*"
"""The folders of the releases, whose names order them"""


@dataclass(frozen=True)
class LoadReport:
    """How many rows each part of a release added."""

    added: Mapping[str, int]

    @property
    def total(self) -> int:
        """All rows that were added; 0 when everything was there."""
        return sum(self.added.values())


def load_all(folder: Path, *, reason: str = "") -> LoadReport:
    """Load every release below this folder, oldest first, all or nothing.

    Where nothing held yet, the newest basis is the current one. Elsewhere it stands beside the current one until
    somebody switches to it. Raises Refused as `load`.
    """
    fresh = not Basis.objects.filter(state=Basis.State.CURRENT).exists()
    added = dict.fromkeys(_STEPS, 0)
    with transaction.atomic():
        for each in sorted(folder.glob(RELEASES)):
            for name, count in load(each, reason=reason, fresh=fresh).added.items():
                added[name] += count
    return LoadReport(added)


@by_command(
    ActDeclaration(verb="reference.load", title="Laad referentiegegevens", commands=("load_reference_data",))
)
def load(folder: Path, *, reason: str = "", fresh: bool = False) -> LoadReport:
    """Load the release in this folder; `reason` says why what it takes away from what holds here may go.

    `fresh`: its current basis takes the place of that of a release that was loaded just before.

    Codes and versions that are there already are left alone: a published version never changes. Raises Refused
    with every problem (file, row, column) of the first part that has any; then nothing is stored.
    """
    release = Release(folder, reason, fresh=fresh)
    added = {}
    with transaction.atomic():
        for name, step in _STEPS.items():
            added[name] = step(release)
            if release.problems:
                raise Refused(release.problems)
    return LoadReport(added)


__all__ = ["RELEASES", "LoadReport", "load", "load_all"]
