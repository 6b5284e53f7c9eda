"""Totals put right after the commit of what made them stale: what is marked is added up again, once, from effects.

Purchase totals are summed by the database; yearly series are added as arrays. Source: docs/data-model.md, rule 7.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum

from contracts.models import BOUNDS, ContractEffect, StaleScope
from indicators.models import Basis
from mvi_dashboard.ground.models import REAL, Organisation
from reporting.models import Cell, SharedCell
from reporting.models.cells import COUNTED, NEW, SUMMED
from reporting.selectors import YEARLY_FIELDS, Waiting, bounds_at, distances, effect_sums, yearly_values
from reporting.selectors import Scope as Reach

from .shared import derive_shared, lock_shared, shared_with_names, without_shared

_YEAR_VIEWS = (Cell.YearView.SPREAD, Cell.YearView.REALISED)
MOST_AT_ONCE = 200
"""Stale scopes in one transaction: on SQLite nobody else writes meanwhile"""
Scope = tuple[int, int]
"""An organisation and a product group"""


def put_right() -> int:
    """How many stale scopes were added up again; two cheap queries when there are none.

    What the organisations of them share is derived anew in the same transaction. Carried out by whoever runs jobs,
    after the commit of what made totals stale: no reader waits for it.
    """
    done = 0
    while number := _put_right_some():
        done += number
    for basis in _kept_up():
        derive_shared(basis, _sharing_totals())
    return done


def _put_right_some() -> int:
    with transaction.atomic():
        rows = StaleScope.objects.select_for_update().order_by("pk")
        stale = list(rows.values_list("pk", "organisation", "group")[:MOST_AT_ONCE])
        scopes = sorted({(organisation, group) for _pk, organisation, group in stale})
        if not scopes:
            return 0
        for basis in _kept_up():
            rebuild(basis, scopes)
            derive_shared(basis, _sharing_totals({organisation for organisation, _group in scopes}))
        StaleScope.objects.filter(pk__in=[pk for pk, *_rest in stale]).delete()
    return len(scopes)


def _kept_up() -> QuerySet[Basis]:
    return Basis.objects.filter(state__in=[Basis.State.CURRENT, Basis.State.BUILDING])


def _sharing_totals(among: Collection[int] | None = None) -> list[int]:
    found = Organisation.objects.filter(REAL, national_share=Organisation.NationalShare.TOTALS)
    found = found if among is None else found.filter(pk__in=list(among))
    return list(found.values_list("pk", flat=True))


def waiting_in(basis: Basis, scope: Reach) -> Waiting:
    """What of these totals waits to be added up again, with the shared parts of it; nothing is written.

    One query, and one more when somebody shares totals only.
    """
    stale: dict[int, set[int]] = defaultdict(set)
    rows = StaleScope.objects.filter(organisation_id__in=list(scope.everybody))
    for organisation_id, group_id in rows.values_list("organisation_id", "group_id").distinct():
        stale[organisation_id].add(group_id)
    sharing = set(stale) & scope.totals
    if scope.totals:
        sharing |= set(without_shared(basis, scope.totals))
    own = {pk: frozenset(groups) for pk, groups in stale.items() if pk in scope.open}
    return Waiting(own, frozenset(sharing), tuple(shared_with_names(basis, sharing)))


def rebuild(basis: Basis, scopes: Iterable[Scope]) -> None:
    """Add up the cells of these organisations and groups again, and those of the whole.

    What they share is thrown away, to be derived anew.
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
    values = {name: row[f"sum_{name}"] for name in (*SUMMED, *COUNTED, *NEW, *BOUNDS)}
    return values | bounds_at(values)


def _yearly_cells(effects: Any, common: Mapping[str, Any]) -> list[Cell]:
    """The spread and the realised view: each contract's series added year by year."""
    sums: dict[tuple[Any, ...], dict[str, float]] = defaultdict(dict)
    for effect in effects.values("indicator_id", "theme_id", *YEARLY_FIELDS):
        for view in _YEAR_VIEWS:
            for year, values in yearly_values(effect, view):
                total = sums[view, effect["indicator_id"], effect["theme_id"], year]
                for name, value in values.items():
                    if value is not None:
                        total[name] = total.get(name, 0) + value
    return [
        Cell(
            **common,
            year_view=view,
            indicator_id=indicator_id,
            theme_id=theme_id,
            year=year,
            **found | bounds_at(found),
        )
        for (view, indicator_id, theme_id, year), found in sums.items()
    ]


def whole_cells(basis: Basis, group_id: int) -> list[Cell]:
    """The cells of all organisations together: sums of their cells. What is practised counts nowhere."""
    rows = Cell.objects.filter(
        basis=basis, organisation__isnull=False, organisation__practice_of=None, group_id=group_id
    )
    keys = ("indicator_id", "year_view", "theme_id", "year")
    # Under names of their own: Django takes a sum called like its field for that field.
    sums = {name: Sum(name) for name in (*SUMMED, *COUNTED, *NEW)} | distances()
    summed = rows.values(*keys).annotate(**{f"sum_{name}": found for name, found in sums.items()})
    return [
        Cell(basis=basis, group_id=group_id, **_keys_of(row, keys), **_sums_of(row)) for row in summed.order_by()
    ]
