"""What an organisation has: each app counts its own kind, for who must know before something ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from mvi_dashboard.ground import clock, formats
from mvi_dashboard.ground.models import Membership, Organisation

Count = Callable[[int], int]
_counted: list[tuple[str, str, Count]] = []


def register(label: str, words: str, count: Count) -> None:
    """Add something that is counted per organisation (`words`: one and more of it)."""
    _counted.append((label, words, count))


def held(organisation: Organisation) -> list[dict[str, Any]]:
    """What it has, in words: people, what is below it, and what each app counts."""
    today = clock.today()
    people = Membership.objects.filter(organisation=organisation, ended_at=None)
    people = people.filter(Q(valid_to=None) | Q(valid_to__gte=today), user__is_active=True)
    below = organisation.children.filter(successor=None).order_by("name").values_list("name", flat=True)
    found = [
        ("Mensen met een rol", formats.counted(people.values("user").distinct().count(), "persoon", "mensen")),
        ("Organisaties eronder", ", ".join(below) or "geen"),
    ]
    for label, words, count in _counted:
        one, more = words.split(",")
        found.append((label, formats.counted(count(organisation.pk), one, more)))
    return [{"label": label, "value": value} for label, value in found]
