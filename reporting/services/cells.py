"""Totals put right by whoever reads them: what contracts marked as stale is added up again, once, from effects.

Purchase totals are summed by the database; yearly series are added as arrays. Source: docs/data-model.md, rule 7.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Sum

from contracts.models import ContractEffect, StaleScope
from indicators.models import Basis
from reporting.models import Cell, SharedCell
from reporting.models.cells import COUNTED, NEW, SUMMED
from reporting.selectors import YEARLY_FIELDS, effect_sums, yearly_values

from .shared import lock_shared

_YEAR_VIEWS = (Cell.YearView.SPREAD, Cell.YearView.REALISED)
Scope = tuple[int, int]
"""An organisation and a product group"""


def put_right() -> int:
    """How many stale scopes were added up again; one cheap query when there are none."""
    if not StaleScope.objects.exists():
        return 0
    with transaction.atomic():
        stale = list(
            StaleScope.objects.select_for_update().order_by("pk").values_list("pk", "organisation", "group")
        )
        scopes = sorted({(organisation, group) for _pk, organisation, group in stale})
        for basis in Basis.objects.filter(state__in=[Basis.State.CURRENT, Basis.State.BUILDING]):
            rebuild(basis, scopes)
        StaleScope.objects.filter(pk__in=[pk for pk, *_rest in stale]).delete()
    return len(scopes)


def rebuild(basis: Basis, scopes: Iterable[Scope]) -> None:
    """Add up the cells of these organisations and groups again, and those of the whole.

    What they share is thrown away: who asks for it derives it anew.
    """
    scopes = list(scopes)
    organisations = sorted({organisation_id for organisation_id, _group in scopes})
    lock_shared(organisations)
    SharedCell.objects.filter(basis=basis, organisation_id__in=organisations).delete()
    groups = set()
    for organisation_id, group_id in scopes:
        groups.add(group_id)
        Cell.objects.filter(basis=basis, organisation_id=organisation_id, group_id=group_id).delete()
        Cell.objects.bulk_create(own_cells(basis, organisation_id, group_id), batch_size=1000)
    for group_id in sorted(groups):
        Cell.objects.filter(basis=basis, organisation__isnull=True, group_id=group_id).delete()
        Cell.objects.bulk_create(whole_cells(basis, group_id), batch_size=1000)


def own_cells(basis: Basis, organisation_id: int, group_id: int) -> list[Cell]:
    """The cells of one organisation and group as they should be, in all three year views."""
    effects = ContractEffect.objects.filter(basis=basis, organisation_id=organisation_id, group_id=group_id)
    common = {"basis": basis, "organisation_id": organisation_id, "group_id": group_id}
    keys = ("indicator_id", "theme_id", "year")
    rows = effects.values(*keys).annotate(**effect_sums())
    purchase = [
        Cell(**common, year_view=Cell.YearView.PURCHASE, **{key: row[key] for key in keys}, **_sums_of(row))
        for row in rows.order_by()
    ]
    return purchase + _yearly_cells(effects, common)


def _keys_of(row: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: row[key] for key in keys}


def _sums_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[f"sum_{name}"] for name in (*SUMMED, *COUNTED, *NEW)}


def _yearly_cells(effects: Any, common: Mapping[str, Any]) -> list[Cell]:
    """The spread and the realised view: each contract's series added year by year."""
    sums: dict[tuple[Any, ...], dict[str, float]] = defaultdict(dict)
    for effect in effects.values("indicator_id", "theme_id", *YEARLY_FIELDS):
        for view in _YEAR_VIEWS:
            for year, values in yearly_values(effect, view):
                total = sums[view, effect["indicator_id"], effect["theme_id"], year]
                for name, value in values.items():
                    total[name] = total.get(name, 0) + (value or 0)
    return [
        Cell(**common, year_view=view, indicator_id=indicator_id, theme_id=theme_id, year=year, **found)
        for (view, indicator_id, theme_id, year), found in sums.items()
    ]


def whole_cells(basis: Basis, group_id: int) -> list[Cell]:
    """The cells of all organisations together: sums of their cells."""
    rows = Cell.objects.filter(basis=basis, organisation__isnull=False, group_id=group_id)
    keys = ("indicator_id", "year_view", "theme_id", "year")
    # Under names of their own: Django takes a sum called like its field for that field.
    summed = rows.values(*keys).annotate(**{f"sum_{name}": Sum(name) for name in (*SUMMED, *COUNTED, *NEW)})
    return [
        Cell(basis=basis, group_id=group_id, **_keys_of(row, keys), **_sums_of(row)) for row in summed.order_by()
    ]
