"""Totals put right by whoever reads them: what contracts marked as stale is added up again, once, from effects.

Purchase totals are summed by the database; yearly series are added as arrays. Source: data model, reporting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count, Q, Sum

from contracts.models import ContractEffect, StaleScope
from contracts.selectors import unpack_years
from indicators.models import Basis
from reporting.models import Cell
from reporting.models.cells import MEASURES

SUMMED = (*MEASURES, "measured", "mass_kg", "incomplete_mass_kg")
COUNTED = ("contracts", "contracts_with_reference", "incomplete_contracts")
_VIEWS = {"spread": Cell.YearView.SPREAD, "realised": Cell.YearView.REALISED}
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
    """Add up the cells of these organisations and groups again, and those of the whole."""
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
    # Under names of their own: Django takes a sum called like its field for that field.
    rows = effects.values(*keys).annotate(
        **{f"{name}_sum": Sum(name) for name in SUMMED},
        contracts_sum=Count("pk"),
        contracts_with_reference_sum=Count("reference_estimated"),
        incomplete_contracts_sum=Count("pk", filter=Q(complete=False)),
    )
    purchase = [
        Cell(**common, year_view=Cell.YearView.PURCHASE, **{key: row[key] for key in keys}, **_sums_of(row))
        for row in rows.order_by()
    ]
    return purchase + _yearly_cells(effects, common)


def _keys_of(row: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: row[key] for key in keys}


def _sums_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[f"{name}_sum"] for name in (*SUMMED, *COUNTED)}


def _yearly_cells(effects: Any, common: Mapping[str, Any]) -> list[Cell]:
    """The spread and the realised view: each contract's series added year by year."""
    sums: dict[tuple[Any, ...], dict[str, float]] = defaultdict(dict)
    rows = effects.exclude(spread__isnull=True).values_list(
        "indicator_id", "theme_id", "spread_first_year", "spread", "complete", "avoided_estimated", "estimated"
    )
    for indicator_id, theme_id, first_year, packed, complete, avoided, estimated in rows:
        table = unpack_years(first_year, bytes(packed))
        for view in _VIEWS:
            series = {name: values for (of_view, name), values in table.values.items() if of_view == view}
            if avoided is not None:
                for column in ("estimated", "forecast"):
                    series[f"avoided_{column}"] = series[f"reference_{column}"] - series[column]
            for number in range(len(series["estimated"])):
                found = {name: float(values[number]) for name, values in series.items()}
                if estimated is None or not any(found.values()):
                    continue
                key = (view, indicator_id, theme_id, first_year + number)
                _add(sums[key], found, complete=complete, reference=avoided is not None)
    return [
        Cell(
            **common, year_view=_VIEWS[view], indicator_id=indicator_id, theme_id=theme_id, year=year,
            **{_FIELDS.get(name, name): value for name, value in found.items()},
        )
        for (view, indicator_id, theme_id, year), found in sums.items()
    ]  # fmt: skip


_FIELDS = {"realised": "realised_to_date"}


def _add(total: dict[str, Any], found: Mapping[str, float], *, complete: bool, reference: bool) -> None:
    for name, value in found.items():
        if not np.isnan(value):
            total[name] = total.get(name, 0.0) + value
    total["contracts"] = total.get("contracts", 0) + 1
    total["contracts_with_reference"] = total.get("contracts_with_reference", 0) + int(reference)
    total["incomplete_contracts"] = total.get("incomplete_contracts", 0) + int(not complete)


def whole_cells(basis: Basis, group_id: int) -> list[Cell]:
    """The cells of all organisations together: sums of their cells."""
    rows = Cell.objects.filter(basis=basis, organisation__isnull=False, group_id=group_id)
    summed = rows.values("indicator_id", "year_view", "theme_id", "year").annotate(
        **{f"{name}_sum": Sum(name) for name in (*SUMMED, *COUNTED)}
    )
    keys = ("indicator_id", "year_view", "theme_id", "year")
    return [
        Cell(
            basis=basis, group_id=group_id, **_keys_of(row, keys), **_sums_of(row),
        )
        for row in summed.order_by()
    ]  # fmt: skip
