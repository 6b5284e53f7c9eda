"""What organisations that share totals only give to the country, derived from their effects.

It is thrown away and made anew when their totals are put right. Absence means: to be derived; who reads meanwhile
derives it in memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef

from contracts.models import BOUNDS, MEASURES, ContractEffect
from contracts.selectors import SERIES, VIEWS
from indicators.calculation.factors import Bools, Floats
from indicators.models import Basis, Indicator, ProductGroup, Theme
from mvi_dashboard.ground.models import Organisation
from reporting.models import Cell, SharedCell
from reporting.models.cells import SUMMED
from reporting.selectors import RUNNING, Amounts, Part, parts_of, purchase_row, yearly_rows

_STORED = tuple(name for name in SUMMED if name not in ("function_promise", "function_known"))
_FIELDS = (
    *("contract_id", "indicator_id", "group_id", "theme_id", "year", "complete", "spread_first_year", "spread"),
    *_STORED,
    *BOUNDS,
)
Row = tuple[str, int | None, dict[str, Any]]
"""Year view, year, measures and counts"""
_MEASURE_OF = {measure.series: code for code, measure in MEASURES.items() if measure.series}


def derive_shared(basis: Basis, organisations: Collection[int]) -> int:
    """How many of these organisations had to be divided into parts; one query when there are none."""
    found = without_shared(basis, organisations)
    for organisation_id in found:
        with transaction.atomic():
            lock_shared([organisation_id])
            SharedCell.objects.filter(basis=basis, organisation_id=organisation_id).delete()
            SharedCell.objects.bulk_create(shared_cells(basis, organisation_id), batch_size=1000)
    return len(found)


def without_shared(basis: Basis, organisations: Collection[int]) -> list[int]:
    """Those of these organisations that have effects and of which no shared parts are kept."""
    missing = Organisation.objects.filter(pk__in=list(organisations)).filter(
        Exists(ContractEffect.objects.filter(basis=basis, organisation=OuterRef("pk"))),
        ~Exists(SharedCell.objects.filter(basis=basis, organisation=OuterRef("pk"))),
    )
    return list(missing.values_list("pk", flat=True))


def shared_with_names(basis: Basis, organisations: Collection[int]) -> list[SharedCell]:
    """The shared parts of these organisations, not stored, with everything that they point at."""
    if not organisations:
        return []
    cells = [cell for pk in sorted(organisations) for cell in shared_cells(basis, pk)]
    owners, indicators = Organisation.objects.in_bulk(list(organisations)), Indicator.objects.in_bulk()
    groups, themes = ProductGroup.objects.select_related("cluster").in_bulk(), Theme.objects.in_bulk()
    for cell in cells:
        cell.organisation, cell.indicator = owners[cell.organisation_id], indicators[cell.indicator_id]
        cell.group = None if cell.group_id is None else groups[cell.group_id]
        cell.theme = None if cell.theme_id is None else themes[cell.theme_id]
    return cells


def lock_shared(organisations: Collection[int]) -> None:
    """Within a transaction: nobody else derives or throws away what these organisations share until it ends."""
    rows = Organisation.objects.select_for_update(no_key=True).filter(pk__in=list(organisations))
    list(rows.order_by("pk").values_list("pk", flat=True))


def shared_cells(basis: Basis, organisation_id: int) -> list[SharedCell]:
    """What one organisation shares, as it should be, in all three year views."""
    effects = ContractEffect.objects.filter(basis=basis, organisation_id=organisation_id)
    rows: dict[int, dict[int, dict[str, Any]]] = {}
    for row in effects.order_by("contract_id").values(*_FIELDS):
        rows.setdefault(row["indicator_id"], {})[row["contract_id"]] = row
    if not rows:
        return []
    some = next(iter(rows.values()))
    parts = parts_of({pk: (row["group_id"], row["theme_id"], row["year"]) for pk, row in some.items()})
    made = []
    for indicator_id, own in sorted(rows.items()):
        common = {"basis": basis, "organisation_id": organisation_id, "indicator_id": indicator_id}
        for part in parts:
            labels = {"group_id": part.group, "theme_id": part.theme, "shared": part.shared}
            for view, year, values in part_rows(part, own):
                made.append(SharedCell(**common, **labels, year_view=view, year=year, **values))
    return made


def part_rows(part: Part, own: Mapping[int, Mapping[str, Any]]) -> Iterator[Row]:
    """The rows of one part, of the effects of its contracts on one indicator (fields per contract).

    Of what is not shared only the number of contracts.
    """
    if not part.shared:
        number = len(part.contracts)
        for view in Cell.YearView.values:
            yield view, None, {"contracts": number, "new_contracts": number}
        return
    found = _amounts([own[pk] for pk in part.contracts])
    yield Cell.YearView.PURCHASE.value, part.year, purchase_row(found)
    yield from yearly_rows(found)


def _amounts(rows: list[Mapping[str, Any]]) -> Amounts:
    columns = {name: np.array([row[name] for row in rows], dtype=float) for name in _STORED}
    columns["function_promise"] = columns["estimated"] + columns["function_quantity"]
    known = ~np.isnan(columns["function_quantity"])
    columns["function_known"] = np.where(known, columns["function_forecast"], np.nan)
    award = np.array([row["year"] for row in rows], dtype=np.int64)
    first, series, unknown = _series(rows, columns, award)
    complete = np.array([row["complete"] for row in rows], dtype=bool)
    bounds = {
        bound: np.array([row[bound] for row in rows], dtype=float) - columns[code]
        for bound, code in BOUNDS.items()
    }
    return Amounts(columns, complete, award, series, unknown, first, bounds)


def _series(
    rows: list[Mapping[str, Any]], columns: Mapping[str, Floats], award: Any
) -> tuple[int, dict[tuple[str, str], Floats], dict[str, Bools]]:
    """The first calendar year, (n, Y) per view and measure: 0 where a contract has nothing or is unknown, and per
    view where it is unknown."""
    tables = [
        None
        if row["spread"] is None
        else np.frombuffer(bytes(row["spread"]), dtype="<f8").reshape(len(VIEWS), len(SERIES), -1)
        for row in rows
    ]
    spans = [
        (row["spread_first_year"], row["spread_first_year"] + table.shape[2])
        for row, table in zip(rows, tables, strict=True)
        if table is not None
    ]
    first = int(min([*(start for start, _end in spans), award.min()]))
    last = int(max([*(end for _start, end in spans), award.max() + 1]))
    stored = np.zeros((len(VIEWS), len(SERIES), len(rows), last - first))
    for place, (row, table) in enumerate(zip(rows, tables, strict=True)):
        if table is not None:
            start = row["spread_first_year"] - first
            stored[:, :, place, start : start + table.shape[2]] = table
    running = [SERIES.index(name) for name in RUNNING]
    unknown = dict(zip(VIEWS, np.any(np.isnan(stored[:, running]), axis=1, keepdims=False), strict=True))
    found: dict[tuple[str, str], Floats] = {}
    for view, by_series in zip(VIEWS, np.nan_to_num(stored), strict=True):
        for name, table in zip(SERIES, by_series, strict=True):
            measure = _MEASURE_OF[name]
            found[view, measure] = table * ~np.isnan(columns[measure])[:, None]
        for own in ("estimated", "forecast"):
            both = ~np.isnan(columns[f"avoided_{own}"])[:, None]
            found[view, f"avoided_{own}"] = (found[view, f"reference_{own}"] - found[view, own]) * both
    return first, found, unknown
