"""Contracts made as rows, many at once, with effects that say which contract they are of."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Mapping
from typing import Any

import numpy as np

from contracts.models import Contract, ContractEffect, StaleScope
from contracts.selectors import YearTable, pack_years
from contracts.selectors.effects import SERIES, VIEWS
from indicators.models import ProductGroup, Theme
from tenders.models import Award


def copies(number: int, like: str = "C-2024-001", **changes: Any) -> list[Contract]:
    """So many more contracts like this one, as rows; `changes` in each of their effects."""
    contract = Contract.objects.get(reference=like)
    awards = Award.objects.bulk_create([_copy(contract.award) for _ in range(number)])
    made = []
    for award in awards:
        other = _copy(contract)
        other.award, other.reference, other.public_id = award, f"kopie {award.pk}", uuid.uuid4()
        made.append(other)
    Contract.objects.bulk_create(made)
    effects = list(ContractEffect.objects.filter(contract=contract))
    rows = []
    for other in made:
        for effect in effects:
            row = _copy(effect)
            row.contract = other
            for name, value in changes.items():
                setattr(row, name, value)
            rows.append(row)
    ContractEffect.objects.bulk_create(rows, batch_size=500)
    first = rows[0]
    StaleScope.objects.create(organisation_id=first.organisation_id, group_id=first.group_id, year=first.year)
    return made


def contract_in(
    group: str,
    theme: str,
    year: int,
    estimated: float,
    years: Mapping[int, float],
    **others: Mapping[int, float],
) -> Contract:
    """One more contract in this group, theme and year of award, with these amounts in both year views; others of a
    series where they are given."""
    first = min(years)
    span = range(first, max(years) + 1)
    series = {name: np.array([others.get(name, years).get(each, 0.0) for each in span]) for name in SERIES}
    table = YearTable(first, {(view, name): series[name] for view in VIEWS for name in SERIES})
    return copies(
        1,
        group_id=ProductGroup.objects.get(code=group).pk,
        theme_id=Theme.objects.get(code=theme).pk,
        year=year,
        estimated=estimated,
        spread_first_year=first,
        spread=pack_years(table),
    )[0]


def _copy(row: Any) -> Any:
    other = copy.copy(row)
    other.pk = None
    other._state = copy.copy(row._state)
    other._state.adding = True
    return other
