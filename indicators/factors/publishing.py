"""Before a version takes the place of the one that holds now: what it takes away is asked, of a second person.

One call can replace every factor of the country. So more than one factor in a hundred that disappears, or any
value that becomes ten times larger or smaller, is confirmed with a reason, and who made the concept does not
publish it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from indicators.models import FactorSetVersion, MethodVersion
from mvi_dashboard.ground import audit, formats
from mvi_dashboard.ground.access import Actor
from mvi_dashboard.ground.acts import Doing
from mvi_dashboard.ground.models import User
from mvi_dashboard.ground.problems import Problem, conflict
from mvi_dashboard.ground.shapes import lift_confirmed, quoted

from .version_losses import MOST_TIMES, Losses

MADE = {FactorSetVersion: "factor_version.create", MethodVersion: "method.create"}
_PLACE = "factors"
_UUID_LENGTH = 36


def require_latest(
    newest: FactorSetVersion | MethodVersion | None, version: FactorSetVersion | MethodVersion
) -> None:
    """Raises Refused 409 `outdated` when another version was published since this concept was made.

    What that one changed would be undone without a word.
    """
    if newest is not None and version.base_id is not None and newest.pk != version.base_id:
        text = f"Versie {quoted(newest.version)} is intussen vastgesteld. Maak uw wijziging opnieuw op die versie."
        raise conflict("outdated", text)


def require_second_person(actor: Actor, version: FactorSetVersion | MethodVersion) -> None:
    """Raises Refused 409 `second_officer` for who made this concept."""
    if made_by(actor, version):
        text = "U maakte dit concept. Een tweede persoon kijkt het na en stelt het vast."
        raise conflict("second_officer", text)


def made_by(actor: Actor, version: FactorSetVersion | MethodVersion) -> bool:
    """Whether this is who made the concept, as the audit trail knows it."""
    return audit.who_did(MADE[type(version)], version) == actor.key


def own_drafts(actor: Actor, model: type[FactorSetVersion] | type[MethodVersion]) -> set[int]:
    """The ids of the versions that this actor made, which somebody else publishes; one query."""
    return {int(found) for found in audit.done_by(actor, MADE[model])}


def maker_of(version: FactorSetVersion | MethodVersion) -> str:
    """The name of the person who made this concept; empty when the trail knows none."""
    key = audit.who_did(MADE[type(version)], version) or ""
    person = User.objects.filter(actor_key=UUID(key)).first() if len(key) == _UUID_LENGTH else None
    return str(person) if person is not None else ""


def problems_of_losses(losses: Losses) -> list[Problem]:
    """What has to be confirmed before this is published; empty when little changes."""
    found = []
    if losses.loses_much:
        found.append(Problem((_PLACE,), "factors_removed", _said_of_removed(losses), confirmable=True))
    if losses.jump_count:
        found.append(Problem((_PLACE,), "plausibility", _said_of_jumps(losses), confirmable=True))
    return found


def confirmed(losses: Losses, doing: Doing[Any]) -> str:
    """The reasons that the document gives for what disappears and jumps, as one text.

    Raises Refused with everything that nobody gave a reason for.
    """
    standing, used = lift_confirmed(problems_of_losses(losses), doing.data.get("confirmations"))
    doing.problems += standing
    doing.problems.refuse()
    return "; ".join(f"{row['code']}: {row['reason']}" for row in used)


def _said_of_removed(losses: Losses) -> str:
    before, removed = formats.counted(losses.before, "factor", "factoren"), formats.number(losses.removed)
    said = f"Van de {before} die nu gelden, verdwijnen er {removed}"
    if losses.recycled_lost:
        said += f" en verliezen er {formats.number(losses.recycled_lost)} hun waarde voor gerecycled"
    said += "."
    if losses.material_count:
        more = ", …" if losses.material_count > len(losses.materials) else ""
        lost = formats.counted(losses.material_count, "materiaal", "materialen")
        said += f" Zonder factor: {lost} ({', '.join(losses.materials)}{more})."
    if losses.indicators:
        said += f" Zonder indicator: {', '.join(losses.indicators)}."
    return f"{said} Wat daarmee is berekend, wordt onvolledig. Klopt het? Bevestig het met een reden."


def _said_of_jumps(losses: Losses) -> str:
    first = "; ".join(jump.said for jump in losses.jumps)
    more = f"; en nog {losses.jump_count - len(losses.jumps)}" if losses.jump_count > len(losses.jumps) else ""
    times = f"meer dan {MOST_TIMES} keer zo groot of zo klein"
    one = formats.counted(losses.jump_count, "waarde wordt", "waarden worden")
    return f"{one} {times}: {first}{more}. Klopt het? Bevestig het met een reden."
