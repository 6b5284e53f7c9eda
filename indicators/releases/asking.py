"""A release that takes away or bends what holds here: loaded only with a reason, which is kept in the trail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from indicators.factors.publishing import problems_of_losses
from indicators.factors.version_losses import Losses
from indicators.models import ProtocolVersion
from indicators.models.coded import State
from mvi_dashboard.ground import audit

from .files import Release

_Version = TypeVar("_Version", bound=Model)


def holding(versions: QuerySet[_Version], owner: str) -> dict[Any, _Version]:
    """The version that holds of each owner before anything is loaded."""
    found = versions.filter(state=State.PUBLISHED).order_by("id")
    return {getattr(version, owner): version for version in found}


def ask(
    release: Release,
    place: tuple[str, int],
    version: _Version,
    before: _Version | None,
    losses_of: Callable[[_Version, _Version], Losses],
) -> None:
    """Notes what a version takes away from the one before it, unless the release came with a reason."""
    if before is None or getattr(version, "state", "") != State.PUBLISHED:
        return
    problems = problems_of_losses(losses_of(before, version))
    if problems and release.reason:
        audit.record(audit.SYSTEM, "reference.load", version, organisation=None, reason=release.reason)
        return
    for problem in problems:
        release.note(*place, f"{version}", problem.code, problem.detail)


def ask_over_own(release: Release, file: str, version: ProtocolVersion, own: ProtocolVersion | None) -> None:
    """Notes that a protocol takes the place of one that was made here, unless there is a reason."""
    if own is None or own.base_id is None:
        return
    if release.reason:
        audit.record(audit.SYSTEM, "reference.load", version, organisation=None, reason=release.reason)
        return
    text = f"Hier is versie {own.version} van dit protocol gemaakt. Die geldt dan niet meer: laad met een reden."
    release.note(file, 1, "version", "own_version", text)
