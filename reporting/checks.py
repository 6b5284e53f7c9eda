"""What must hold of totals: every contract has its effects, and each cell is the sum of its effects.

Looked at from both sides, so that what is absent is found as well as what is wrong; totals that still wait for a
reader are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from django.db.models import Count, Q

from contracts.models import BOUNDS, Contract, ContractEffect, StaleScope
from indicators.models import Basis
from mvi_dashboard.ground import verification
from reporting.models import Cell, SharedCell
from reporting.models.cells import COUNTED, HIDDEN, NEW, SUMMED
from reporting.services import own_cells
from reporting.services.cells import whole_cells
from reporting.services.shared import shared_cells

_KEYS = ("indicator_id", "year_view", "year", "theme_id")


def register() -> None:
    """Add the checks of this app to `manage.py verify`."""
    verification.register("contract effects", effects_absent)
    verification.register("cells", cell_differences)
    verification.register("shared cells", shared_differences)


def effects_absent() -> Iterator[str]:
    """A line per contract that lacks effects on the current basis: no total would miss it."""
    for basis in Basis.objects.filter(state=Basis.State.CURRENT):
        due = len(basis.indicators)
        found = Contract.objects.annotate(number=Count("effects", filter=Q(effects__basis=basis)))
        for public_id, number in found.exclude(number=due).order_by("pk").values_list("public_id", "number"):
            yield f"contract {public_id}: {number} of {due} effects on {basis.code}"


def cell_differences() -> Iterator[str]:
    """A line per cell that is not the sum of its effects, that is absent or that has no effects at all."""
    waiting = set(StaleScope.objects.values_list("organisation_id", "group_id"))
    waiting_groups = {group for _organisation, group in waiting}
    for basis in Basis.objects.filter(state__in=[Basis.State.CURRENT, Basis.State.BUILDING]):
        cells, effects = Cell.objects.filter(basis=basis), ContractEffect.objects.filter(basis=basis)
        own = cells.filter(organisation__isnull=False)
        scopes = {
            scope
            for rows in (effects, own)
            for scope in rows.order_by().values_list("organisation_id", "group_id").distinct()
        }
        for organisation_id, group_id in sorted(scopes - waiting):
            stored = own.filter(organisation_id=organisation_id, group_id=group_id)
            name = f"organisation {organisation_id} group {group_id}"
            yield from _compare(name, stored, own_cells(basis, organisation_id, group_id))
        whole = cells.filter(organisation__isnull=True)
        groups = {group for _organisation, group in scopes} | set(whole.values_list("group_id", flat=True))
        for group_id in sorted(groups - waiting_groups):
            yield from _compare(
                f"whole group {group_id}", whole.filter(group_id=group_id), whole_cells(basis, group_id)
            )


def shared_differences() -> Iterator[str]:
    """A line per organisation of which what is kept as shared is not what its effects give.

    Absence is no difference: it is derived by who asks for it.
    """
    waiting = set(StaleScope.objects.values_list("organisation_id", flat=True))
    for basis in Basis.objects.filter(state__in=[Basis.State.CURRENT, Basis.State.BUILDING]):
        kept = SharedCell.objects.filter(basis=basis).exclude(organisation_id__in=waiting)
        for organisation_id in sorted(set(kept.values_list("organisation_id", flat=True))):
            stored = Counter(map(_shared_key, kept.filter(organisation_id=organisation_id)))
            if stored != Counter(map(_shared_key, shared_cells(basis, organisation_id))):
                yield f"organisation {organisation_id}: shared parts on {basis.code} are not those of its effects"


def _shared_key(cell: SharedCell) -> tuple[object, ...]:
    values = (getattr(cell, measure) for measure in (*SUMMED, *COUNTED, *NEW, *BOUNDS, HIDDEN))
    labels = (cell.indicator_id, cell.year_view, cell.group_id, cell.theme_id, cell.year, cell.shared)
    return (*labels, *values)


def _compare(name: str, stored: Iterable[Cell], expected: list[Cell]) -> Iterator[str]:
    found = {_key(cell): cell for cell in stored}
    for cell in expected:
        other = found.pop(_key(cell), None)
        if other is None:
            yield f"{name}: cell {_key(cell)} is absent"
            continue
        for measure in (*SUMMED, *COUNTED, *NEW, *BOUNDS, HIDDEN):
            before, after = getattr(other, measure), getattr(cell, measure)
            same = before == after if before is None or after is None else verification.agree(before, after)
            if not same:
                yield f"{name}: {measure} of {_key(cell)} is {before}, should be {after}"
    yield from (f"{name}: cell {key} should not be there" for key in found)


def _key(cell: Cell) -> tuple[object, ...]:
    return tuple(getattr(cell, key) for key in _KEYS)
