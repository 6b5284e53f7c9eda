"""What hangs on a supplier elsewhere: each app says how much, and whether two can be merged now."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db.models import Q

from mvi_dashboard.ground import clock
from mvi_dashboard.ground.models import SupplierRegistration


@dataclass(frozen=True)
class Touching:
    """One kind of thing: how many there are of one supplier, and whether one of these suppliers waits for some."""

    label: str
    count: Callable[[int], int]
    runs: Callable[[Collection[int]], bool] = lambda suppliers: False


_kinds: dict[str, Touching] = {}


def register(name: str, kind: Touching) -> None:
    """Add a kind under its name."""
    _kinds[name] = kind


def counted(supplier: int) -> list[tuple[str, int]]:
    """What hangs on this supplier, in words and numbers: nothing of what is sealed."""
    return [(kind.label, kind.count(supplier)) for kind in _kinds.values()]


def anything_runs(suppliers: Collection[int]) -> bool:
    """Whether something of one of these is under way, without saying what or of which."""
    waits = Q(expires_at__gt=clock.now()) | Q(asked_at__isnull=False)
    asking = SupplierRegistration.objects.filter(waits, supplier__in=suppliers, confirmed_at=None, ended_at=None)
    return asking.exists() or any(kind.runs(suppliers) for kind in _kinds.values())
