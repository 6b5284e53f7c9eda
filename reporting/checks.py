"""What must hold of totals: each cell is the sum of its effects, once nothing waits to be added up."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.models import ContractEffect, StaleScope
from indicators.models import Basis
from mvi_dashboard.ground import verification
from reporting.models import Cell
from reporting.models.cells import COUNTED, NEW, SUMMED
from reporting.services import own_cells
from reporting.services.cells import whole_cells

AGREES = 1e-9
_KEYS = ("indicator_id", "year_view", "year", "theme_id")


def register() -> None:
    """Add the checks of this app to `manage.py verify`."""
    verification.register("cells", cell_differences)


def cell_differences() -> Iterator[str]:
    """A line per cell that is not the sum of its effects; scopes that still wait for a reader are left out."""
    waiting = set(StaleScope.objects.values_list("organisation_id", "group_id"))
    for basis in Basis.objects.filter(state__in=[Basis.State.CURRENT, Basis.State.BUILDING]):
        scopes = ContractEffect.objects.filter(basis=basis).values_list("organisation_id", "group_id").distinct()
        for organisation_id, group_id in sorted(set(scopes.order_by()) - waiting):
            stored = Cell.objects.filter(basis=basis, organisation_id=organisation_id, group_id=group_id)
            name = f"organisation {organisation_id} group {group_id}"
            yield from _compare(name, stored, own_cells(basis, organisation_id, group_id))
        for group_id in sorted({group for _, group in scopes.order_by()} - {group for _, group in waiting}):
            stored = Cell.objects.filter(basis=basis, organisation__isnull=True, group_id=group_id)
            yield from _compare(f"whole group {group_id}", stored, whole_cells(basis, group_id))


def _compare(name: str, stored: object, expected: list[Cell]) -> Iterator[str]:
    found = {_key(cell): cell for cell in stored}  # type: ignore[attr-defined]
    for cell in expected:
        other = found.pop(_key(cell), None)
        if other is None:
            yield f"{name}: cell {_key(cell)} is absent"
            continue
        for measure in (*SUMMED, *COUNTED, *NEW):
            before, after = getattr(other, measure), getattr(cell, measure)
            same = before == after if before is None or after is None else _near(before, after)
            if not same:
                yield f"{name}: {measure} of {_key(cell)} is {before}, should be {after}"
    yield from (f"{name}: cell {key} should not be there" for key in found)


def _key(cell: Cell) -> tuple[object, ...]:
    return tuple(getattr(cell, key) for key in _KEYS)


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= AGREES * max(abs(one), abs(other), 1.0)
